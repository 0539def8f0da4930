"""The report of a run as a Word document, made of the workbooks that lie in the folder of results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.read.digest import file_sha256
from layers.study.model import STUDY_FILE, Study, read_study
from layers.write.read_back import WrittenBook, read_book
from layers.write.verify import OUTPUTS, RECORD
from layers.write.word.document import write_report
from layers.write.word.template import write_in_template
from maps.report.outline import language_of, report_of

REPORT_FILE = "report.docx"
BOOK_FILE = "assessment.xlsx"
PLAN_FILE = "siting.xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """A report that was written.

    Attributes
    ----------
    path
        Of the document.
    language
        It is written in.
    filled_in
        Whether the workbook is no longer what the run wrote: the report shows it as it stands.
    older_plans
        Plans that are left out: they were made of other inputs than the run.
    """

    path: Path
    language: Language
    filled_in: bool
    older_plans: tuple[str, ...]


def make_report(results: Path, *, template: Path | None = None) -> WrittenReport:
    """Write ``report.docx`` into a folder of results.

    Parameters
    ----------
    results
        The folder that a run wrote, or its study.
    template
        An office's own document; that of the study where left out, else our own layout.

    Raises
    ------
    InputError
        Where there is no workbook, or the template asks for what does not exist.
    OutputError
        When the file cannot be written.
    """
    folder, study = _folder_of(results)
    if not (folder / BOOK_FILE).is_file():
        what = Text("there is no workbook of a run", "没有运行写出的工作簿")
        fix = Text("Run the study first: lifecircle run", "请先运行：lifecircle run")
        raise InputError([Fault(what, fix, source=str(folder / BOOK_FILE), code="report.book")])
    book, record = read_book(folder / BOOK_FILE), _record(folder)
    plans, older = _plans(folder, record)
    filled_in = _is_changed(folder, record)
    language = language_of(book)
    report = report_of(book, plans, filled_in=filled_in)
    template = template or (study.report_template if study is not None else None)
    path = folder / REPORT_FILE
    if template is None:
        write_report(path, report, language=language)
    else:
        write_in_template(path, report, template, language=language)
    return WrittenReport(path=path, language=language, filled_in=filled_in, older_plans=older)


def _folder_of(results: Path) -> tuple[Path, Study | None]:
    """Return the folder of results, and the study it belongs to where that lies beside it."""
    if (results / RECORD).exists() or (results / BOOK_FILE).exists():
        beside = results.resolve().parent / STUDY_FILE
        study = read_study(beside) if beside.is_file() else None
        mine = study is not None and study.out_folder == results.resolve()
        return results, study if mine else None
    study = read_study(results)
    return study.out_folder, study


def _record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _inputs(record: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs that a run and a plan share: all but the office's own workbook."""
    match record:
        case {"inputs": dict(inputs), "study_resolved": {"book": {"template": template}}}:
            return {name: digest for name, digest in inputs.items() if name != template}
        case {"inputs": dict(inputs)}:
            return inputs
    return {}


def _is_changed(folder: Path, record: dict[str, Any]) -> bool:
    outputs = record.get(OUTPUTS)
    written = outputs.get(BOOK_FILE) if isinstance(outputs, dict) else None
    return written != file_sha256(folder / BOOK_FILE)


def _plans(folder: Path, record: dict[str, Any]) -> tuple[dict[str, WrittenBook], tuple[str, ...]]:
    """Return the workbooks of plans made of the inputs of the run, and the names of all other plans."""
    plans: dict[str, WrittenBook] = {}
    older = []
    for path in sorted((folder / "siting").glob(f"*/{PLAN_FILE}")):
        if _inputs(_record(path.parent)) == _inputs(record):
            plans[path.parent.name] = read_book(path)
        else:
            older.append(path.parent.name)
    return plans, tuple(older)
