"""The results of a run and of a plan as files: each whole or not at all, the record of the run last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypedDict

from api.export import EXPORT_FILES, write_export
from api.made_of import compared_made_of, run_made_of, siting_made_of
from api.record import run_record, site_record
from geo.day import today
from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.change import folder_name
from layers.study.changes import change_text
from layers.study.model import Study
from layers.write.csv_table import write_csv
from layers.write.geodata.geopackage import write_geopackage
from layers.write.geodata.geoparquet import write_geoparquet
from layers.write.office_book import fill_book, unknown_names
from layers.write.staging import replace_all, staged
from layers.write.verify import RECORD, hashes_of, with_hashes
from layers.write.workbook import write_workbook
from maps.book.compare import compare_edition
from maps.book.named.office import figures_of, tables_of
from maps.book.sheets import CSV_FILES, OPTIONAL_CSV_FILES, edition_of
from maps.book.siting import siting_edition
from maps.book.spec import Edition, R, csv_tables, properties_of, workbook_sheets
from maps.compared import ComparedPlans
from maps.geodata.run import all_points, points_of, run_notes, run_tables
from maps.geodata.siting import compared_file_notes, compared_tables, siting_file_notes, siting_tables
from maps.page.compare import compare_map
from maps.page.run import map_content
from maps.page.siting import siting_map
from maps.page.web_map import render_map
from maps.result import SitingResult, StudyResult
from maps.siting_change import change_of

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

CHANGE_FILE = "change.toml"
SITE_FILES = ("siting.xlsx", "siting.gpkg", "siting.html", CHANGE_FILE, RECORD)
"""Files of a plan, the record last."""

USUAL_NAME = "plan"
"""Name of a plan whose question has none."""

_Writer = Callable[[Path], object]


class _OfStudy(TypedDict):
    """What a study says of all its files for a geographic information system."""

    language: Language
    crs: str


def write_results(
    result: StudyResult, *, only: tuple[str, ...] | None = None, to: Path | None = None
) -> tuple[Path, ...]:
    """Write the results of a run into the study's ``out`` folder, or another, and return their paths.

    ``assessment.xlsx`` holds everything, ``coverage.xlsx`` its sheets of coverage, gaps and grids.
    Everything is written beside first and moved when it is whole; an interrupted run leaves what
    was there before. Files of the user's own in the folder are not touched; optional tables of an earlier
    run that this one was not asked for are removed.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    made_of = run_made_of(result)
    result = replace(result, run_id=made_of.id)
    writers, out = _run_writers(result), to or result.study.out_folder
    if only is not None:
        return _write_part(writers, out, only)
    may_be = (*OPTIONAL_CSV_FILES, *EXPORT_FILES.values())
    obsolete = tuple(name for name in may_be if name not in writers)
    with staged(out) as beside:
        for name, write in writers.items():
            write(beside / name)
        record = with_hashes(run_record(result, made_of), hashes_of(beside, writers))
        (beside / RECORD).write_text(record, "utf-8")
        return replace_all(beside, out, (*writers, RECORD), obsolete=obsolete)


def write_office_book(result: StudyResult, *, to: Path | None = None) -> tuple[Path, Text | None] | None:
    """Write the office's own workbook, filled, beside the results of a run in its folder or another.

    Returns
    -------
    tuple, optional
        Its path, and what to say of names in it that stand for nothing; None where the study names none.

    Raises
    ------
    InputError
        Where the template cannot be filled; the results of the run stand.
    OutputError
        When the folder cannot be written to.
    """
    template, study = result.study.book_template, result.study
    if template is None:
        return None
    if template.name in (*RESULT_FILES, *OPTIONAL_CSV_FILES, *EXPORT_FILES.values()):
        what = Text("a file of the run has this name", "与运行写出的文件同名")
        fix = Text("Give the template another name", "请为模板另取名称")
        raise InputError([Fault(what, fix, source="book.template", value=template.name, code="book.name")])
    result = replace(result, run_id=run_made_of(result).id)
    edition = edition_of(result)
    figures = figures_of(result, made_on=edition.made_on.isoformat())
    tables = tables_of(result, workbook_sheets(edition))
    left: tuple[str, ...] = ()

    def write(path: Path) -> None:
        nonlocal left
        left = fill_book(path, template, figures=figures, tables=tables, language=study.language)

    (path,) = _write_part({template.name: write}, to or study.out_folder, (template.name,))
    return path, unknown_names(left, iter([*figures, *tables]))


