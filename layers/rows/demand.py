"""People of each row of a demand layer: from a column, or estimated from buildings or dwellings."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coordinates.crs import metric_crs
from geo.text import Text
from geo.types import Floats
from layers.rows.frames import box_of
from layers.rows.ledger import Ledger
from layers.study.model import PeopleRule


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


def count_people(ledger: Ledger, roles: pd.DataFrame, geometry: gpd.GeoSeries, rule: PeopleRule) -> Floats:
    """Return the people of every row of a demand layer; rows without that information are rejected.

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
    """
    if rule.method == "buildings":
        return _from_buildings(ledger, roles, geometry, rule)
    if rule.method == "dwellings":
        return _from_dwellings(ledger, roles, rule)
    if "people" not in roles:
        ledger.stop(
            Text("no column holds the people", "没有人数列"),
            Text(
                'Add columns = { people = "..." } or people = { method = "buildings" }',
                '请添加 columns = { people = "..." } 或 people = { method = "buildings" }',
            ),
            code="missing_column",
        )
        return np.full(len(roles), np.nan)
    return _counted(ledger, roles["people"].to_numpy(dtype=np.float64), "the people are missing", "缺少人数")


def _from_buildings(ledger: Ledger, roles: pd.DataFrame, geometry: gpd.GeoSeries, rule: PeopleRule) -> Floats:
    levels, floor_area = _column(roles, "levels"), _column(roles, "floor_area")
    footprint = _footprints(geometry)
    if rule.default_levels is not None:
        filled = np.isnan(levels) & np.isnan(floor_area) & ~np.isnan(footprint)
        levels = np.where(filled, rule.default_levels, levels)
        what = Text(
            f"no storeys; {rule.default_levels:g} taken, as the study says",
            f"没有层数，按项目设定取 {rule.default_levels:g} 层",
        )
        ledger.note_rows(filled, what, Text("Better give them", "建议补充"), code="default_levels")
    people = people_of_buildings(
        footprint, levels, floor_area, square_metres_per_person=rule.square_metres_per_person
    )
    return _counted(
        ledger,
        people,
        "neither floor area nor footprint with storeys (people.default_levels can say them)",
        "缺少建筑面积，也没有轮廓与层数（可用 people.default_levels 设定）",
    )


def _from_dwellings(ledger: Ledger, roles: pd.DataFrame, rule: PeopleRule) -> Floats:
    occupancy = _column(roles, "occupancy", rule.occupancy)
    over = occupancy > 1
    fix = Text("Write 0.827 or 82.7 %", "请写 0.827 或 82.7%")
    ledger.reject(over, Text("occupancy over 1", "入住率大于 1"), fix, code="bad_value", column="occupancy")
    persons = _column(roles, "persons", rule.persons)
    people = people_of_dwellings(_column(roles, "dwellings"), occupancy, persons)
    return _counted(ledger, people, "dwellings or people in one are missing", "缺少户数或户均人口")


def _counted(ledger: Ledger, people: Floats, en: str, zh: str) -> Floats:
    fix = Text("Fill it in; 0 is a number too", "请填写；0 也是有效数字")
    ledger.reject(~np.isfinite(people), Text(en, zh), fix, code="no_people")
    return people


def _column(roles: pd.DataFrame, role: str, otherwise: float | None = None) -> Floats:
    missing = np.nan if otherwise is None else otherwise
    if role not in roles:
        return np.full(len(roles), missing)
    values = roles[role].to_numpy(dtype=np.float64)
    return np.where(np.isnan(values), missing, values)


def _footprints(geometry: gpd.GeoSeries) -> Floats:
    """Return areas in square metres; nan for what has none."""
    if geometry.isna().all():
        return np.full(len(geometry), np.nan)
    areas = geometry.to_crs(metric_crs(box_of(geometry))).area.to_numpy(dtype=np.float64)
    return np.where(areas > 0, areas, np.nan)
