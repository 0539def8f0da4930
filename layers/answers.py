"""What a clerk wrote beside the questions of a check, as lines of the study: inputs are never written to.

An answer about one cell becomes a row of the layer's ``cells``; one about the points of a column becomes an
entry of its ``points``; one about a category becomes a row of its ``category.map``; one about the layer
becomes the key that its question names. What cannot be used is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import tomlkit
from tomlkit.exceptions import TOMLKitError

from geo.errors import Fault, InputError
from geo.text import Text
from layers.catalogue.categories import categories
from layers.read.raw_table import RawTable, input_error
from layers.read.sheets import read_workbook
from layers.rows.report import LayerReport
from layers.study.model import Study, parse_study
from layers.study.sources import LayerSource

QUESTIONS = ("待确认", "Questions")
"""The sheet of questions, in either language."""

_HEADERS = {
    "layer": ("图层", "Layer"),
    "row": ("行", "Row"),
    "column": ("列", "Column"),
    "found": ("现有内容", "Found"),
    "question": ("问题", "Question"),
    "answer": ("答复", "Answer"),
}
_LINE = re.compile(r"^\s*([a-z_]+(?:\.[a-z_]+)?)\s*=\s*(.+)$", re.DOTALL)
_KEY_NAMED = re.compile(r'\b([a-z_]+)(?: = |: )(?:"|\{|\d|true|false)')
_KEYS = frozenset(LayerSource.model_fields) - {"id", "kind", "source", "cells", "tags", "people", "columns"}
_OF_CATEGORY = frozenset({"unknown_category"})
_OF_POINTS = frozenset({"thousands_or_decimals"})
_POINTS = {
    "thousands": frozenset({"thousands", "thousand", "千分位", "千位", "千分位分隔符"}),
    "fractions": frozenset({"fractions", "fraction", "decimals", "decimal", "小数", "小数点"}),
}
"""What is written for the two meanings of a point before three digits."""
_ROLE_OF = {"no_people": "people", "merged_number": "people"}
"""Roles of the columns that questions are about which name none."""
_DROP = frozenset({"保持不变", "不变", "无误", "正确", "ok", "keep", "as it is", "right"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One row of the sheet of questions that was answered; ``line`` is its row in the workbook."""

    line: int
    layer: str
    row: str
    column: str
    found: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A study with the answers in it.

    Attributes
    ----------
    text
        The study file with the answers as keys; comments are kept.
    used
        How many answers it holds.
    unused
        Answers that could not be used, each with what is wrong and what to write instead.
    """

    text: str
    used: int
    unused: tuple[Fault, ...]


def read_answers(path: Path) -> tuple[Answer, ...]:
    """Return the questions of a ``check.xlsx`` that somebody answered.

    Raises
    ------
    InputError
        Where the workbook cannot be read, or has no sheet of questions.
    """
    table = _sheet_of_questions(path)
    columns = {
        key: next((name for name in names if name in table.cells.columns), None)
        for key, names in _HEADERS.items()
    }
    if columns["answer"] is None or columns["layer"] is None:
        raise input_error(path.name, _NO_SHEET, _CHECK_FIRST, code="answers")
    cells = {
        key: [""] * len(table.cells) if name is None else [_plain(cell) for cell in table.cells[name]]
        for key, name in columns.items()
    }
    return tuple(
        Answer(line=int(line), **{key: values[at] for key, values in cells.items()})
        for at, line in enumerate(table.rows)
        if cells["answer"][at]
    )


_NO_SHEET = Text("the workbook has no sheet of questions", "工作簿中没有“待确认”工作表")
_CHECK_FIRST = Text(
    "Give the check.xlsx that `lifecircle check` wrote, with answers in its last column",
    "请使用检查生成的 check.xlsx，并在最后一列“答复”中填写",
)


def _sheet_of_questions(path: Path) -> RawTable:
    faults: list[Fault] = []
    for name in QUESTIONS:
        try:
            mapped = tuple(names[QUESTIONS.index(name)] for names in _HEADERS.values())
            return read_workbook(path, sheet=name, mapped=mapped, source=path.name)
        except InputError as error:
            faults += error.faults
    if all(fault.code == "sheet" for fault in faults):
        raise input_error(path.name, _NO_SHEET, _CHECK_FIRST, code="answers")
    raise InputError(faults[:1])


def _plain(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell).strip()


def with_answers(
    text: str, study: Study, reports: Sequence[LayerReport], answers: Sequence[Answer]
) -> Answered:
    """Put answers into a study file.

    Parameters
    ----------
    text
        The study file, mended as far as that is sure.
    study, reports
        What a check read; the questions that were asked.
    answers
        What was answered.
    """
    document = tomlkit.parse(text)
    tables = {str(table.get("id")): table for table in _layers(document)}
    used = 0
    unused: list[Fault] = []
    for answer in answers:
        report = _report(reports, answer.layer)
        table = None if report is None else tables.get(report.id)
        if report is None or table is None:
            unused.append(_unused(answer, Text("no layer is called so", "没有这个图层"), _CHECK_FIRST))
            continue
        headers = {match.role: match.header for match in report.mapping}
        before = tomlkit.dumps(document)
        problem = _put(table, answer, _question(report, answer), headers, study)
        problem = problem or _refused(document, study)
        if problem is None:
            used += 1
        else:
            unused.append(_unused(answer, *problem))
            document = tomlkit.parse(before)
            tables = {str(each.get("id")): each for each in _layers(document)}
    return Answered(text=tomlkit.dumps(document), used=used, unused=tuple(unused))


def _layers(document: Any) -> list[Any]:
    layers = document.get("layer")
    return [each for each in layers if isinstance(each, dict)] if isinstance(layers, list) else []


def _report(reports: Sequence[LayerReport], named: str) -> LayerReport | None:
    by_id = {report.id: report for report in reports}
    return by_id.get(named) or next((report for report in reports if report.name == named), None)


def _question(report: LayerReport, answer: Answer) -> Fault | None:
    """Return the question that was answered; None where the layer does not ask it any more."""
    asked = [
        fault
        for fault in (*report.faults, *report.row_faults, *report.questions)
        if ("" if fault.row is None else str(fault.row)) == answer.row and fault.column == answer.column
    ]
    same = [fault for fault in asked if fault.what.zh in answer.question or fault.what.en in answer.question]
    return next(iter(same), None)


Problem = tuple[Text, Text]

_GONE = (
    Text("the check does not ask this any more", "当前检查已不再提出此问题"),
    Text("Check again and answer the new questions", "请重新检查并答复新的问题"),
)
_WRITE_A_LINE = (
    Text("the answer does not say which key of the study it is for", "无法确定该答复对应的设置"),
    Text(
        'Write it as a line of the study, such as crs = "gcj02"', '请按项目文件的写法填写，例如 crs = "gcj02"'
    ),
)


def _put(
    table: Any, answer: Answer, question: Fault | None, headers: Mapping[str, str], study: Study
) -> Problem | None:
    """Put an answer into the table of its layer; return what is wrong where it cannot be."""
    line = _LINE.match(answer.answer)
    if line is not None and line[1].split(".")[0] in LayerSource.model_fields:
        return _put_line(table, line[1], answer.answer)
    if question is None:
        return _GONE
    if answer.answer.casefold() in _DROP:
        return (
            Text("nothing in it can be changed", "答复未给出新的内容"),
            Text("Write what should stand there", "请填写正确的内容"),
        )
    if question.code in _OF_CATEGORY:
        return _put_category(table, answer, question, study)
    if question.code in _OF_POINTS:
        return _put_points(table, question.column, answer.answer)
    column = question.column or headers.get(_ROLE_OF.get(question.code, ""), "")
    if question.row is not None and column:
        return _put_cell(table, question.row, column, answer.answer)
    named = [key for key in _KEY_NAMED.findall(question.fix.en) if key in _KEYS]
    if not named:
        return _WRITE_A_LINE
    return _put_key(
        table, named[0], _as_category(answer.answer, study) if named[0] == "category" else answer.answer
    )


def _put_line(table: Any, key: str, written: str) -> Problem | None:
    try:
        given = tomlkit.parse(written)
    except (TOMLKitError, ValueError):
        return _WRITE_A_LINE
    name = key.split(".")[0]
    value = given[name]
    if isinstance(value, dict) and isinstance(table.get(name), dict):
        for inner, each in given.unwrap()[name].items():
            table[name][inner] = each
    else:
        table[name] = given.unwrap()[name]
    return None


def _put_key(table: Any, key: str, value: str) -> Problem | None:
    table[key] = int(value) if key in ("header_row", "sheet") and value.isdecimal() else value
    return None


def _put_points(table: Any, column: str, value: str) -> Problem | None:
    plain = value.strip(' “”"。.').casefold()
    meaning = next((meaning for meaning, words in _POINTS.items() if plain in words), None)
    if meaning is None:
        return (
            Text("it is neither thousands nor fractions", "答复既不是千分位也不是小数"),
            Text("Write thousands or fractions", "请填写“千分位”或“小数”"),
        )
    points = table.get("points")
    if points is None:
        points = tomlkit.inline_table()
        table["points"] = points
    points[column] = meaning
    return None


def _put_cell(table: Any, row: int, column: str, value: str) -> Problem | None:
    cells = table.get("cells")
    if cells is None:
        cells = tomlkit.array()
        cells.multiline(True)
        table["cells"] = cells
    said = tomlkit.inline_table()
    said.update({"row": row, "column": column, "value": value})
    cells.append(said)
    return None


def _put_category(table: Any, answer: Answer, question: Fault, study: Study) -> Problem | None:
    """Translate the text that was not understood, for all its rows."""
    found = _as_category(answer.answer, study)
    if found not in {each.id for each in study.categories} and found not in categories().by_id:
        near = categories().nearest(answer.answer)
        return (
            Text("this category is not known", "无法识别该设施类别"),
            Text(f"Write one such as {', '.join(near)}", f"请填写已有类别，例如{'、'.join(near)}"),
        )
    rule = table.get("category")
    if not isinstance(rule, dict):
        rule = tomlkit.inline_table()
        rule["column"] = question.column
        table["category"] = rule
    own = rule.get("map")
    if own is None:
        own = tomlkit.inline_table()
        rule["map"] = own
    own[question.value] = found
    return None


def _as_category(text: str, study: Study) -> str:
    known = categories().with_own(study.categories)
    return known.find_name(text) or text


def _refused(document: Any, study: Study) -> Problem | None:
    """Return what the study file says against an answer that it now holds; its other faults do not count."""
    try:
        parse_study(tomlkit.dumps(document), study.folder)
    except InputError as error:
        for fault in error.faults:
            if fault.source.startswith("layer[") and fault.code == "study" and "cells" in fault.source:
                return fault.what, fault.fix
        of_values = [fault for fault in error.faults if fault.what.en.startswith("must be")]
        if of_values:
            return of_values[0].what, of_values[0].fix
    return None


def _unused(answer: Answer, what: Text, fix: Text) -> Fault:
    return Fault(
        what,
        fix,
        source=answer.layer,
        sheet=QUESTIONS[0],
        row=answer.line,
        value=answer.answer[:80],
        code="answers",
    )


def answered_table(layer: LayerSource, table: RawTable) -> RawTable:
    """Return a layer's table with what was answered in the study: its cells, and what points mean.

    Raises
    ------
    InputError
        Where the table has no such row or column: the sheet is not the one that was asked about.
    """
    table = replace(table, points=layer.points) if layer.points else table
    if not layer.cells:
        return table
    cells = table.cells.copy()
    place: Mapping[int, int] = {int(row): at for at, row in enumerate(table.rows)}
    faults = []
    for said in layer.cells:
        if said.row not in place or said.column not in cells.columns:
            faults.append(_no_cell(said.row, said.column, table))
            continue
        column = cells[said.column].astype(object).to_numpy(dtype=object, copy=True)
        column[place[said.row]] = said.value
        cells[said.column] = pd.Series(column, index=cells.index, dtype=object)
    if faults:
        raise InputError(faults)
    return replace(table, cells=cells)


def _no_cell(row: int, column: str, table: RawTable) -> Fault:
    return Fault(
        Text("an answer is for a cell that is not there", "答复所指的单元格不存在"),
        Text("Take it out of `cells`, or answer again", "请从 cells 中删除，或重新答复"),
        source=table.source,
        sheet=table.sheet,
        row=row,
        column=column,
        code="answers",
    )
