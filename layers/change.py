"""A change applied to the layers of a study: places opened, closed, moved, extended, open at other hours."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84
from geo.errors import Fault, InputError
from geo.text import Text
from layers.hours.cells import read_hours_cell
from layers.load import Layers, words_of
from layers.rows.frames import empty_frame, join_frames
from layers.study.changes import Change
from layers.study.model import Study

LAYER = "change"
"""Layer of the places that a change opens; their ids are ``change:ID``."""


def changed(study: Study, layers: Layers, change: Change) -> Layers:
    """Return the layers with a change applied; opened places are stations that are open.

    A place that moves is reached at its new point: outline and entrances stay behind.

    Raises
    ------
    InputError
        With every place that the study does not have, and every category nobody knows.
    """
    faults = _faults(study, layers, change)
    if faults:
        raise InputError(faults)
    places = layers.facilities[~layers.facilities["id"].isin([row.id for row in change.closed])].copy()
    row_of = pd.Series(places.index, index=places["id"])
    for moved in change.moved:
        places.loc[row_of[moved.id], "geometry"] = shapely.Point(moved.lon, moved.lat)
    for extended in change.extended:
        row = row_of[extended.id]
        # Where nobody is turned away (inf), more room turns nobody away either; a missing limit is unknown.
        if places.loc[row, "people_limit"] != math.inf:
            places.loc[row, "people_limit"] = extended.capacity
        places.loc[row, "capacity"] = extended.capacity
    for rehoured in change.rehoured:
        places.loc[row_of[rehoured.id], "opening_hours"] = read_hours_cell(rehoured.opening_hours).osm
    frames = [frame for frame in (places, _opened(change)) if len(frame)]
    gone = [row.id for row in (*change.closed, *change.moved)]
    return replace(
        layers,
        facilities=join_frames("facilities", frames),
        approaches=layers.approaches.without(gone),
    )


def named_by_change(study: Study, change: Change) -> Study:
    """Return the study as it is called with a change."""
    return study.model_copy(update={"name": f"{study.name}: {change.name}"})


def study_of_change(study: Study, change: Change) -> Study:
    """Return the study as it is called with a change, its results in a folder of their own."""
    out = f"{study.out}/changes/{folder_name(change.name)}"
    return named_by_change(study, change).model_copy(update={"out": out})


def study_without_change(study: Study, change: Change) -> Study:
    """Return the study that `study_of_change` was given."""
    return study.model_copy(
        update={
            "name": study.name.removesuffix(f": {change.name}"),
            "out": study.out.removesuffix(f"/changes/{folder_name(change.name)}"),
        }
    )


def folder_name(name: str) -> str:
    """Return a name as that of a folder, on every system: no separators, no dots in front.

    Examples
    --------
    >>> folder_name("Plan B / 2030"), folder_name("方案 一"), folder_name("...")
    ('Plan-B-2030', '方案-一', 'plan')
    """
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "plan"


def _opened(change: Change) -> gpd.GeoDataFrame:
    frame = empty_frame("facilities")
    rows = [
        {
            "id": f"{LAYER}:{row.id}",
            "name": row.name or row.id,
            "kind": "station",
            "category": row.category,
            "functions": (),
            "status": "open",
            "capacity": row.capacity,
            # No limit where none is given, as the file promises: a missing one would be unknown room.
            "people_limit": math.inf if row.capacity is None else row.capacity,
            "layer": LAYER,
        }
        for row in change.opened
    ]
    points = gpd.points_from_xy([row.lon for row in change.opened], [row.lat for row in change.opened])
    columns = pd.DataFrame(rows).reindex(columns=[name for name in frame.columns if name != "geometry"])
    for name in columns.columns:
        if name != "functions":
            columns[name] = columns[name].astype(frame[name].dtype)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=WGS84), crs=WGS84)


def _faults(study: Study, layers: Layers, change: Change) -> list[Fault]:
    standing = set(layers.facilities["id"])
    categories = words_of(study).categories.by_id
    faults = []
    for number, rehoured in enumerate(change.rehoured, start=1):
        read = read_hours_cell(rehoured.opening_hours)
        if read.fault is not None:
            place = f"hours[{number}].opening_hours"
            faults.append(replace(read.fault, source=place, value=rehoured.opening_hours, code="change"))
        elif read.osm is None:
            what = Text("says no hours", "未写明开放时间")
            fix = Text("Write when it is open", "请填写开放时间")
            faults.append(_fault(f"hours[{number}].opening_hours", what, fix, rehoured.opening_hours))
    tables = (
        ("close", change.closed), ("move", change.moved), ("extend", change.extended),
        ("hours", change.rehoured),
    )  # fmt: skip
    for table, rows in tables:
        for number, row in enumerate(rows, start=1):
            if row.id not in standing:
                what = Text("the study has no such place", "项目中没有此设施")
                fix = Text("Ids are in results.gpkg (facilities)", "编号见 results.gpkg 的 facilities 图层")
                faults.append(_fault(f"{table}[{number}].id", what, fix, row.id))
    for number, opened in enumerate(change.opened, start=1):
        if opened.category not in categories:
            what = Text("no such category", "没有此设施类别")
            fix = Text("Write the id of a category", "请填写类别编号")
            faults.append(_fault(f"open[{number}].category", what, fix, opened.category))
        if f"{LAYER}:{opened.id}" in standing:
            what = Text("the study has a place of this id", "项目中已有此编号的设施")
            fix = Text("Give it another", "请换一个编号")
            faults.append(_fault(f"open[{number}].id", what, fix, opened.id))
    return faults


def _fault(place: str, what: Text, fix: Text, value: str) -> Fault:
    return Fault(what, fix, source=place, value=value, code="change")
