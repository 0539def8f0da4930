"""Many places asked at once: minutes to each category, people within each limit, as CSV or GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.assessment.place import PreparedPlaces
from geo.blocks import Progress
from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84
from geo.errors import Fault, InputError
from geo.limits import shown_minutes
from geo.text import Text
from geo.types import Floats
from layers.catalogue.schema import all_roles

MOST_PLACES: Final = 100_000
_BLOCK: Final = 2_000
_SYSTEMS: Final = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}

Stop = Callable[[], bool]
"""Called between blocks of places; true where nobody waits for the answer any more."""


class NobodyWaitsError(Exception):
    """The answer is no longer wanted."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Places:
    """Places to ask of: an identifier, and degrees as they were given."""

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats


def places_of_points(points: Sequence[tuple[float, float]], ids: Sequence[str] | None) -> Places:
    """Return places from pairs of longitude and latitude.

    Raises
    ------
    InputError
        Where there are not as many identifiers as points.
    """
    if ids is not None and len(ids) != len(points):
        raise _wrong(Text("as many ids as points are wanted", "ids 与 points 数量须一致"), "ids")
    array = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    names = tuple(ids) if ids is not None else tuple(str(number) for number in range(1, len(array) + 1))
    return _checked(Places(ids=names, lon=array[:, 0], lat=array[:, 1]))


def places_of_csv(text: str) -> Places:
    """Return places from a CSV with a header; the columns are recognised as those of a layer are.

    Raises
    ------
    InputError
        Where there are no columns of longitude and latitude, or a row is not understood (the first is named).
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [cell.strip().lower() for cell in next(rows, [])]
    lon, lat, name = (_column(header, role) for role in ("lon", "lat", "id"))
    if lon is None or lat is None:
        raise _wrong(
            Text("no columns of longitude and latitude", "没有经度与纬度列"), "header", ",".join(header)
        )
    ids: list[str] = []
    pairs: list[tuple[float, float]] = []
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(ids) >= MOST_PLACES:
            raise _too_many()
        try:
            pairs.append((float(row[lon]), float(row[lat])))
        except (ValueError, IndexError):
            raise _wrong(Text("not a place", "不是有效坐标"), f"row {number}", ",".join(row)) from None
        ids.append(row[name].strip() if name is not None and name < len(row) else str(number - 1))
    if not ids:
        raise _wrong(Text("no places", "没有坐标"), "body")
    return places_of_points(pairs, ids)


def places_of_geojson(body: Mapping[str, Any]) -> Places:
    """Return places from a FeatureCollection of points.

    Raises
    ------
    InputError
        Where a feature is no point (the first is named).
    """
    features = body.get("features")
    if not isinstance(features, list) or not features:
        raise _wrong(Text("no features", "没有要素"), "features")
    if len(features) > MOST_PLACES:
        raise _too_many()
    pairs, ids = [], []
    for number, feature in enumerate(features):
        try:
            geometry = feature["geometry"]
            lon, lat = geometry["coordinates"][:2]
            if geometry["type"] != "Point" or isinstance(lon, bool | str) or isinstance(lat, bool | str):
                raise TypeError
            pairs.append((float(lon), float(lat)))
            ids.append(str(feature.get("id", number + 1)))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _wrong(Text("not a point", "不是点要素"), f"features[{number + 1}]") from None
    return places_of_points(pairs, ids)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Answered:
    """What was found of places, in their order.

    Attributes
    ----------
    lon, lat
        WGS84 degrees that the places were understood as.
    seconds
        To the nearest of each category, ``inf`` where none is reached.
    people
        Within each limit; missing where the place has no street.
    """

    places: Places
    lon: Floats
    lat: Floats
    metres: Floats
    joined: npt.NDArray[np.bool_]
    seconds: Mapping[str, Floats]
    limits: tuple[float, ...]
    people: Floats


def ask_of_places(
    prepared: PreparedPlaces,
    places: Places,
    system: str,
    limits: tuple[float, ...],
    *,
    stop: Stop,
    progress: Progress,
) -> Answered:
    """Return what is reached from each place, a block at a time.

    Raises
    ------
    NobodyWaitsError
        Where nobody waits any more.
    """
    lon, lat = _SYSTEMS[system](places.lon, places.lat) if system in _SYSTEMS else (places.lon, places.lat)
    count = len(places.ids)
    metres, joined = np.full(count, np.inf), np.zeros(count, dtype=np.bool_)
    seconds = {each.category: np.full(count, np.inf) for each in prepared.categories}
    people = np.full((count, len(limits)), np.nan)
    for first in range(0, count, _BLOCK):
        if stop():
            raise NobodyWaitsError
        rows = slice(first, min(first + _BLOCK, count))
        here = prepared.join(lon[rows], lat[rows])
        metres[rows], joined[rows] = here.snap_metres, here.snapped
        for each in prepared.categories:
            seconds[each.category][rows] = each.times(here)[0]
        people[rows] = prepared.people_within(here, limits)
        progress(rows.stop, count)
    people[~joined] = np.nan
    return Answered(
        places=places,
        lon=lon,
        lat=lat,
        metres=metres,
        joined=joined,
        seconds=seconds,
        limits=limits,
        people=people,
    )


def answered_csv(answered: Answered) -> str:
    """Return answers as CSV: id, lon, lat (WGS84), metres_to_street, CATEGORY_minutes, people_within_N."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    rows = _rows(answered)
    first = next(rows)
    writer.writerow(first)
    writer.writerow([_cell(value) for value in first.values()])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def answered_geojson(answered: Answered, members: str) -> str:
    """Return answers as a GeoJSON FeatureCollection.

    Parameters
    ----------
    members
        Further members of the collection, as JSON text.
    """
    features = []
    for row in _rows(answered):
        key, lon, lat = row.pop("id"), row.pop("lon"), row.pop("lat")
        feature = {
            "type": "Feature",
            "id": key,
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": row,
        }
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return f'{{"type":"FeatureCollection",{members},"features":[{",".join(features)}]}}'


