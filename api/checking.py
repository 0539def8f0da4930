"""`lifecircle check`: what was read, what is wrong with it, and nothing else."""

from __future__ import annotations

from pathlib import Path

from api.pipeline import profile_of, standard_of
from geo.errors import Fault
from geo.text import Language, Text
from layers.load import load_layers
from layers.report import LayerReport
from layers.streets import open_network
from layers.study import read_study

_SHOWN = 20


def check_study(path: Path, *, cache: Path | None = None) -> tuple[str, bool]:
    """Read everything a study names and return a report and whether it can be run.

    Raises
    ------
    InputError
        When the study itself, its profile, its standard or its streets cannot be used.
    """
    study = read_study(path)
    standard_of(study)
    network = open_network(study.extract, profile_of(study), cache=cache)
    layers = load_layers(study, extent=network.bounds, strict=False)
    language = study.language
    parts = [
        study.name,
        f"{study.streets.extract}: {network!r}",
        *(_layer(r, language) for r in layers.reports),
    ]
    verdict = (
        Text("The study can be run.", "可以运行。")
        if not layers.faults
        else Text("The study cannot be run until the faults are mended.", "请先修正以上错误。")
    )
    return "\n\n".join([*parts, verdict.to(language)]), not layers.faults


def _layer(report: LayerReport, language: Language) -> str:
    counts = Text(
        f"{report.read:,} rows read, {report.accepted:,} accepted, "
        f"{report.rejected:,} rejected, {report.left_out:,} left out",
        f"读取 {report.read:,} 行, 采用 {report.accepted:,}, "
        f"剔除 {report.rejected:,}, 不采用 {report.left_out:,}",
    )
    lines = [f"{report.name} ({report.kind}, {report.source}): {counts.to(language)}"]
    if report.crs.used:
        coordinates = Text("coordinates", "坐标系").to(language)
        lines.append(f"  {coordinates}: {report.crs.used}. {report.crs.note.to(language)}")
    lines += [f"  {match.header} -> {match.role} ({match.how})" for match in report.mapping]
    for title, faults in (
        (Text("cannot be used", "无法使用"), report.faults),
        (Text("rejected", "剔除"), report.row_faults),
        (Text("to be looked at", "请核对"), report.notes),
    ):
        lines += _faults(title.to(language), faults, language)
    return "\n".join(lines)


def _faults(title: str, faults: tuple[Fault, ...], language: Language) -> list[str]:
    lines = [f"  {title}: {fault.to(language)}" for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"  ... {len(faults) - _SHOWN:,}")
    return lines
