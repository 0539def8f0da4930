"""Coverage by polygon as one wide table a case: a geometry once, a column a requirement."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.gaps import demanded
from geo.assessment.points import column_name
from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.rows.frames import COLUMNS
from layers.write.geodata.features import Field
from maps.book.rows import OUTSIDE_NAME
from maps.book.verdict import with_both_shares
from maps.geodata.fields import fields_of
from maps.geodata.names import requirement_fields, requirement_name
from maps.geodata.points import limited
from maps.result import StudyResult

_DIGITS = 3
"""Of shares: a tenth of a percent, as they are shown everywhere."""

_OF_PLACE = ("id", "name", "kind", "level", "parent", "geometry")


def wide_frame(result: StudyResult, case: CaseAssessment, kind: str) -> gpd.GeoDataFrame:
    """Return one row a polygon of a kind with all that one case found there.

    People outside every polygon have a row without a place, so that columns sum to the study.

    Parameters
    ----------
    kind
        ``grid`` or ``area``.
    """
    rows = _of(result.tables.by_area, case, kind)
    polygons = result.polygons
    mine = polygons[(polygons["kind"] == kind).to_numpy()] if len(polygons) else polygons
    if not len(rows) or not len(mine):
        return gpd.GeoDataFrame(geometry=[], crs=4326)
    rows = with_both_shares(result, rows)
    frame = mine[[name for name in _OF_PLACE if name in mine and name in (*COLUMNS["grids"], "geometry")]]
    frame = frame.drop(columns="kind").set_index("id")
    if (rows["area_id"] == OUTSIDE).any():
        language = result.study.language
        beyond = {"name": OUTSIDE_NAME.to(language), "geometry": None}
        frame = pd.concat([frame, gpd.GeoDataFrame([beyond], index=[OUTSIDE], crs=frame.crs)])
    columns = {
        **_standing(result, case, kind, rows),
        **_by_requirement(case, rows),
        **_land(_of(result.land.by_polygon, case, kind)),
    }
    wide = frame.assign(**{name: values.reindex(frame.index) for name, values in columns.items()})
    table = wide.rename_axis("id").reset_index()
    table["id"] = table["id"].where(table["id"] != OUTSIDE, None)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=4326)


def wide_fields(case: CaseAssessment) -> dict[str, Field]:
    """Return the fields that a polygon may have in a case, by column, in their order."""
    return fields_of("polygon") | requirement_fields(case, "of_requirement_in_polygon")


def _of(table: pd.DataFrame, case: CaseAssessment, kind: str) -> pd.DataFrame:
    if not len(table):
        return table
    return table[(table["case"] == case.case.id) & (table["kind"] == kind)]


def _by_requirement(case: CaseAssessment, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the people and shares of every requirement and test, by column, a value a polygon."""
    columns: dict[str, pd.Series] = {}
    for each in case.assessment.results:
        key, name = each.requirement.key, column_name(each.requirement.key)
        part = rows[(rows["requirement"] == key) & (rows["test"] == each.test)].set_index("area_id")
        if each.test == "compliance":
            columns |= {
                f"{name}_complying": part["covered"],
                f"{name}_metres": part["metres_share"].round(_DIGITS),
            }
            continue
        if each.applies is not None:
            columns[f"{name}_people"] = part["total"]
        columns[f"{name}_covered"] = part["covered"]
        if limited(case, key):
            columns |= {f"{name}_full": part["without_room"], f"{name}_room_unknown": part["room_unknown"]}
        columns[f"{name}_reach"] = part["reach_share"].round(_DIGITS)
        if limited(case, key):
            columns[f"{name}_room"] = part["room_share"].round(_DIGITS)
    return columns


def _standing(
    result: StudyResult, case: CaseAssessment, kind: str, rows: pd.DataFrame
) -> dict[str, pd.Series]:
    """Return how many people there are, the rank of the polygon, and what leaves most of them out."""
    ranking = _of(result.tables.ranking, case, kind)
    columns = {"people": rows.groupby("area_id", sort=False)["total"].max()}
    if len(ranking):
        ranked = ranking.set_index("area_id")
        columns |= {"rank": ranked["rank"], "mean_coverage": ranked["share"].round(_DIGITS)}
    gaps = _of(result.tables.gaps, case, kind)
    if len(gaps):
        gaps = gaps[demanded(gaps)].drop_duplicates("area_id").set_index("area_id")
        language = result.study.language
        names = {
            (each.requirement.key, str(each.test)): requirement_name(each) for each in case.assessment.results
        }
        asked = zip(gaps["requirement"], gaps["test"], strict=True)
        words = [names.get((str(key), str(test)), Text("", "")).to(language) for key, test in asked]
        columns |= {
            "worst": pd.Series(words, index=gaps.index, dtype=object),
            "worst_left_out": gaps["left_out"],
            "worst_cause": gaps[f"cause_{language}"].astype(object),
        }
    return columns


def _land(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the residential land of every polygon, and its share that has what is asked for."""
    if not len(rows):
        return {}
    columns = {"land_ha": rows.groupby("area_id", sort=False)["total"].max()}
    for (key, test), part in rows.groupby(["requirement", "test"], sort=False):
        end = "land" if test == "reach" else "land_metres"
        columns[f"{column_name(str(key))}_{end}"] = part.set_index("area_id")["share"].round(_DIGITS)
    return columns
