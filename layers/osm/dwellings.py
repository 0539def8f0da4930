"""Which buildings of an extract are lived in, and whether enough of them are mapped to reckon people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import metric_crs
from geo.types import Floats

Use = Literal["dwelling", "mixed", "other"]
"""Lived in; lived in above a ground floor that is something else; not lived in."""

HOMES: Final = (
    "apartments", "residential", "house", "terrace", "detached", "semidetached_house", "dormitory", "block",
    "bungalow", "cabin", "farm", "villa", "townhouse", "tenement", "static_caravan", "houseboat", "ger",
    "stilt_house", "tree_house",
)  # fmt: skip
"""Values of ``building`` that say by themselves that people live there."""

_UNSAID: Final = frozenset({"yes", ""})
_USE_KEYS: Final = (
    "amenity", "shop", "office", "man_made", "industrial", "craft", "healthcare", "tourism", "leisure",
    "military", "aeroway", "railway", "public_transport", "power", "telecom", "club", "government",
    "diplomatic", "religion", "emergency", "sport", "parking", "building:use", "building:usage",
)  # fmt: skip
"""Keys that say that a building is something else, whatever their value but ``no``."""

_NO_USE: Final[Mapping[str, frozenset[str]]] = {
    "tourism": frozenset({"apartment", "apartments", "artwork", "attraction", "information", "viewpoint"}),
}
_LETS: Final = frozenset({"apartment", "apartments"})
"""Values of ``tourism`` that do not make a building of unsaid use something else."""

_EMPTY: Final = ("abandoned", "disused", "ruins", "demolished", "construction")
"""Keys of buildings that stand empty or not yet."""

_HOME_USES: Final = frozenset({"residential", "apartments", "housing", "house", "home"})

LAND: Final[Mapping[str, Sequence[str] | bool]] = {
    "landuse": [
        "industrial", "commercial", "retail", "railway", "military", "cemetery", "quarry", "landfill",
        "port", "depot", "education", "institutional", "religious", "civic_admin", "fairground", "garages",
        "construction", "residential", "allotments", "greenhouse_horticulture",
    ],
    "amenity": [
        "school", "hospital", "university", "college", "kindergarten", "clinic", "prison", "place_of_worship",
        "parking", "bus_station", "research_institute", "exhibition_centre", "conference_centre",
        "grave_yard", "marketplace", "fire_station", "police",
    ],
    "leisure": ["stadium", "sports_centre", "sports_hall", "golf_course", "water_park", "park"],
    "tourism": ["zoo", "theme_park", "museum", "camp_site"],
    "man_made": ["works", "wastewater_plant", "water_works"],
    "power": ["plant", "substation"],
    "aeroway": ["aerodrome", "terminal", "heliport"],
    "military": True,
    "industrial": True,
}  # fmt: skip
"""Land by its use; a building of unsaid use inside is what the land is."""

STREETS: Final[Mapping[str, Sequence[str]]] = {"highway": ["residential", "living_street"]}
"""Streets that are there for those who live on them."""

BUILDINGS: Final[Mapping[str, bool]] = {"building": True}

FEWEST_PER_KM: Final = 3.0
"""Buildings a kilometre of residential street below which people cannot be reckoned.

Measured: central Helsinki has 95 and Monaco 56 where all are mapped, 6 to 10 where one in ten is (taken at
random), 3 to 5 where one in twenty is; the street extracts of Porto, Heidelberg and Shanghai have 0.0.
"""

NEAR_METRES: Final = 100.0
LEAST_SHARE, WHOLE_SHARE = 1 / 3, 0.9
"""Share of the residential streets with a building within 100 m: below the first people cannot be
reckoned, below the second it is said. Measured: 1.0 and 0.98 where all buildings are mapped, 0.95 where one
in four is, 0.84 where one in ten, 0.7 where one in twenty, 0.4 where one in fifty."""

_LINE: Final = 1
"""Shapely's type number of a line; squares, mapped as areas, are no streets to live on."""

