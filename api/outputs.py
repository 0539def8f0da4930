"""The results of a run and of a plan as files: each whole or not at all, the record of the run last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from api.record import run_record, site_record
from layers.write.staging import replace_all, staged
from layers.write.verify import RECORD, hashes_of, with_hashes
from layers.write.workbook import write_csv, write_workbook
from maps.book.sheets import CSV_FILES, OPTIONAL_CSV_FILES, edition_of
from maps.book.siting import siting_edition
from maps.book.spec import csv_tables, workbook_sheets
from maps.frames import GeoFrames, caveat_layer, geopackage_layers, point_layer, siting_layers
from maps.page.run import map_content
from maps.page.siting import siting_map
from maps.page.web_map import render_map
from maps.result import SitingResult, StudyResult

RESULT_FILES = (
    "map.html",
    "assessment.xlsx",
    "coverage.xlsx",
    *CSV_FILES,
    "results.gpkg",
    "results.parquet",
    RECORD,
)
"""Files that every run writes, the record last; `OPTIONAL_CSV_FILES` are written where there are rows."""

SITE_FILES = ("siting.xlsx", "siting.gpkg", "siting.html", "siting.json")

_Writer = Callable[[Path], object]


def write_results(result: StudyResult, *, only: tuple[str, ...] | None = None) -> tuple[Path, ...]:
    """Write the results of a run into the study's ``out`` folder and return their paths.

    ``assessment.xlsx`` holds everything, ``coverage.xlsx`` its sheets of coverage, gaps and grids.
    Everything is written beside first and moved when it is whole; an interrupted run leaves what
    was there before. Files of the user's own in the folder are not touched; optional tables of an earlier
    run that this one was not asked for are removed.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    writers, out = _run_writers(result), result.study.out_folder
    if only is not None:
        return _write_part(writers, out, only)
    obsolete = tuple(name for name in OPTIONAL_CSV_FILES if name not in writers)
    with staged(out) as beside:
        for name, write in writers.items():
            write(beside / name)
        record = with_hashes(run_record(result), hashes_of(beside, writers))
        (beside / RECORD).write_text(record, "utf-8")
        return replace_all(beside, out, (*writers, RECORD), obsolete=obsolete)


def write_siting(result: SitingResult) -> tuple[Path, ...]:
    """Write a plan into the study's ``out`` folder and return the paths: all four files or none.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    language = result.study.language
    writers: dict[str, _Writer] = {
        "siting.xlsx": lambda path: write_workbook(
            path, workbook_sheets(siting_edition(result)), language=language
        ),
        "siting.gpkg": lambda path: _write_geopackage(siting_layers(result), path),
        "siting.html": lambda path: path.write_text(render_map(siting_map(result)), "utf-8"),
        "siting.json": lambda path: path.write_text(site_record(result), "utf-8"),
    }
    return _write(writers, result.study.out_folder, SITE_FILES)


def _run_writers(result: StudyResult) -> dict[str, _Writer]:
    """Return what writes each file of a run, in the order in which they are put in place."""
    language = result.study.language
    whole, short = edition_of(result), edition_of(result, short=True)
    return {
        "map.html": lambda path: path.write_text(render_map(map_content(result)), "utf-8"),
        "assessment.xlsx": lambda path: write_workbook(path, workbook_sheets(whole), language=language),
        "coverage.xlsx": lambda path: write_workbook(path, workbook_sheets(short), language=language),
        **{
            name: partial(write_csv, table=table, language=language)
            for name, table in csv_tables(whole).items()
        },
        "results.gpkg": lambda path: _write_geopackage(_with_caveats(result), path),
        "results.parquet": lambda path: point_layer(result).to_parquet(path, compression="zstd"),
    }


def _write_part(writers: Mapping[str, _Writer], out: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Write some files of a run; a record that is there takes their hashes over."""
    with staged(out) as beside:
        for name in names:
            writers[name](beside / name)
        try:
            record = with_hashes((out / RECORD).read_text("utf-8"), hashes_of(beside, names))
        except (OSError, ValueError, AttributeError):
            # No record, or none of ours: there is nothing to keep true.
            return replace_all(beside, out, names)
        (beside / RECORD).write_text(record, "utf-8")
        return replace_all(beside, out, (*names, RECORD))[: len(names)]


def _write(writers: Mapping[str, _Writer], out: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Write some files beside, and move them into place when all are whole."""
    with staged(out) as beside:
        for name in names:
            writers[name](beside / name)
        return replace_all(beside, out, names)


def _with_caveats(result: StudyResult) -> GeoFrames:
    """Return the layers of ``results.gpkg`` and, where there are any, the caveats."""
    notes = caveat_layer(result)
    return {**geopackage_layers(result), **({"caveats": notes} if len(notes) else {})}


def _write_geopackage(layers: GeoFrames, path: Path) -> None:
    for name, frame in layers.items():
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
