"""The sheets of `lifecircle check`: ``check.xlsx``, and the rejected rows as ``rejects.xlsx``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pandas as pd

from geo.text import Language, Text
from layers.catalogue.schema import all_schemas
from layers.rows.report import LayerReport
from layers.write.table import Column, Kind, Sheet, Table
from layers.write.workbook import MOST_ROWS
from maps.book.spec import Edition, SheetSpec, TableSpec, as_it_is, sheet_of_one, titled
from maps.check.tables import (
    categories_table,
    columns_table,
    faults_table,
    joins_table,
    questions_table,
    summary_table,
    taken_table,
)
from maps.result import CheckResult
from maps.values import texts

MOST_REJECTS = MOST_ROWS - 10


def rejects_sheets(result: CheckResult) -> tuple[Sheet, ...]:
    """Return the sheets of ``rejects.xlsx``: one for each layer of which rows were rejected.

    A sheet holds the rows of one layer under the headers of its file: mend them and give the workbook as
    the source of a layer. Every cell is text, never a formula.
    """
    language = result.study.language
    return tuple(_rejects_sheet(report, language) for report in result.reports if len(report.rejects))


def _rejects_sheet(report: LayerReport, language: Language) -> Sheet:
    reason, other = ("reason", "reason_zh") if language == "en" else ("reason_zh", "reason")
    frame = report.rejects.drop(columns=other).head(MOST_REJECTS)
    ours = {
        "row": Text("rejected row", "原行号"),
        "column": Text("rejected column", "问题列"),
        reason: Text("rejected because", "剔除原因"),
    }
    columns = tuple(
        Column(name, ours.get(name, Text(name, name)), "text") for name in map(str, frame.columns)
    )
    texts = frame.map(lambda value: "" if pd.isna(value) else str(value)) if len(frame) else frame
    unit = Text(f"{len(report.rejects):,} rows", f"{len(report.rejects):,} 行")
    name = report.name or report.id
    return Sheet(Text(name, name), Text(name, name), unit, Table(columns, texts))


def check_edition(result: CheckResult) -> Edition[CheckResult]:
    """Return a check as it is written."""
    return Edition(result=result, sheets=CHECK_SHEETS, language=result.study.language)


def _entry(
    key: str,
    name: Text,
    frame: Callable[[CheckResult], pd.DataFrame],
    columns: Mapping[str, Text],
) -> SheetSpec[CheckResult]:
    """Return a sheet of one table; the title is the name on the tab."""
    return sheet_of_one(
        TableSpec(
            key=key,
            caption=name,
            frame=frame,
            columns=tuple(
                Column(each, header, _kind(each), to_fill=each == "answer")
                for each, header in columns.items()
            ),
            layout=_known,
        ),
        title=titled(name.en, name.zh),
        unit=_office,
        optional=True,
    )


def _known(
    spec: TableSpec[CheckResult], edition: Edition[CheckResult], rows: pd.DataFrame
) -> Iterator[Table]:
    """Lay a frame out with layers by name."""
    if "layer" in rows:
        names = {report.id: report.name or report.id for report in edition.result.reports}
        rows = rows.assign(layer=texts((_called(names, value) for value in rows["layer"]), rows.index))
    yield from as_it_is(spec, edition, rows)


def _called(names: Mapping[str, str], layer: object) -> str | Text:
    if isinstance(layer, Text):
        return layer if layer.en not in names else Text(names[layer.en], names[layer.en])
    return names.get(str(layer), str(layer))


def _office(edition: Edition[CheckResult]) -> Text:
    made, office = edition.made_on.isoformat(), edition.result.study.office or ""
    return Text("; ".join(filter(None, (office, made))), "；".join(filter(None, (office, made))))


def _kind(key: str) -> Kind:
    return "metres" if key in _METRES else "count" if key in _COUNTS else "text"


_METRES = ("snap_median", "snap_most", "metres", "nearest_metres")
_COUNTS = (
    "read", "accepted", "rejected", "left_out", "faults", "notes", "rows", "snap_beyond", "not_joined",
    "doubtful", "isolated", "far", "people",
)  # fmt: skip


def _layers_in_words(result: CheckResult) -> pd.DataFrame:
    table = summary_table(result.reports, snaps=result.snaps, joins=result.joins)
    schemas = all_schemas()
    return table.assign(kind=texts(schemas[kind].name if kind in schemas else kind for kind in table["kind"]))


CHECK_SHEETS: Final[tuple[SheetSpec[CheckResult], ...]] = (
    _entry(
        "layers",
        Text("Layers", "图层"),
        _layers_in_words,
        {
            "layer": Text("Layer", "图层"),
            "kind": Text("Kind", "图层类型"),
            "source": Text("Source", "来源"),
            "read": Text("Rows read", "读取行数"),
            "accepted": Text("Accepted", "采用"),
            "rejected": Text("Rejected", "剔除"),
            "left_out": Text("Left out", "略去"),
            "faults": Text("Faults", "问题"),
            "notes": Text("Notes", "提示"),
            "crs": Text("Coordinates", "坐标系"),
            "found": Text("Found", "识别结果"),
            "snap_median": Text("Median metres to a street", "距道路中位数（米）"),
            "snap_most": Text("95 % within metres of a street", "95% 距道路不超过（米）"),
            "snap_beyond": Text("Too far from any street", "距道路过远（点数）"),
            "not_joined": Text("Not joined", "未接入道路"),
            "doubtful": Text("Doubtful joins", "接入存疑"),
            "isolated": Text("On an isolated or cut-off street", "位于孤立或单向不可往返路段"),
            "far": Text("Far from the street", "距道路较远"),
            "doubts": Text("Doubtful by what", "存疑原因"),
        },
    ),
    _entry(
        "faults",
        Text("Faults", "问题"),
        lambda result: faults_table(result.reports, of_study=result.faults),
        {
            "layer": Text("Layer", "图层"),
            "grade": Text("Weight", "程度"),
            "source": Text("File", "文件"),
            "sheet": Text("Sheet", "工作表"),
            "row": Text("Row", "行"),
            "column": Text("Column", "列"),
            "value": Text("Found", "内容"),
            "what": Text("What is wrong", "问题"),
            "fix": Text("What to do", "处理办法"),
        },
    ),
    _entry(
        "questions",
        Text("Questions", "待确认"),
        lambda result: questions_table(result.reports),
        {
            "layer": Text("Layer", "图层"),
            "sheet": Text("Sheet", "工作表"),
            "row": Text("Row", "行"),
            "column": Text("Column", "列"),
            "found": Text("Found", "现有内容"),
            "question": Text("Question", "问题"),
            "answer": Text("Answer", "答复"),
        },
    ),
    _entry(
        "columns",
        Text("Columns", "列对应"),
        lambda result: columns_table(result.reports),
        {
            "layer": Text("Layer", "图层"),
            "header": Text("Header", "表头"),
            "role": Text("Role", "字段"),
            "meaning": Text("Meaning", "含义"),
            "how": Text("How known", "依据"),
        },
    ),
    _entry(
        "categories",
        Text("Categories", "未识别类别"),
        lambda result: categories_table(result.reports),
        {
            "layer": Text("Layer", "图层"),
            "text": Text("Not understood", "未识别内容"),
            "rows": Text("Rows", "行数"),
            "nearest": Text("Nearest known", "相近类别"),
        },
    ),
    _entry(
        "taken",
        Text("Taken for", "类别识别结果"),
        lambda result: taken_table(result.reports),
        {
            "layer": Text("Layer", "图层"),
            "text": Text("Text", "原文"),
            "category": Text("Category", "设施类别"),
            "how": Text("How known", "依据"),
            "rows": Text("Rows", "行数"),
        },
    ),
    _entry(
        "joins",
        Text("Doubtful joins", "接入存疑"),
        joins_table,
        {
            "layer": Text("Layer", "图层"),
            "name": Text("Name", "名称"),
            "id": Text("Id", "编号"),
            "people": Text("People", "人口"),
            "how": Text("How", "存疑原因"),
            "metres": Text("Metres to the street taken", "距所接道路（米）"),
            "nearest_metres": Text("Metres to the plain nearest", "距直线最近道路（米）"),
            "lon": Text("Longitude", "经度"),
            "lat": Text("Latitude", "纬度"),
        },
    ),
)
