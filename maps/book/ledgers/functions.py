"""The sheet of functions: a row a station, a column a function in the standard's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.ledgers.functions import SAME_BUILDING_METRES
from geo.text import Text
from layers.load import words_of
from layers.settings import tier_names
from layers.write.table import Column
from maps.book.layouts import RunEdition
from maps.book.spec import SheetSpec, TableSpec, as_csv, sheet_of_one, titled
from maps.result import StudyResult
from maps.values import texts
from maps.words.summary import category_name

HAS: Final = Text("✓", "✓")
MISSING: Final = Text("missing", "缺")
_NAME: Final = Column("name", Text("Station", "服务站点"))
_TIER: Final = Column("tier_name", Text("Tier", "层级"))
_SHARE: Final = Column("share", Text("Share of functions", "功能具备率"), "share")
_MISSING: Final = Column("missing", Text("Missing", "缺少的功能"))
_EMBEDDED: Final = Column("embedded", Text("Embedded services", "嵌入式服务"))


def function_rows(result: StudyResult) -> pd.DataFrame:
    """Return a row for each station with what it has and lacks, and a last one with the share that has it."""
    found = result.functions
    if not len(found.stations) or not found.functions:
        return pd.DataFrame()
    stations = result.layers.facilities.iloc[found.stations]
    tiers = tier_names(result.study, result.standard)
    names = [each.name for each in found.functions]
    frame = pd.DataFrame(
        {
            "id": [*stations["id"], None],
            "name": texts([*stations["name"].fillna(stations["id"]), Text("Share that has it", "具备率")]),
            "tier_name": texts([*(_tier(tiers, each) for each in stations["tier"]), ""]),
            "share": [*found.has.mean(axis=1), float(found.has.mean())],
            "missing": texts([*(_listed(names, ~has) for has in found.has), ""]),
            "embedded": texts([*(_embedded(result, places) for places in found.embedded), ""]),
        }
    )  # fmt: skip
    for column, function in enumerate(found.functions):
        has = found.has[:, column]
        share = f"{has.mean():.0%}"
        frame[function.id] = texts([*(HAS if each else MISSING for each in has), Text(share, share)])
    return frame


def _tier(names: Mapping[str, Text], tier: object) -> Text:
    if not isinstance(tier, str):
        return Text("", "")
    return names.get(tier, Text(tier, tier))


def _listed(names: list[Text], chosen: list[bool]) -> Text:
    some = [name for name, each in zip(names, chosen, strict=True) if each]
    return Text(", ".join(each.en for each in some), "、".join(each.zh for each in some))


def _embedded(result: StudyResult, places: tuple[int, ...]) -> Text:
    """Return what is embedded in a building: each by its name, else by its category."""
    known = words_of(result.study).categories.by_id
    said = []
    for name, category in result.layers.facilities.iloc[list(places)][["name", "category"]].to_numpy():
        if isinstance(name, str) and name:
            said.append(Text(name, name))
        else:
            said.append(known[category].name if category in known else category_name(result, category))
    return Text(", ".join(each.en for each in said), "、".join(each.zh for each in said))


def _columns(result: StudyResult, rows: pd.DataFrame) -> tuple[Column, ...]:
    del rows
    functions = tuple(Column(each.id, each.name) for each in result.functions.functions)
    return (_NAME, _TIER, *functions, _SHARE, _MISSING, _EMBEDDED)


def _unit(edition: RunEdition) -> Text:
    standard, metres = edition.result.standard.title, SAME_BUILDING_METRES
    return Text(
        f"functions of {standard.en}; what stands within {metres:g} m of a station is embedded in it",
        f"功能依据：{standard.zh}；距服务站点 {metres:g} 米以内的设施计为其嵌入式服务",
    )


_MATRIX: Final[TableSpec[StudyResult]] = TableSpec(
    key="function_matrix",
    caption=Text("Functions", "功能矩阵"),
    frame=function_rows,
    columns=_columns,
    every=(_NAME, _TIER, _SHARE, _MISSING, _EMBEDDED),
)
FUNCTION_SHEETS: Final[tuple[SheetSpec[StudyResult], ...]] = (
    sheet_of_one(
        _MATRIX,
        title=titled("which station has which function", "功能矩阵（服务站点 × 功能）"),
        unit=_unit,
        optional=True,
        csv=(as_csv(_MATRIX),),
    ),
)
"""The sheet of functions; none where there are no stations or no functions to be found."""