def _rows(answered: Answered) -> Iterator[dict[str, Any]]:
    for number, key in enumerate(answered.places.ids):
        metres = float(answered.metres[number])
        row: dict[str, Any] = {
            "id": key,
            "lon": round(float(answered.lon[number]), 6),
            "lat": round(float(answered.lat[number]), 6),
            "on_streets": bool(answered.joined[number]),
            "metres_to_street": round(metres, 1) if np.isfinite(metres) else None,
        }
        for category, seconds in answered.seconds.items():
            row[f"{category}_minutes"] = shown_minutes(float(seconds[number]))
        for column, limit in enumerate(answered.limits):
            value = float(answered.people[number, column])
            row[f"people_within_{limit:g}"] = round(value, 1) if np.isfinite(value) else None
        yield row


def _cell(value: object) -> object:
    """Return a value as a cell; a text that a spreadsheet would take for a formula is quoted.

    Examples
    --------
    >>> _cell("=1+1"), _cell(None), _cell(True), _cell(2.5)
    ("'=1+1", '', 'true', 2.5)
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def _column(header: Sequence[str], role: str) -> int | None:
    known = {each.lower() for each in all_roles()[role].headers} | {role}
    return next((place for place, name in enumerate(header) if name in known), None)


def _checked(places: Places) -> Places:
    if not len(places.ids):
        raise _wrong(Text("no places", "没有坐标"), "points")
    if len(places.ids) > MOST_PLACES:
        raise _too_many()
    wrong = np.flatnonzero(
        ~(
            np.isfinite(places.lon)
            & np.isfinite(places.lat)
            & (np.abs(places.lon) <= 180)
            & (np.abs(places.lat) <= 90)
        )
    )
    if wrong.size:
        number = int(wrong[0])
        value = f"{places.lon[number]}, {places.lat[number]}"
        raise _wrong(
            Text("not longitude and latitude in degrees", "不是以度表示的经纬度"),
            f"points[{number + 1}]",
            value,
        )
    return places


def _too_many() -> InputError:
    what = Text(f"at most {MOST_PLACES:,} places are asked of at once", f"一次最多 {MOST_PLACES:,} 个位置")
    return _wrong(what, "points")


def _wrong(what: Text, place: str, value: str = "") -> InputError:
    fix = Text("Longitude first, in degrees; see docs/api.md", "经度在前，单位为度；见 docs/api.md")
    return InputError([Fault(what, fix, source=place, value=value[:80], code="places")])