def siting_folder(study: Study, name: str) -> Path:
    """Return the folder of a plan: ``out/siting/NAME``."""
    return study.out_folder / "siting" / folder_name(name)


def must_be_free(folder: Path) -> None:
    """Refuse a folder that holds a plan already.

    Raises
    ------
    InputError
        Where there is one.
    """
    if any((folder / name).exists() for name in SITE_FILES):
        what = Text("a plan of this name is there already", "已有同名方案")
        fix = Text(
            "Give another name with --name, or --overwrite to replace it",
            "请用 --name 另取名称，或用 --overwrite 覆盖",
        )
        raise InputError([Fault(what, fix, source="--name", value=folder.name, code="siting.exists")])


def write_siting(
    result: SitingResult, name: str = USUAL_NAME, *, overwrite: bool = False, to: Path | None = None
) -> tuple[Path, ...]:
    """Write a plan into ``out/siting/NAME`` and return the paths: all files or none.

    ``change.toml`` is the plan as a change that ``lifecircle run`` takes, ``run.json`` the question and the
    record of the search.

    Raises
    ------
    InputError
        Where a plan of this name is there and is not to be replaced.
    OutputError
        When the folder cannot be written to.
    """
    out = to or siting_folder(result.study, name)
    if not overwrite:
        must_be_free(out)
    made_of = siting_made_of(result)
    result = replace(result, run_id=made_of.id)
    writers: dict[str, _Writer] = {
        "siting.xlsx": _book_writer(siting_edition(result), run=result.run_id),
        "siting.gpkg": partial(
            write_geopackage,
            tables=siting_tables(result),
            notes=siting_file_notes(result, today()),
            **_of_study(result.study),
        ),
        "siting.html": lambda path: path.write_text(render_map(siting_map(result)), "utf-8"),
        CHANGE_FILE: lambda path: path.write_text(change_text(change_of(result, name)), "utf-8"),
    }
    with staged(out) as beside:
        for file, write in writers.items():
            write(beside / file)
        record = with_hashes(site_record(result, made_of, name), hashes_of(beside, tuple(writers)))
        (beside / RECORD).write_text(record, "utf-8")
        return replace_all(beside, out, SITE_FILES)


def write_compared(result: ComparedPlans, out: Path) -> tuple[Path, ...]:
    """Write two compared plans into a folder and return the paths: map, workbook and layers, or none.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    result = replace(result, run_id=compared_made_of(result).id)
    with staged(out) as beside:
        _book_writer(compare_edition(result), run=result.run_id)(beside / "compare.xlsx")
        write_geopackage(
            beside / "compare.gpkg",
            compared_tables(result),
            notes=compared_file_notes(result, today()),
            **_of_study(result.study),
        )
        (beside / "compare.html").write_text(render_map(compare_map(result)), "utf-8")
        return replace_all(beside, out, ("compare.xlsx", "compare.gpkg", "compare.html"))


def _run_writers(result: StudyResult) -> dict[str, _Writer]:
    """Return what writes each file of a run, in the order in which they are put in place."""
    language = result.study.language
    of_study = _of_study(result.study)
    whole, short = edition_of(result), edition_of(result, short=True)
    tables = csv_tables(whole)
    # Points are dear to make, and two files hold them.
    points = cache(partial(points_of, result))
    export = result.study.export

    def book(edition: Edition[StudyResult]) -> _Writer:
        return lambda path: _book_writer(edition, run=result.run_id)(path)

    formats = () if export is None else dict.fromkeys(export.formats)
    return {
        "map.html": lambda path: path.write_text(render_map(map_content(result)), "utf-8"),
        "assessment.xlsx": book(whole),
        "coverage.xlsx": book(short),
        **{name: partial(write_csv, table=table, language=language) for name, table in tables.items()},
        "results.gpkg": lambda path: write_geopackage(
            path, run_tables(result, points(), tables), notes=run_notes(result, today()), **of_study
        ),
        "results.parquet": lambda path: write_geoparquet(path, *all_points(result, points()), **of_study),
        **{EXPORT_FILES[each]: partial(write_export, wanted=each) for each in formats},
    }


def _of_study(study: Study) -> _OfStudy:
    return {"language": study.language, "crs": study.crs_out}


def _book_writer(edition: Edition[R], *, run: str) -> _Writer:
    """Return what writes a workbook, with its properties."""
    sheets, properties = workbook_sheets(edition), properties_of(edition.result.study, run)
    return lambda path: write_workbook(path, sheets, language=edition.language, properties=properties)


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
