"""`lifecircle check`: what was read, what is wrong with it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.pipeline import profile_of, standard_of
from geo.errors import Fault, InputError
from geo.network import StreetNetwork
from geo.text import Language, Text
from layers.load import load_layers
from layers.report import LayerReport
from layers.streets import open_network
from layers.study import Study, read_study

_SHOWN = 20
_UNUSABLE = Text("cannot be used", "无法使用")
_SOUND = Text("The study can be run.", "可以运行。")
_UNSOUND = Text("The study cannot be run until the faults are mended.", "请先修正以上错误。")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` says: the report, whether the study can be run, and that in words."""

    text: str
    sound: bool
    verdict: str


def check_study(path: Path, *, cache: Path | None = None) -> CheckReport:
    """Read everything a study names and report on it; one part that fails does not hide the others.

    Raises
    ------
    InputError
        When the study itself cannot be understood.
    """
    study = read_study(path)
    language = study.language
    network, faults = _streets(study, cache)
    layers = load_layers(study, extent=network.bounds if network else None, strict=False)
    shown = [fault for fault in faults if fault not in layers.faults]
    parts = [
        study.name,
        f"{study.streets.extract}: {network!r}" if network else "",
        "\n".join(_faults(_UNUSABLE.to(language), tuple(shown), language)),
        *(_layer(report, language) for report in layers.reports),
    ]
    sound = not faults and not layers.faults
    verdict = _SOUND if sound else _UNSOUND
    return CheckReport("\n\n".join(part for part in parts if part), sound, verdict.to(language))


def _streets(study: Study, cache: Path | None) -> tuple[StreetNetwork | None, list[Fault]]:
    """Open the streets of a study; return what is wrong with them, the profile and the standard too."""
    faults: list[Fault] = []
    network = None
    try:
        standard_of(study)
    except InputError as error:
        faults += error.faults
    try:
        network = open_network(study.extract, profile_of(study), cache=cache)
    except InputError as error:
        faults += error.faults
    return network, faults


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
        (_UNUSABLE, report.faults),
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
