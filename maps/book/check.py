"""What `lifecircle check` says, as tables: counts, faults, columns, categories, and the rejected rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Fault
from geo.text import Language, Text
from layers.catalogue.schema import all_roles
from layers.rows.report import LayerReport
from layers.write.workbook import MOST_ROWS, Column, Kind, Sheet, Table, write_workbook

MOST_REJECTS = MOST_ROWS - 10
_SEVERITY = {
    "fault": Text("stops a run", "阻止运行"),
    "row": Text("row rejected", "该行未采用"),
    "note": Text("to be looked at", "请核对"),
}
_HOW = {
    "study": Text("mapped by the study", "研究指定"),
    "recognised": Text("recognised, to be confirmed", "自动识别，请确认"),
    "value": Text("one value for every row", "固定值"),
}
_STUDY = Text("study", "研究")


@dataclass(frozen=True, slots=True)
class SnapFigures:
    """How far the accepted points of a layer lie from the nearest street.

    Attributes
    ----------
    points, beyond
        How many points were measured, and how many are farther than the study allows.
    median_metres, most_metres
        Half, and 95 % of the points are at most this far; ``inf`` where no street is anywhere near.
    """

    points: int
    beyond: int
    median_metres: float
    most_metres: float


def snap_figures(metres: NDArray[np.float64], *, max_snap_metres: float) -> SnapFigures | None:
    """Return the figures of some distances to the nearest street; None where there are none.

    Both quantiles are distances that occur: nothing is interpolated, so that ``inf`` does no harm.

    Examples
    --------
    >>> snap_figures(np.array([5.0, 10.0, 900.0]), max_snap_metres=200)
    SnapFigures(points=3, beyond=1, median_metres=10.0, most_metres=900.0)
    """
    if metres.size == 0:
        return None
    half, most = np.quantile(metres, [0.5, 0.95], method="inverted_cdf")
    return SnapFigures(metres.size, int((metres > max_snap_metres).sum()), float(half), float(most))


def summary_table(
    reports: Sequence[LayerReport], snaps: Mapping[str, SnapFigures] | None = None
) -> pd.DataFrame:
    """Return a row a layer: source, counts, coordinate system, distances to the streets in metres."""
    return pd.DataFrame(
        [
            {
                "layer": report.id,
                "name": report.name,
                "kind": report.kind,
                "source": report.source,
                "read": report.read,
                "accepted": report.accepted,
                "rejected": report.rejected,
                "left_out": report.left_out,
                "faults": len(report.faults),
                "notes": len(report.notes),
                "crs": report.crs.used,
                "found": ", ".join(f"{key} {value}" for key, value in report.details.items()),
                **_snap_cells((snaps or {}).get(report.id)),
            }
            for report in reports
        ]
    )


def _snap_cells(snap: SnapFigures | None) -> dict[str, object]:
    if snap is None:
        return {"snap_median": None, "snap_most": None, "snap_beyond": None}
    return {
        "snap_median": snap.median_metres if np.isfinite(snap.median_metres) else None,
        "snap_most": snap.most_metres if np.isfinite(snap.most_metres) else None,
        "snap_beyond": snap.beyond,
    }


def faults_table(
    reports: Sequence[LayerReport], language: Language = "en", *, of_study: Sequence[Fault] = ()
) -> pd.DataFrame:
    """Return a row a fault: how grave, where, what was found, what to do; those of no layer first."""
    study = _STUDY.to(language)
    rows = [_fault_row(study, fault, "fault", language) for fault in of_study]
    rows += [_fault_row(report.id, fault, grade, language) for report, fault, grade in _all_faults(reports)]
    columns = ["layer", "grade", "source", "sheet", "row", "column", "value", "what", "fix", "code"]
    return pd.DataFrame(rows, columns=columns)


def columns_table(reports: Sequence[LayerReport], language: Language = "en") -> pd.DataFrame:
    """Return a row a column: the header, the role it fills, and how that is known."""
    roles = all_roles()
    rows = [
        {
            "layer": report.id,
            "header": match.header,
            "role": match.role,
            "meaning": roles[match.role].name.to(language),
            "how": _HOW[match.how].to(language),
        }
        for report in reports
        for match in report.mapping
    ]
    unused = Text("not used, kept as it is", "未使用，原样保留").to(language)
    rows += [
        {"layer": report.id, "header": header, "role": "", "meaning": "", "how": unused}
        for report in reports
        for header in report.unused
    ]
    return pd.DataFrame(rows, columns=["layer", "header", "role", "meaning", "how"])


def categories_table(reports: Sequence[LayerReport]) -> pd.DataFrame:
    """Return a row for each text that was not understood as a category, with the nearest known ones."""
    rows = [
        {"layer": report.id, "text": text, "rows": count, "nearest": ", ".join(nearest)}
        for report in reports
        for text, count, nearest in report.unknown_categories
    ]
    return pd.DataFrame(rows, columns=["layer", "text", "rows", "nearest"])


def summary_lines(report: LayerReport, language: Language = "en") -> tuple[str, ...]:
    """Return what the command line prints of one layer: its counts, mapping, coordinates and faults."""
    counts = Text(
        f"{report.id} ({report.kind}): {report.read:,} rows read, {report.accepted:,} accepted, "
        f"{report.rejected:,} rejected" + (f", {report.left_out:,} left out" if report.left_out else ""),
        f"{report.id}（{report.kind}）：读取 {report.read:,} 行，采用 {report.accepted:,}，"
        f"未采用 {report.rejected:,}" + (f"，按设定略去 {report.left_out:,}" if report.left_out else ""),
    )
    lines = [counts.to(language)]
    lines += [f"  {key}: {value}" for key, value in report.details.items()]
    if report.crs.used:
        lines.append(f"  crs: {report.crs.used}; {report.crs.note.to(language)}")
    shown = ", ".join(f"{match.role} <- {match.header}" for match in report.mapping)
    lines += [f"  {shown}"] if shown else []
    lines += [f"  {fault.to(language)}" for fault in (*report.faults, *report.row_faults[:10], *report.notes)]
    return tuple(lines)


def check_sheets(
    reports: Sequence[LayerReport],
    language: Language = "en",
    *,
    of_study: Sequence[Fault] = (),
    snaps: Mapping[str, SnapFigures] | None = None,
) -> tuple[Sheet, ...]:
    """Return the sheets of ``check.xlsx``."""
    return (
        _sheet(
            Text("Layers", "图层"),
            summary_table(reports, snaps),
            {
                "layer": Text("Layer", "图层"),
                "name": Text("Name", "名称"),
                "kind": Text("Kind", "类型"),
                "source": Text("Source", "来源"),
                "read": Text("Rows read", "读取行数"),
                "accepted": Text("Accepted", "采用"),
                "rejected": Text("Rejected", "未采用"),
                "left_out": Text("Left out", "略去"),
                "faults": Text("Faults", "问题"),
                "notes": Text("Notes", "提示"),
                "crs": Text("Coordinates", "坐标系"),
                "found": Text("Found", "识别结果"),
                "snap_median": Text("Median metres to a street", "距街道中位数（米）"),
                "snap_most": Text("95 % within metres of a street", "95% 距街道不超过（米）"),
                "snap_beyond": Text("Too far from any street", "距街道过远（点数）"),
            },
        ),
        _sheet(
            Text("Faults", "问题"),
            faults_table(reports, language, of_study=of_study),
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
        _sheet(
            Text("Columns", "列对应"),
            columns_table(reports, language),
            {
                "layer": Text("Layer", "图层"),
                "header": Text("Header", "表头"),
                "role": Text("Role", "字段"),
                "meaning": Text("Meaning", "含义"),
                "how": Text("How known", "依据"),
            },
        ),
        _sheet(
            Text("Categories", "未识别类别"),
            categories_table(reports),
            {
                "layer": Text("Layer", "图层"),
                "text": Text("Not understood", "未识别内容"),
                "rows": Text("Rows", "行数"),
                "nearest": Text("Nearest known", "相近类别"),
            },
        ),
    )


def write_check(
    reports: Sequence[LayerReport],
    folder: Path,
    *,
    language: Language = "en",
    of_study: Sequence[Fault] = (),
    snaps: Mapping[str, SnapFigures] | None = None,
) -> tuple[Path, ...]:
    """Write ``check.xlsx``, and ``rejects.xlsx`` where rows were rejected; return what was written.

    A sheet of ``rejects.xlsx`` holds the rows of one layer under the headers of its file: mend them and give
    the workbook as the source of a layer. Every cell is text, never a formula.

    Raises
    ------
    OutputError
        Where a file cannot be written.
    """
    tables = check_sheets(reports, language, of_study=of_study, snaps=snaps)
    written = [write_workbook(folder / "check.xlsx", tables, language=language)]
    sheets = [_rejects_sheet(report, language) for report in reports if len(report.rejects)]
    if sheets:
        written.append(write_workbook(folder / "rejects.xlsx", sheets, language=language))
    return tuple(written)


def _all_faults(reports: Sequence[LayerReport]) -> Iterator[tuple[LayerReport, Fault, str]]:
    for report in reports:
        yield from ((report, fault, "fault") for fault in report.faults)
        yield from ((report, fault, "row") for fault in report.row_faults)
        yield from ((report, fault, "note") for fault in report.notes)


def _fault_row(layer: str, fault: Fault, grade: str, language: Language) -> dict[str, object]:
    return {
        "layer": layer,
        "grade": _SEVERITY[grade].to(language),
        "source": fault.source,
        "sheet": fault.sheet,
        "row": "" if fault.row is None else str(fault.row),
        "column": fault.column,
        "value": fault.value,
        "what": fault.what.to(language),
        "fix": fault.fix.to(language),
        "code": fault.code,
    }


def _sheet(name: Text, frame: pd.DataFrame, headers: dict[str, Text]) -> Sheet:
    counts = ("read", "accepted", "rejected", "left_out", "faults", "notes", "rows", "snap_beyond")
    columns = tuple(Column(key, header, _kind(key, counts)) for key, header in headers.items())
    return Sheet(name, name, Text("", ""), (Table(columns, frame),))


def _kind(key: str, counts: Sequence[str]) -> Kind:
    if key in ("snap_median", "snap_most"):
        return "metres"
    return "count" if key in counts else "text"


def _rejects_sheet(report: LayerReport, language: Language) -> Sheet:
    reason, other = ("reason", "reason_zh") if language == "en" else ("reason_zh", "reason")
    frame = report.rejects.drop(columns=other).head(MOST_REJECTS)
    ours = {
        "row": Text("rejected row", "原行号"),
        "column": Text("rejected column", "问题列"),
        reason: Text("rejected because", "未采用原因"),
    }
    columns = tuple(
        Column(name, ours.get(name, Text(name, name)), "text") for name in map(str, frame.columns)
    )
    texts = frame.map(lambda value: "" if pd.isna(value) else str(value)) if len(frame) else frame
    unit = Text(f"{len(report.rejects):,} rows", f"{len(report.rejects):,} 行")
    return Sheet(Text(report.id, report.id), Text(report.name, report.name), unit, (Table(columns, texts),))
