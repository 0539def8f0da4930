"""The results of a run as files: each whole or not at all, the record of the run last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from api.record import run_record
from layers.write.staging import check_writable, replace_all, staged
from layers.write.workbook import write_csv
from maps.book.files import assessment_tables_csv, write_assessment, write_short
from maps.book.run import assessment_book
from maps.frames import access_table, geopackage_layers, point_layer
from maps.page.run import map_content
from maps.page.web_map import render_map
from maps.result import StudyResult

__all__ = ["RESULT_FILES", "check_writable", "geopackage_layers", "write_geopackage", "write_results"]

RESULT_FILES = (
    "map.html",
    "assessment.xlsx",
    "coverage.xlsx",
    "coverage.csv",
    "gaps.csv",
    "by_area.csv",
    "results.gpkg",
    "results.parquet",
    "run.json",
)


ACCESS_FILE = "accessibility.csv"
"""Written where the study asks for measures of accessibility."""


def result_files(result: StudyResult) -> tuple[str, ...]:
    """Return the names of all files of a run; the record is the last to be put in place."""
    asked = (ACCESS_FILE,) if result.access.points else ()
    return (*RESULT_FILES[:-1], *asked, RESULT_FILES[-1])


def write_results(result: StudyResult, *, only: tuple[str, ...] | None = None) -> tuple[Path, ...]:
    """Write the results of a run into the study's ``out`` folder and return their paths.

    ``assessment.xlsx`` holds everything, ``coverage.xlsx`` its sheets of coverage, gaps and grids.
    Everything is written beside first and moved when it is whole; an interrupted run leaves what
    was there before. Files of the user's own in the folder are not touched; measures of an earlier run
    that this one was not asked for are removed.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    out = result.study.out_folder
    writers = _writers(result)
    names = result_files(result) if only is None else only
    with staged(out) as beside:
        for name in names:
            writers[name](beside / name)
        written = replace_all(beside, out, names)
        if only is None and ACCESS_FILE not in names:
            (out / ACCESS_FILE).unlink(missing_ok=True)
    return written


def _writers(result: StudyResult) -> dict[str, Callable[[Path], object]]:
    said = result.study.language
    book = assessment_book(result)
    tables = assessment_tables_csv(book, language=said)
    return {
        "map.html": lambda path: path.write_text(render_map(map_content(result)), "utf-8"),
        "assessment.xlsx": lambda path: write_assessment(path, book, language=said),
        "coverage.xlsx": lambda path: write_short(path, book, language=said),
        "coverage.csv": lambda path: write_csv(path, tables["coverage"], language=said),
        "gaps.csv": lambda path: write_csv(path, tables["gaps"], language=said),
        "by_area.csv": lambda path: write_csv(path, tables["by_area"], language=said),
        ACCESS_FILE: lambda path: write_csv(path, access_table(result), language=said),
        "results.gpkg": lambda path: write_geopackage(result, path),
        "results.parquet": lambda path: point_layer(result).to_parquet(path, compression="zstd"),
        "run.json": lambda path: path.write_text(run_record(result), "utf-8"),
    }


def write_geopackage(result: StudyResult, path: Path) -> None:
    """Write the layers, the answers for everybody, coverage by polygon, gaps, isochrones and detours."""
    for name, frame in geopackage_layers(result).items():
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
