"""From frames to the data a map carries: each table by position, each name once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools
from maps.page.asking import pack_asking
from maps.page.base import TOLERANCE, pack_basemap
from maps.page.columns import as_text, both, column, iso_date, listed, number, one_of, positions_of, texts
from maps.page.content import MapContent
from maps.page.ledgers.needs import needs_by_polygon
from maps.page.ledgers.places import place_pages
from maps.page.packing import Pack, project, to_steps
from maps.page.pinyin import readings
from maps.page.places import pack_week
from maps.page.reach import pack_reach
from maps.page.what_if import pack_what_if
from maps.small_groups import may_be_shown
from maps.style import SYMBOLS, page_style
from maps.wording import WORDS

View = Literal["map", "sheet"]

TOTALS: Final = (
    "people", "people_covered", "people_without_room", "room_unknown", "hours_unknown_places", "more_if_open",
    "room_unknown_places", "more_if_room",
)  # fmt: skip
"""What the headline is made of, in this order; what a table does not hold is 0."""

CARD_COLUMNS: Final = ("tier", "opening_hours", "address", "phone", "website")
SITING_COLUMNS: Final = ("served", "added", "alone")
STATUSES: Final = ("open", "building", "planned", "closed", "unknown")
POLYGON_KINDS: Final = ("grid", "area")
ABSENT: Final = -1
NO_CAUSE: Final = Text("", "")


def map_data(content: MapContent, *, view: View = "map") -> str:
    """Return all that the page draws and says, as one text of base64."""
    pack = Pack()
    street_names = pack_basemap(pack, content.basemap)
    category, minutes = content.first_choice()
    document: dict[str, object] = {
        "title": content.title,
        "language": content.language,
        "view": view,
        "words": {key: both(text) for key, text in WORDS.items()},
        "style": page_style(),
        "streetNames": street_names,
        "categories": [
            {
                "id": each.id,
                "name": both(each.name),
                "phrase": both(each.phrase or each.name),
                "count": [each.count.get(float(limit), 1) for limit in content.minutes],
                "mean": [float(limit) in each.mean for limit in content.minutes],
                "byStandard": each.by_standard,
                "demanded": each.demanded,
                "required": content.required_at(each),
                "clause": both(each.clause) if each.clause else None,
                "target": each.target,
            }
            for each in content.categories
        ],
        "terms": {key: both(text) for key, text in content.terms.items()},
        "minutes": [float(each) for each in content.minutes],
        "cases": [
            {
                "id": each.id,
                "profile": both(each.profile),
                "hour": both(each.hour),
                "who": both(each.people),
                "estimated": each.estimated,
                "name": both(each.name) if each.name else None,
            }
            for each in content.cases
        ],
        "first": {"category": category, "minutes": minutes},
        "attributions": list(content.attributions),
        "beside": both(content.beside) if content.beside else None,
        "unlooked": both(content.unlooked) if content.unlooked else None,
        "notes": [both(note) for note in content.notes],
        "sheet": _sheet(content),
        "bounds": study_bounds(content),
        "facilities": _facilities(pack, content),
        "grids": _grids(pack, content.grids),
        "figures": _figures(pack, content),
        "totals": _totals(content),
        "gaps": _gaps(pack, content),
        "isochrones": _isochrones(pack, content),
        "demand": _demand(pack, content),
        "siting": _siting(content),
        "reach": pack_reach(pack, content.reach, content.demand, _placed(content)),
        "week": pack_week(pack, content.week),
        "ranking": _ranking(content),
        "pinyin": readings(_searched(content, street_names)),
        "whatIf": _what_if(pack, content),
        "needs": needs_by_polygon(content.needs, content.grids),
        "places": place_pages(content.places, [str(each) for each in content.facilities["id"]]),
        "question": pack_asking(content.asking),
    }
    return pack.text(document)


def study_bounds(content: MapContent) -> list[float]:
    """Return west, south, east, north in degrees of what the study is about.

    That is where its polygons and facilities lie, as far as there are streets: a district that
    reaches far beyond the extract must not make the study a dot.
    """
    west, south, east, north = content.basemap.bounds
    for frame in (content.grids, content.facilities):
        if not len(frame) or not np.isfinite(frame.total_bounds).all():
            continue
        left, low, right, high = frame.total_bounds
        common = [max(left, west), max(low, south), min(right, east), min(high, north)]
        if common[0] < common[2] and common[1] < common[3]:
            return [round(float(value), 6) for value in common]
    return [round(value, 6) for value in content.basemap.bounds]


def _sheet(content: MapContent) -> dict[str, object]:
    sheet = content.sheet
    return {
        "size": sheet.size,
        "unit": sheet.unit,
        "date": sheet.date.isoformat() if sheet.date else None,
        "review": sheet.review_number,
        "run": sheet.run,
    }


def _facilities(pack: Pack, content: MapContent) -> dict[str, object]:
    frame = content.facilities
    pack.positions("facilities.at", _points(frame))
    _pack_states(pack, content)
    places = {category.id: place for place, category in enumerate(content.categories)}
    tiers = {tier: place for place, tier in enumerate(content.tier_order)}
    columns: dict[str, object] = {name: texts(frame, name) for name in CARD_COLUMNS}
    if content.siting is not None:
        columns |= {name: [number(value) for value in column(frame, name)] for name in SITING_COLUMNS}
    return columns | {
        "id": [str(each) for each in frame["id"]],
        "name": texts(frame, "name"),
        "kind": one_of(frame, "kind", tuple(SYMBOLS)),
        "status": one_of(frame, "status", (None, *STATUSES)),
        "categoryId": texts(frame, "category"),
        "category": [places.get(value or "", ABSENT) for value in texts(frame, "category")],
        "rank": [tiers.get(value or "", ABSENT) for value in texts(frame, "tier")],
        "opens_on": [iso_date(value) for value in column(frame, "opens_on")],
        "functions": [listed(value) for value in column(frame, "functions")],
        "capacity": [number(value) for value in column(frame, "capacity")],
    }


def _grids(pack: Pack, grids: gpd.GeoDataFrame) -> dict[str, object]:
    pack.shapes("grids", project(grids.geometry))
    # A point on the surface, unlike a centroid, lies inside a crescent too.
    pack.positions("grids.centre", _rounded(grids.geometry.representative_point()))
    return {
        "name": [name or key for name, key in zip(texts(grids, "name"), grids["id"], strict=True)],
        "kind": one_of(grids, "kind", POLYGON_KINDS),
    }


def _figures(pack: Pack, content: MapContent) -> list[list[int]]:
    """Add people and covered people by choice and polygon; return the choices, in the same order."""
    table = content.coverage
    grid = positions_of(table["grid_id"], content.grids["id"])
    choices, row = np.unique(_choices(content, table), axis=0, return_inverse=True)
    size = (len(choices), len(content.grids))
    if len(np.unique(row * size[1] + grid)) < len(table):
        msg = "coverage holds two figures for one polygon and choice"
        raise ValueError(msg)
    for name in ("people", "people_covered", "people_without_room"):
        values = np.full(size, np.nan)
        values[row, grid] = table[name].to_numpy(dtype=np.float64) if name in table else 0.0
        pack.decimals(f"figures.{name}", values.ravel())
    return [[int(value) for value in choice] for choice in choices]


def _totals(content: MapContent) -> list[list[float]]:
    """Return case, category and minutes (by position), and `TOTALS` of the whole study."""
    table = content.totals
    if table is None:
        kinds = content.grids["kind"]
        first = content.grids.loc[kinds == kinds.iloc[0], "id"] if len(kinds) else kinds
        kept = content.coverage[content.coverage["grid_id"].isin(first)]
        by = [name for name in ("category", "minutes", "case") if name in kept]
        table = kept.groupby(by, sort=False, as_index=False)[["people", "people_covered"]].sum()
    keys = _choices(content, table)
    figures = table.reindex(columns=list(TOTALS), fill_value=0.0).to_numpy(dtype=np.float64)
    return [
        [*map(int, key), *row]
        for key, row in zip(keys, figures.tolist(), strict=True)
        if np.isfinite(row[0] + row[1])
    ]


def _ranking(content: MapContent) -> list[list[float]]:
    """Return case, polygon (by position) and mean coverage of every polygon that is ranked."""
    table = content.ranking
    if table is None or not len(table):
        return []
    grid = positions_of(table["grid_id"], content.grids["id"])
    rows = zip(_case_places(content, table).tolist(), grid.tolist(), table["share"].tolist(), strict=True)
    return [[case, place, round(float(share), 6)] for case, place, share in rows]


def _gaps(pack: Pack, content: MapContent) -> dict[str, object]:
    table = content.gaps
    if table is None or not len(table):
        pack.decimals("gaps.people", np.empty(0))
        return {"choice": [], "grid": [], "cause": [], "causes": []}
    keys = _choices(content, table)
    grid = positions_of(table["grid_id"], content.grids["id"])
    people = table["people_left_out"].to_numpy(dtype=np.float64)
    some = people > 0
    causes = [as_text(value) for value in column(table, "cause")]
    distinct = list(dict.fromkeys(cause for cause in causes if cause))
    place = {cause: index for index, cause in enumerate(distinct)}
    pack.decimals("gaps.people", people[some])
    return {
        "choice": keys[some].tolist(),
        "grid": grid[some].tolist(),
        "cause": [place.get(causes[row] or NO_CAUSE, ABSENT) for row in np.flatnonzero(some)],
        "causes": [both(cause) for cause in distinct],
    }


def _isochrones(pack: Pack, content: MapContent) -> dict[str, object]:
    frame = content.isochrones
    if frame is None or not len(frame):
        pack.shapes("isochrones", np.empty(0, dtype=object))
        return {"facility": [], "minutes": [], "case": []}
    facility = positions_of(frame["facility_id"], content.facilities["id"])
    pack.shapes("isochrones", shapely.simplify(project(frame.geometry), 2 * TOLERANCE))
    return {
        "facility": facility.tolist(),
        "minutes": [float(value) for value in frame["minutes"]],
        "case": _case_places(content, frame).tolist(),
    }


def _searched(content: MapContent, street_names: Sequence[str]) -> list[str | None]:
    """Return all texts by which a reader may look for something."""
    named = [
        texts(frame, name) for frame in (content.facilities, content.grids) for name in ("name", "address")
    ]
    return [*street_names, *(text for each in named for text in each)]


def _pack_states(pack: Pack, content: MapContent) -> None:
    """Add how each facility stands in each case, where that is known."""
    for place, case in enumerate(content.cases):
        if case.states is not None:
            pack.whole_numbers(f"state{place}", case.states)


def _siting(content: MapContent) -> dict[str, object] | None:
    siting = content.siting
    if siting is None:
        return None
    cases = [case.id for case in content.cases]
    return {
        "before": cases.index(siting.before),
        "after": cases.index(siting.after),
        "new": siting.new,
        "proof": both(siting.proof),
        "curve": [[new, number(best), number(nested)] for new, best, nested in siting.curve],
        "unit": both(siting.curve_unit),
    }


def _what_if(pack: Pack, content: MapContent) -> dict[str, object] | None:
    if content.reach is None or content.demand is None:
        return None
    return pack_what_if(
        pack,
        content.what_if,
        categories=[category.id for category in content.categories],
        minutes=content.minutes,
        placed=_placed(content),
    )


def _demand(pack: Pack, content: MapContent) -> list[int]:
    """Add where people are; return for each case which of the rows of ``demand.people`` are its own.

    Cases that count the same people share a row of the [rows, points] numbers.
    """
    demand = content.demand
    if demand is None:
        pack.positions("demand.at", np.empty((0, 2), dtype=np.int64))
        pack.decimals("demand.people", np.empty(0))
        return [0] * len(content.cases)
    everybody = demand["people"].to_numpy(dtype=np.float64)
    counted = [everybody if each.counted is None else each.counted for each in content.cases]
    rows, row = np.unique(np.stack(counted), axis=0, return_inverse=True)
    placed = _placed(content)
    pack.positions("demand.at", _points(demand)[placed])
    pack.decimals("demand.people", rows[:, placed].ravel())
    return [int(each) for each in row.ravel()]


def _placed(content: MapContent) -> Bools:
    """Return which demand points are shown.

    Where a few people of a special group live is not; they count in every figure.
    """
    demand = content.demand
    if demand is None:
        return np.empty(0, dtype=np.bool_)
    return may_be_shown(demand)


def _choices(content: MapContent, table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the positions of case, category and minutes of each row."""
    category = positions_of(table["category"], [each.id for each in content.categories])
    minutes = positions_of(table["minutes"].astype(float), [float(each) for each in content.minutes])
    return np.column_stack([_case_places(content, table), category, minutes])


def _case_places(content: MapContent, table: pd.DataFrame) -> NDArray[np.int64]:
    if "case" not in table:
        return np.zeros(len(table), dtype=np.int64)
    return positions_of(table["case"], [each.id for each in content.cases])


def _points(frame: gpd.GeoDataFrame) -> NDArray[np.int64]:
    return _rounded(frame.geometry)


def _rounded(points: gpd.GeoSeries) -> NDArray[np.int64]:
    lon_lat = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    return np.rint(to_steps(lon_lat)).astype(np.int64)
