"""What a check found, as tables: counts, faults, questions, columns, categories, doubtful joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.assessment.joins import LayerJoins
from geo.errors import Fault
from geo.text import Text
from layers.catalogue.schema import all_roles
from layers.rows.report import LayerReport
from layers.study.portable import portable_name
from maps.result import CheckResult, SnapFigures
from maps.values import EMPTY, texts
from maps.words.check import HOW_KNOWN, found_words
from maps.words.joins import DOUBTS, doubtful_listed

_GRADES = {
    "fault": Text("stops a run", "阻止运行"),
    "row": Text("row rejected", "该行剔除"),
    "note": Text("to be looked at", "请核对"),
}
_UNUSED = Text("not used, kept as it is", "未使用，原样保留")
_BY_NAME = Text("by the name of the row", "按名称")
_STUDY = Text("study", "项目")


def summary_table(
    reports: Sequence[LayerReport],
    *,
    snaps: Mapping[str, SnapFigures] | None = None,
    joins: Sequence[LayerJoins] = (),
) -> pd.DataFrame:
    """Return a row a layer: source, counts, coordinate system, distances to the streets in metres, joins."""
    by_layer = {each.layer: each for each in joins}
    return pd.DataFrame(
        [
            {
                "layer": report.id,
                "name": report.name,
                "kind": report.kind,
                "source": portable_name(report.source),
                "read": report.read,
                "accepted": report.accepted,
                "rejected": report.rejected,
                "left_out": report.left_out,
                "faults": len(report.faults),
                "notes": len(report.notes),
                "crs": report.crs.used,
                "found": _found(report),
                **_snap_cells((snaps or {}).get(report.id)),
                **_join_cells(by_layer.get(report.id)),
            }
            for report in reports
        ]
    )


def _found(report: LayerReport) -> Text:
    words = found_words(report)
    return Text(
        ", ".join(f"{what.en} {value.en}" for what, value in words),
        "，".join(f"{what.zh} {value.zh}" for what, value in words),
    )


def _snap_cells(snap: SnapFigures | None) -> dict[str, object]:
    if snap is None:
        return {"snap_median": None, "snap_most": None, "snap_beyond": None}
    return {
        "snap_median": snap.median_metres if np.isfinite(snap.median_metres) else None,
        "snap_most": snap.most_metres if np.isfinite(snap.most_metres) else None,
        "snap_beyond": snap.beyond,
    }


def _join_cells(joins: LayerJoins | None) -> dict[str, object]:
    """Return rows of a layer by how they are joined; nothing where they are not."""
    if joins is None:
        return dict.fromkeys(("not_joined", "doubtful", "isolated", "far", "doubts"))
    rows = joins.rows
    why = [(DOUBTS[name], count) for name, count in rows.by_doubt.items()]
    return {
        "not_joined": rows.not_joined,
        "doubtful": rows.doubtful,
        "isolated": rows.isolated,
        "far": rows.far,
        "doubts": Text(
            ", ".join(f"{words.en} {count:,.0f}" for words, count in why),
            "、".join(f"{words.zh}{count:,.0f}" for words, count in why),
        ),
    }


def joins_table(result: CheckResult) -> pd.DataFrame:
    """Return a row a doubtful join, the worst first; none of small groups, whose places are personal."""
    table = doubtful_listed(result)
    return pd.DataFrame(
        {
            "layer": table["layer_name"],
            "name": table["called"],
            "id": table["id"].astype(object),
            "people": table["people"].astype(float),
            "how": table["doubts"],
            "metres": table["metres"].astype(float),
            "nearest_metres": table["nearest_metres"].astype(float),
            "lon": [f"{value:.6f}" for value in table["lon"]],
            "lat": [f"{value:.6f}" for value in table["lat"]],
        }
    )


def faults_table(reports: Sequence[LayerReport], *, of_study: Sequence[Fault] = ()) -> pd.DataFrame:
    """Return a row a fault: how grave, where, what was found, what to do; those of no layer first."""
    rows = [_fault_row(_STUDY, fault, "fault") for fault in of_study]
    for report in reports:
        by_grade = {"fault": report.faults, "row": report.row_faults, "note": report.notes}
        rows += [
            _fault_row(Text(report.id, report.id), fault, grade)
            for grade, faults in by_grade.items()
            for fault in faults
        ]
    return pd.DataFrame(
        {name: texts(row[name] for row in rows) for name in _FAULT_COLUMNS}, columns=_FAULT_COLUMNS
    )


_FAULT_COLUMNS = ["layer", "grade", "source", "sheet", "row", "column", "value", "what", "fix", "code"]


def _fault_row(layer: Text, fault: Fault, grade: str) -> dict[str, str | Text]:
    return {
        "layer": layer,
        "grade": _GRADES[grade],
        "source": portable_name(fault.source),
        "sheet": fault.sheet,
        "row": "" if fault.row is None else str(fault.row),
        "column": fault.column,
        "value": fault.value,
        "what": fault.what,
        "fix": fault.fix,
        "code": fault.code,
    }


def questions_table(reports: Sequence[LayerReport]) -> pd.DataFrame:
    """Return a row a question that somebody who knows the sheet must answer, with room for the answer."""
    rows: list[dict[str, str | Text]] = [
        {
            "layer": report.name or report.id,
            "sheet": fault.sheet or portable_name(fault.source),
            "row": "" if fault.row is None else str(fault.row),
            "column": fault.column,
            "found": fault.value,
            "question": Text(
                f"{fault.what.en}: what is right? ({fault.fix.en})",
                f"{fault.what.zh}，正确的是什么？（{fault.fix.zh}）",
            ),
            "answer": "",
        }
        for report in reports
        for fault in dict.fromkeys((*report.faults, *report.row_faults, *report.questions))
    ]
    names = ["layer", "sheet", "row", "column", "found", "question", "answer"]
    return pd.DataFrame({name: texts(row[name] for row in rows) for name in names}, columns=names)


def columns_table(reports: Sequence[LayerReport]) -> pd.DataFrame:
    """Return a row a column: the header, the role it fills, and how that is known."""
    roles = all_roles()
    rows: list[tuple[str, str, str, Text, Text]] = []
    for report in reports:
        rows += [
            (report.id, match.header, match.role, roles[match.role].name, HOW_KNOWN[match.how])
            for match in report.mapping
            # A role that the study names and nobody knows is a fault of its own.
            if match.role in roles
        ]
    for report in reports:
        rows += [(report.id, header, "", EMPTY, _UNUSED) for header in report.unused]
    names = ["layer", "header", "role", "meaning", "how"]
    return pd.DataFrame({name: texts(row[at] for row in rows) for at, name in enumerate(names)})


def categories_table(reports: Sequence[LayerReport]) -> pd.DataFrame:
    """Return a row for each text that was not understood as a category, with the nearest known ones."""
    rows = [
        {"layer": report.id, "text": text, "rows": count, "nearest": nearest}
        for report in reports
        for text, count, nearest in report.unknown_categories
    ]
    return pd.DataFrame(rows, columns=["layer", "text", "rows", "nearest"])


def taken_table(reports: Sequence[LayerReport]) -> pd.DataFrame:
    """Return a row for each text of a category column: what it was taken for, and how many rows."""
    rows: list[tuple[str, str, Text, Text]] = [
        (report.id, taken.text, taken.name, _BY_NAME if taken.by_name else EMPTY)
        for report in reports
        for taken in report.taken_categories
    ]
    frame = pd.DataFrame(
        {name: texts(row[at] for row in rows) for at, name in enumerate(("layer", "text", "category", "how"))}
    )
    return frame.assign(rows=[taken.rows for report in reports for taken in report.taken_categories])
