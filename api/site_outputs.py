"""A plan as files: workbook, GeoPackage and map, each whole or none of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np

from layers.write.staging import replace_all, staged
from layers.write.workbook import write_workbook
from maps.book.siting import site_sheets
from maps.book.siting_tables import by_polygon, candidate_table, chosen_table
from maps.page.siting import siting_map
from maps.page.web_map import render_map
from maps.result import SitingResult

SITE_FILES = ("siting.xlsx", "siting.gpkg", "siting.html")


def write_siting(result: SitingResult) -> tuple[Path, ...]:
    """Write the plan into the study's ``out`` folder and return the paths.

    All three files are written beside first and moved when they are whole.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    out, said = result.study.out_folder, result.study.language
    writers: dict[str, Callable[[Path], object]] = {
        "siting.xlsx": lambda path: write_workbook(path, site_sheets(result), language=said),
        "siting.gpkg": lambda path: write_siting_layers(result, path),
        "siting.html": lambda path: path.write_text(render_map(siting_map(result)), "utf-8"),
    }
    with staged(out) as beside:
        for name in SITE_FILES:
            writers[name](beside / name)
        return replace_all(beside, out, SITE_FILES)


def write_siting_layers(result: SitingResult, path: Path) -> None:
    """Write chosen sites, candidates, what stands, coverage by polygon, everybody, and the reach."""
    for name, frame in siting_layers(result).items():
        if len(frame):
            frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")


def siting_layers(result: SitingResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of ``siting.gpkg`` by layer.

    ``people`` holds for every demand point the minutes today and with the plan, and which site is the
    nearest with the plan.
    """
    standing = result.sites[result.sites["existing"]]
    polygons = result.polygons[["id", "geometry"]]
    coverage = polygons.merge(by_polygon(result), on="id", how="inner")
    return {
        "chosen": chosen_table(result).drop(columns=["existing"]),
        "candidates": candidate_table(result),
        "today": standing[["id", "name", "geometry"]],
        "coverage": coverage,
        "people": _people(result),
        "reach": result.isochrones,
    }


def _people(result: SitingResult) -> gpd.GeoDataFrame:
    demand = result.layers.demand[["id", "group", "geometry"]]
    served = np.asarray(result.plan.served_by)
    ids = np.array([*result.sites["id"], None], dtype=object)
    return demand.assign(
        people=result.people,
        minutes_before=_minutes(result.before),
        minutes_after=_minutes(result.after),
        served_by=ids[served],
    )


def _minutes(seconds: np.ndarray) -> np.ndarray:
    """Return minutes, missing where nothing is reached."""
    return np.where(np.isfinite(seconds), seconds / 60.0, np.nan)
