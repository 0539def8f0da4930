"""People of each row of a demand layer: from a column, or estimated from buildings or dwellings."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coordinates.crs import metric_crs
from geo.text import Text
from geo.types import Bools, Floats
from layers.rows.buildings import (
    TALLEST,
    few_hold_a_third,
    floors_of,
    largest_buildings,
    note_large,
    settle_uses,
)
from layers.rows.frames import box_of, row_keys
from layers.rows.ledger import Ledger
from layers.rows.report import PeopleEstimate
from layers.study.sources import PeopleRule


def people_of_buildings(
    footprint_square_metres: Floats,
    levels: Floats,
    floor_area: Floats,
    *,
    square_metres_per_person: float = 35.0,
) -> Floats:
    """Return people from floor area, or from footprint times storeys where the floor area is not known.

    Parameters
    ----------
    footprint_square_metres, levels, floor_area
        One value a building; missing ones are nan.
    square_metres_per_person
        Floor area of one person. 35 m2 is the convention by which GB 50180-2018 (notes 4.0.2 and 4.0.3)
        turns residential floor area into people.

    Examples
    --------
    >>> nan = np.nan
    >>> people_of_buildings(np.array([350.0, 1.0]), np.array([6.0, nan]), np.array([nan, 700.0])).tolist()
    [60.0, 20.0]
    """
    area = np.where(np.isnan(floor_area), footprint_square_metres * levels, floor_area)
    people: Floats = area / square_metres_per_person
    return people


def people_of_dwellings(dwellings: Floats, occupancy: Floats, persons: Floats) -> Floats:
    """Return dwellings times the share lived in times the people in one.

    Examples
    --------
    >>> people_of_dwellings(np.array([3500.0]), np.array([0.827]), np.array([1.0])).round(1).tolist()
    [2894.5]
    """
    people: Floats = dwellings * occupancy * persons
    return people


NEEDED: Mapping[str, tuple[str, ...]] = {
    "column": ("people",),
    "buildings": ("floor_area", "levels"),
    "dwellings": ("dwellings", "occupancy", "vacancy", "dwellings_lived_in", "persons"),
    "grid": ("people",),
    "places": (),
}
"""By method, the roles whose values people are counted by."""

MANY = 1_000_000
"""People of one row from which on they are doubted: a unit was most likely misread."""


def count_people(
    ledger: Ledger, roles: pd.DataFrame, geometry: gpd.GeoSeries, rule: PeopleRule
) -> tuple[Floats, PeopleEstimate | None]:
    """Return the people of every row of a demand layer, and how they were reckoned.

    Rows without that information are rejected, buildings that nobody lives in are left out.

    Parameters
    ----------
    ledger
        The book of the layer.
    roles
        The typed columns.
    geometry
        The geometries in WGS84; footprints are measured on a local metric system.
    rule
        How people are counted.

    Returns
    -------
    people, estimate
        A value a row; None where the people stand in the layer.
    """
    if rule.method == "buildings":
        people, estimate = _from_buildings(ledger, roles, geometry, rule)
        return _plausible(ledger, people), estimate
    if rule.method == "dwellings":
        people, estimate = _from_dwellings(ledger, roles, rule)
        return _plausible(ledger, people), estimate
    if rule.method == "places":
        return _places(ledger)
    if "people" not in roles:
        ledger.stop(
            Text("no column holds the people", "没有人数列"),
            Text(
                'Add columns = { people = "..." } or people = { method = "buildings" }',
                '请添加 columns = { people = "..." } 或 people = { method = "buildings" }',
            ),
            code="missing_column",
        )
        return np.full(len(roles), np.nan), None
    people = roles["people"].to_numpy(dtype=np.float64)
    counted = _counted(ledger, people, "the people are missing", "缺少人数")
    if rule.method == "grid":
        # The cells of a modelled grid hold fractions of people, and few of them in the country.
        return counted, None
    parts = np.isfinite(counted) & (np.abs(counted - np.round(counted)) > 1e-6) & (counted >= 1)
    what = Text("fractions of people", "人数不是整数")
    ledger.note_rows(parts, what, Text("Check the unit", "请核对单位"), code="people_fraction", ask=True)
    return _plausible(ledger, counted), None


def _plausible(ledger: Ledger, people: Floats) -> Floats:
    """Note rows of fewer than one person and of millions; return the people as they are."""
    few = (people > 0) & (people < 1)
    fix = Text("Check the unit of the column", "请核对该列的单位")
    ledger.note_rows(few, Text("fewer than one person", "不足 1 人"), fix, code="people_few", ask=True)
    what = Text(f"{MANY:,} people or more in one row", f"单行人数达 {MANY:,} 人以上")
    ledger.note_rows(people >= MANY, what, fix, code="people_many", ask=True)
    return people


def _from_buildings(
    ledger: Ledger, roles: pd.DataFrame, geometry: gpd.GeoSeries, rule: PeopleRule
) -> tuple[Floats, PeopleEstimate]:
    mixed = settle_uses(ledger, roles, rule)
    levels, floor_area = _column(roles, "levels"), _column(roles, "floor_area")
    footprint = _footprints(geometry)
    _reject_unheard_of(ledger, levels)
    assumed = np.zeros(len(roles), dtype=bool)
    if rule.default_levels is not None:
        assumed = np.isnan(levels) & np.isnan(floor_area) & ~np.isnan(footprint)
        levels = np.where(assumed, rule.default_levels, levels)
        what = Text(
            f"no storeys; {rule.default_levels:g} taken, as the study says",
            f"没有层数，按项目设定取 {rule.default_levels:g} 层",
        )
        ledger.note_rows(assumed, what, Text("Better give them", "建议补充"), code="default_levels")
    floors = floors_of(levels, _column(roles, "min_level"), _column(roles, "roof_levels"), mixed)
    upper = np.where(mixed & np.isfinite(levels), floors / np.maximum(levels, 1), 1.0)
    people = people_of_buildings(
        footprint, floors, floor_area * upper, square_metres_per_person=rule.square_metres_per_person
    )
    _counted(
        ledger,
        people,
        "neither floor area nor footprint with storeys (people.default_levels can say them)",
        "缺少建筑面积，也没有轮廓与层数（可用 people.default_levels 设定）",
    )
    return people, _estimate_of_buildings(ledger, roles, people, footprint, floors, assumed, rule)


def _reject_unheard_of(ledger: Ledger, levels: Floats) -> None:
    fix = Text("Write the floors above ground", "请填写地上层数")
    what = Text(f"more than {TALLEST:g} storeys", f"层数超过 {TALLEST:g}")
    ledger.reject(np.nan_to_num(levels) > TALLEST, what, fix, code="bad_value")


def _estimate_of_buildings(
    ledger: Ledger,
    roles: pd.DataFrame,
    people: Floats,
    footprint: Floats,
    floors: Floats,
    assumed: Bools,
    rule: PeopleRule,
) -> PeopleEstimate:
    kept = np.flatnonzero(ledger.accepted)
    keys = row_keys(ledger, roles)[kept]
    largest = largest_buildings(keys, people[kept], footprint[kept], floors[kept], assumed[kept])
    third = few_hold_a_third(people[kept])
    if not ledger.faults:
        note_large(ledger, largest, third, len(kept))
    return PeopleEstimate(
        method="buildings",
        how=Text(
            f"floor area of {len(kept):,} buildings / {rule.square_metres_per_person:g} m2 a person",
            f"{len(kept):,} 栋建筑的建筑面积 ÷ 人均 {rule.square_metres_per_person:g} 平方米",
        ),
        people=float(people[kept].sum()),
        rows=len(kept),
        largest=largest,
        third=third,
    )


def _places(ledger: Ledger) -> tuple[Floats, PeopleEstimate]:
    """Return one for each row: where nobody knows the people, places are counted, and are called so."""
    rows = int(ledger.accepted.sum())
    ledger.note(
        Text("people are not known: each row counts as one place", "人口未知：每行计为 1 个地点"),
        Text(
            "Give a layer of residents or a population grid before you use a result",
            "使用结果之前，请提供人口数据或人口网格",
        ),
        code="people_unknown",
    )
    how = Text(f"{rows:,} places, one each; people are not known", f"{rows:,} 个地点，每处计 1，人口未知")
    return np.ones(len(ledger.accepted)), PeopleEstimate(
        method="places", how=how, people=float(rows), rows=rows
    )


def _from_dwellings(ledger: Ledger, roles: pd.DataFrame, rule: PeopleRule) -> tuple[Floats, PeopleEstimate]:
    persons = _said(ledger, roles, "persons", rule.persons, Text("people in a dwelling", "户均人口"))
    roles = _with_occupancy(roles)
    occupancy = _said(ledger, roles, "occupancy", rule.occupancy, Text("occupancy", "入住率"))
    if "occupancy" not in roles and rule.occupancy is None:
        what = Text("every dwelling is counted as lived in", "所有住房均按有人居住计")
        fix = Text(
            "Add people.occupancy, or a column of occupancy", "请添加 people.occupancy，或补充入住率列"
        )
        ledger.note(what, fix, code="no_occupancy")
        occupancy = np.ones(len(roles))
    if "persons" not in roles and rule.persons is None:
        what = Text("nothing says how many people live in a dwelling", "未说明每户人数")
        fix = Text(
            "Add people.persons = 2.6, or a column of it", "请添加 people.persons = 2.6，或补充户均人口列"
        )
        ledger.stop(what, fix, code="missing_column")
    missing = Text("occupancy is missing", "缺少入住率")
    fix = Text("Fill it in, or say people.occupancy", "请填写，或用 people.occupancy 说明")
    at_all = np.isnan(occupancy) & (_column(roles, "dwellings") != 0)
    ledger.reject(at_all, missing, fix, code="no_occupancy")
    over = occupancy > 1
    fix = Text("Write 0.827 or 82.7 %", "请写 0.827 或 82.7%")
    ledger.reject(over, Text("occupancy over 1", "入住率大于 1"), fix, code="bad_value")
    people = people_of_dwellings(_column(roles, "dwellings"), occupancy, persons)
    _counted(ledger, people, "dwellings or people in one are missing", "缺少户数或户均人口")
    kept = people[ledger.accepted]
    how = Text(
        f"dwellings x share lived in x people in one, of {len(kept):,} rows",
        f"{len(kept):,} 行的户数 × 入住率 × 户均人口",
    )
    estimate = PeopleEstimate(method="dwellings", how=how, people=float(kept.sum()), rows=len(kept))
    return people, estimate


def _with_occupancy(roles: pd.DataFrame) -> pd.DataFrame:
    """Return the roles with the occupancy that vacancy or dwellings lived in say, where it is missing."""
    occupancy, dwellings = _column(roles, "occupancy"), _column(roles, "dwellings")
    lived_in = _column(roles, "dwellings_lived_in")
    if "dwellings_lived_in" in roles:
        dwellings = np.where(np.isnan(dwellings), lived_in, dwellings)
        share = np.divide(lived_in, dwellings, out=np.zeros(len(roles)), where=dwellings > 0)
        occupancy = np.where(np.isnan(occupancy) & ~np.isnan(lived_in), share, occupancy)
    if "vacancy" in roles:
        occupancy = np.where(np.isnan(occupancy), 1 - _column(roles, "vacancy"), occupancy)
    if {"vacancy", "dwellings_lived_in"} & set(roles):
        return roles.assign(dwellings=dwellings, occupancy=occupancy)
    return roles


def _said(ledger: Ledger, roles: pd.DataFrame, role: str, otherwise: float | None, name: Text) -> Floats:
    """Return a column with its empty cells as the study says, which is noted; nan where it says nothing."""
    values = _column(roles, role)
    if otherwise is None:
        return values
    empty = np.isnan(values)
    if role in roles:
        what = Text(
            f"no {name.en}; {otherwise:g} taken, as the study says",
            f"缺少{name.zh}，按项目设定取 {otherwise:g}",
        )
        ledger.note_rows(empty, what, Text("Better give it", "建议补充"), code=f"default_{role}")
    return np.where(empty, otherwise, values)


def _counted(ledger: Ledger, people: Floats, en: str, zh: str) -> Floats:
    merged = ledger.merged & ~np.isfinite(people)
    what = Text(
        "its people stand in a merged cell and are counted in the first row of it",
        "人数在合并单元格中，已计入其首行",
    )
    fix = Text("Write the number of each row", "请逐行填写数值")
    ledger.reject(merged, what, fix, code="merged_number")
    fix = Text("Fill it in; 0 is a number too", "请填写；0 也是有效数字")
    ledger.reject(~np.isfinite(people), Text(en, zh), fix, code="no_people")
    return people


def _column(roles: pd.DataFrame, role: str) -> Floats:
    return roles[role].to_numpy(dtype=np.float64) if role in roles else np.full(len(roles), np.nan)


def _footprints(geometry: gpd.GeoSeries) -> Floats:
    """Return areas in square metres; nan for what has none."""
    if geometry.isna().all():
        return np.full(len(geometry), np.nan)
    areas = geometry.to_crs(metric_crs(box_of(geometry))).area.to_numpy(dtype=np.float64)
    return np.where(areas > 0, areas, np.nan)