_JUDGED_METRES: Final = 1000.0
"""Length of residential streets below which their buildings say nothing."""


def use_of_tags(tags: Mapping[str, str]) -> tuple[Use, str]:
    """Return what a building is by its own tags, and the tag that says that it is (partly) something else.

    A building of a residential kind is believed: with a shop or office in it, its ground floor alone is
    something else. A building of unsaid kind (``building=yes``) is what any further tag says.

    Examples
    --------
    >>> use_of_tags({"building": "apartments", "shop": "bakery"})
    ('mixed', 'shop=bakery')
    >>> use_of_tags({"building": "yes", "amenity": "hospital"})
    ('other', 'amenity=hospital')
    >>> use_of_tags({"building": "warehouse"}), use_of_tags({"building": "yes"})
    (('other', 'building=warehouse'), ('dwelling', ''))
    """
    empty = next((key for key in _EMPTY if tags.get(key, "no") != "no"), None)
    if empty:
        return "other", f"{empty}={tags[empty]}"
    kinds = {kind.strip() for kind in tags.get("building", "").split(";")}
    others = kinds - set(HOMES) - _UNSAID
    declared = {kind.strip() for key in ("building:use", "building:usage") for kind in _split(tags.get(key))}
    home = bool(kinds & set(HOMES) or declared & _HOME_USES or _flats(tags) or tags.get("residential"))
    tag = _other_tag(tags)
    if others:
        tag = f"building={min(others)}"
    if home:
        return ("mixed", tag) if tag else ("dwelling", "")
    return ("other", tag) if tag else ("dwelling", "")


def _split(value: str | None) -> list[str]:
    return value.split(";") if value else []


def _flats(tags: Mapping[str, str]) -> bool:
    return tags.get("building:flats", "0").strip() not in ("0", "no", "")


def _other_tag(tags: Mapping[str, str]) -> str:
    for key in _USE_KEYS:
        value = tags.get(key, "no")
        values = {each.strip() for each in value.split(";")} - {"no", ""} - _NO_USE.get(key, frozenset())
        if key.startswith("building:us"):
            values -= _HOME_USES
        if values:
            return f"{key}={min(values)}"
    decoration = tags.get("tourism", "no")
    unsaid = tags.get("building", "") in _UNSAID and decoration not in {"no", *_LETS}
    return f"tourism={decoration}" if unsaid else ""


