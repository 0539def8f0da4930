"""Demand points of one case: where they lie, how long each way is, and whom every requirement covers."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.cuts import Cut, cuts_of
from geo.assessment.points import column_name, point_results
from geo.measures.requirements import concerned
from geo.text import Text
from layers.write.geodata.features import Field
from maps.geodata.fields import fields_of, of_category
from maps.geodata.names import named_categories, requirement_fields
from maps.published import further_columns, may_be_published, own_fields
from maps.result import StudyResult
from maps.small_groups import without_small_groups

_ROUNDED = {"minutes": 2, "metres": 1}


def point_frame(result: StudyResult, case: CaseAssessment) -> gpd.GeoDataFrame:
    """Return every demand point with its answers in one case, small groups merged.

    Further columns of the user's own stay out: they are in the user's file, and may hold what is not for
    every reader. People of every requirement sum to its row in the table of coverage.
    """
    demand = result.layers.demand
    points = case.traveller.demand
    own = further_columns(result.study, result.layers, demand)
    kept = demand[["id", "name", "people", "group", "shift", "layer", *own, "geometry"]]
    for name, rows in own.items():
        kept[name] = kept[name].where(rows, None)
    answers = _without_hidden(result, point_results(result.ground, case))
    away = pd.Series(np.where(points.snapped, points.snap_metres, np.nan), index=kept.index)
    table = pd.concat(
        [kept, answers, _people(case, kept.index), _measures(result, case), _places(result)], axis=1
    ).assign(snap_metres=away)
    table = table.loc[:, ~table.columns.duplicated(keep="last")]
    whole = gpd.GeoDataFrame(table, geometry="geometry", crs=demand.crs)
    whole = whole[may_be_published(result.study, demand)]
    return without_small_groups(whole, result.polygons)


def _without_hidden(result: StudyResult, answers: pd.DataFrame) -> pd.DataFrame:
    """Return answers that name no place whose layer stays in the house."""
    facilities = result.layers.facilities
    hidden = set(facilities["id"][~may_be_published(result.study, facilities)])
    if not hidden:
        return answers
    named: dict[str, pd.Series] = {}
    for category in result.ground.wanted:
        first, several, gate = f"{category}_id", f"{category}_nearest_ids", f"{category}_entrance"
        if first in answers:
            known = ~answers[first].isin(hidden)
            named |= {name: answers[name].where(known, None) for name in (first, gate) if name in answers}
        if several in answers:
            lists = [tuple("" if key in hidden else key for key in ids) for ids in answers[several]]
            named[several] = pd.Series(lists, index=answers.index, dtype=object)
    return answers.assign(**named)


def point_fields(result: StudyResult, case: CaseAssessment) -> dict[str, Field]:
    """Return the fields that a demand point may have in a case, by column, in their order."""
    fields = fields_of("demand")
    for category, name in named_categories(result).items():
        fields |= of_category(category, name)
    fields |= requirement_fields(case, "of_requirement_at_point") | dict(_measure_fields(result))
    own = further_columns(result.study, result.layers, result.layers.demand)
    return fields | own_fields(fields, pd.DataFrame(columns=list(own)))


def _people(case: CaseAssessment, index: pd.Index) -> pd.DataFrame:
    """Return the people of every requirement who find no room, and those within the metres."""
    columns = {}
    for result, causes in zip(case.assessment.reach, case.causes, strict=True):
        name = column_name(result.requirement.key)
        if limited(case, result.requirement.key):
            columns[f"{name}_full"] = causes.people["full"]
            columns[f"{name}_room_unknown"] = causes.people["room_unknown"]
    for compliance in case.assessment.compliance:
        name = column_name(compliance.requirement.key)
        columns[f"{name}_complying"] = concerned(compliance, case.people) * compliance.met
    return pd.DataFrame(columns, index=index)


def limited(case: CaseAssessment, requirement: str) -> bool:
    """Return whether capacity limits a requirement, so that room has columns of its own."""
    return any(key == requirement for key, _ in case.methods)


def _measures(result: StudyResult, case: CaseAssessment) -> pd.DataFrame:
    """Return the measures of accessibility; the nearest stands among the answers as `CATEGORY_minutes`."""
    table = result.access.points.get(case.case.id, pd.DataFrame(index=result.layers.demand.index))
    return table[[name for name in table.columns if not name.endswith("_nearest")]]


def _measure_fields(result: StudyResult) -> Iterator[tuple[str, Field]]:
    for row in result.access.summary.to_dict("records"):
        key = f"{row['category']}_{row['measure']}"
        name = Text(f"{row['name_en']}: {row['measure_en']}", f"{row['name_zh']}：{row['measure_zh']}")
        yield key, Field(key=key, name=name, unit=Text(row["unit_en"], row["unit_zh"]))


def _places(result: StudyResult) -> pd.DataFrame:
    """Return the polygons that every demand point lies in: its grid, and all areas."""
    demand, layers = result.layers.demand, result.layers
    columns: dict[str, object] = {}
    for cut in cuts_of(demand, grids=layers.grids, areas=layers.areas):
        if cut.kind == "grid":
            columns |= _grid_of(cut)
        else:
            columns |= _areas_of(cut)
    return pd.DataFrame(columns, index=demand.index)


def _grid_of(cut: Cut) -> dict[str, object]:
    """Return the grid that holds the largest share of each point, the first of equals."""
    shares = cut.shares[: len(cut.areas)].tocoo()
    order = np.lexsort((shares.row, -shares.data, shares.col))
    point, first = np.unique(shares.col[order], return_index=True)
    where = np.full(shares.shape[1], -1)
    where[point] = shares.row[order][first]
    ids = np.array([*cut.areas["id"], None], dtype=object)
    names = np.array([*cut.areas["name"], None], dtype=object)
    return {"grid_id": ids[where], "grid_name": names[where]}


def _areas_of(cut: Cut) -> dict[str, object]:
    shares = cut.shares[: len(cut.areas)].tocsc()
    shares.sort_indices()
    rows = np.split(shares.indices, shares.indptr[1:-1])
    ids, names = (cut.areas[name].to_numpy(dtype=object) for name in ("id", "name"))
    listed = {"area_ids": ids, "area_names": names}
    return {
        column: pd.Series([tuple(values[row]) for row in rows], dtype=object)
        for column, values in listed.items()
    }


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with minutes in hundredths and metres in tenths: finer is no knowledge."""
    ends = {
        str(name): digits
        for name in frame.columns
        for end, digits in _ROUNDED.items()
        if str(name).rpartition("_")[2] == end and pd.api.types.is_float_dtype(frame[name])
    }
    lists = {
        str(name): frame[name].map(_rounded_list)
        for name in frame.columns
        if str(name).endswith("_nearest_minutes")
    }
    return frame.round(ends).assign(**lists)


def _rounded_list(values: object) -> object:
    return tuple(round(float(value), 2) for value in values) if isinstance(values, tuple) else values