def uses_of(buildings: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what each building is: ``use`` and ``because``, the tag that makes it (partly) something else.

    Parameters
    ----------
    buildings
        With ``tags`` and ``geometry``, EPSG:4326.
    land
        What `LAND` finds, with the same columns. A building whose own tags leave its use open is what the
        smallest piece of land says that holds at least half of it.
    """
    found = [use_of_tags(tags) for tags in buildings["tags"]]
    use = np.array([each[0] for each in found], dtype=object)
    because = np.array([each[1] for each in found], dtype=object)
    kinds = [tags.get("building", "") in _UNSAID and not _said_home(tags) for tags in buildings["tags"]]
    open_use = np.flatnonzero((use == "dwelling") & np.array(kinds, dtype=bool))
    held_by = _land_of(buildings.geometry.to_numpy()[open_use], land)
    for at, tag in zip(open_use[held_by >= 0], held_by[held_by >= 0], strict=True):
        reason = _land_tag(land["tags"].iloc[tag])
        if reason:
            use[at], because[at] = "other", f"in {reason}"
    return pd.DataFrame({"use": use, "because": because})


def _said_home(tags: Mapping[str, str]) -> bool:
    return bool(_flats(tags) or tags.get("residential") or tags.get("building:use") in _HOME_USES)


def _land_tag(tags: Mapping[str, str]) -> str:
    """Return the tag by which people do not live on a piece of land; empty where they do."""
    if tags.get("landuse") in ("residential", "allotments"):
        return ""
    for key, values in LAND.items():
        for value in (each.strip() for each in _split(tags.get(key))):
            if value != "no" and (values is True or (not isinstance(values, bool) and value in values)):
                return f"{key}={value}"
    return ""


def _land_of(shapes: np.ndarray, land: gpd.GeoDataFrame) -> np.ndarray:
    """Return the row of the smallest piece of land that holds half of each shape, -1 where none does."""
    held = np.full(len(shapes), -1, dtype=np.int64)
    areas = land.geometry.to_numpy()
    flat = np.flatnonzero(shapely.get_dimensions(areas) == 2) if len(areas) else np.empty(0, dtype=np.int64)
    if not len(shapes) or not flat.size:
        return held
    pieces = shapely.make_valid(areas[flat])
    # The largest first, so that the smallest is written last and stays.
    order = np.argsort(-shapely.area(pieces), kind="stable")
    pieces, flat = pieces[order], flat[order]
    sound = shapely.make_valid(shapes)
    shape, piece = shapely.STRtree(pieces).query(sound, predicate="intersects")
    shared = shapely.area(shapely.intersection(sound[shape], pieces[piece]))
    inside = shared >= 0.5 * shapely.area(sound[shape])
    shape, piece = shape[inside], piece[inside]
    turn = np.argsort(piece, kind="stable")
    held[shape[turn]] = flat[piece[turn]]
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """How far the buildings of an extract keep up with its residential streets.

    Attributes
    ----------
    buildings
        Buildings with an outline.
    street_metres
        Length of the residential streets.
    near_share
        Share of them with a building within 100 m; 1 where there are none.
    """

    buildings: int
    street_metres: float
    near_share: float

    @property
    def per_km(self) -> float:
        """Buildings a kilometre of residential street."""
        return self.buildings / max(self.street_metres / 1000, 1e-9)

    @property
    def known(self) -> bool:
        """Whether people can be reckoned from the buildings."""
        if not self.buildings:
            return False
        judged = self.street_metres >= _JUDGED_METRES
        return not judged or (self.per_km >= FEWEST_PER_KM and self.near_share >= LEAST_SHARE)

    @property
    def whole(self) -> bool:
        """Whether buildings are mapped along nearly all residential streets."""
        return self.known and (self.street_metres < _JUDGED_METRES or self.near_share >= WHOLE_SHARE)


def mapped_of(buildings: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> Mapped:
    """Return how far the buildings of an extract keep up with its residential streets.

    Parameters
    ----------
    buildings, streets
        What `BUILDINGS` and `STREETS` find in an extract, EPSG:4326.
    """
    lines = streets.geometry.explode(ignore_index=True)
    lines = lines[shapely.get_type_id(lines.to_numpy()) == _LINE]
    outlines = buildings.geometry[shapely.get_dimensions(buildings.geometry.to_numpy()) == 2]
    if lines.empty:
        return Mapped(buildings=len(outlines), street_metres=0.0, near_share=1.0)
    crs = metric_crs(lines)
    local = lines.to_crs(crs)
    metres = float(local.length.sum())
    points = _along(local)
    if outlines.empty:
        return Mapped(buildings=0, street_metres=metres, near_share=0.0)
    tree = shapely.STRtree(outlines.to_crs(crs).to_numpy())
    near = tree.query_nearest(points, max_distance=NEAR_METRES, all_matches=False)[0]
    return Mapped(
        buildings=len(outlines), street_metres=metres, near_share=len(np.unique(near)) / len(points)
    )


def _along(lines: gpd.GeoSeries) -> np.ndarray:
    """Return a point every 50 m of lines in metres, one a line at least."""
    count = np.maximum(1, np.round(lines.length.to_numpy() / 50)).astype(np.int64)
    line = np.repeat(np.arange(len(lines)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    share: Floats = (np.arange(len(line)) - first + 0.5) / count[line]
    points: np.ndarray = shapely.line_interpolate_point(lines.to_numpy()[line], share, normalized=True)
    return points
