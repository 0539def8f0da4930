"""`lifecircle check`: what was read and what is wrong with it, as text, a page and workbooks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from api.run import profile_of, standard_of
from geo.errors import Fault, InputError
from geo.network.network import StreetNetwork
from geo.network.snap import snap
from geo.text import Language, Text
from layers.accessibility import access_faults
from layers.catalogue.schema import schema_of
from layers.load import Layers, load_layers
from layers.osm.elevation import read_elevation_model
from layers.osm.elevation_report import elevation_report
from layers.osm.streets import hours_of_streets, open_network
from layers.rows.report import LayerReport
from layers.study.cases import read_cases
from layers.study.model import Study, read_study
from layers.write.staging import replace_all, staged
from maps.book.check import SnapFigures, columns_table, snap_figures, write_check
from maps.check.page import CheckContent, CheckReport, LayerCheck, render_check

_PAGE = "check.html"
_REJECTS = "rejects.xlsx"
_SHOWN = 20
_UNUSABLE = Text("cannot be used", "无法使用")
_SOUND = Text("The study can be run.", "可以运行。")
_UNSOUND = Text("The study cannot be run until the faults are mended.", "请先修正以上错误。")

_BELOW = Text("The study cannot be run until the faults below are mended.", "请先修正以下错误，方可运行。")


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
    if not layers.faults:
        faults += _access_faults(study, layers)
    notes = (_elevation_said(study, network), _hours_said(study, cache) if network else Text("", ""))
    streets = _streets_said(study, network, notes).to(language) if network else ""
    shown = [fault for fault in faults if fault not in layers.faults]
    parts = [
        study.name,
        streets,
        "\n".join(_faults(_UNUSABLE.to(language), tuple(shown), language)),
        *(_layer(report, language) for report in layers.reports),
    ]
    sound = not faults and not layers.faults
    verdict = (_SOUND if sound else _UNSOUND).to(language)
    content = CheckContent(
        title=study.name,
        language=language,
        sound=sound,
        verdict=(_SOUND if sound else _BELOW).to(language),
        faults=tuple(shown),
        layers=tuple(_layer_check(study, report, layers, network) for report in layers.reports),
        streets=_lines(network) if network else None,
        streets_said=streets,
        max_snap_metres=study.max_snap_metres,
        attributions=_attributions(study),
    )
    return CheckReport("\n\n".join(part for part in parts if part), sound, verdict, study, content)


def write_check_files(report: CheckReport) -> tuple[Path, ...]:
    """Write ``check.html``, ``check.xlsx`` and the rejected rows into the study's ``out`` folder.

    All of them or none. A workbook of rejected rows that a layer of the study is read from is the user's
    mended work: the next one takes another name.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    content, out = report.content, report.study.out_folder
    reports = [one.report for one in content.layers]
    snaps = {one.report.id: one.snap for one in content.layers if one.snap is not None}
    with staged(out) as beside:
        written = write_check(
            reports, beside, language=content.language, of_study=content.faults, snaps=snaps
        )
        names = [path.name for path in written]
        free = _free_name(report.study)
        if _REJECTS in names and free != _REJECTS:
            (beside / _REJECTS).rename(beside / free)
            names[names.index(_REJECTS)] = free
        (beside / _PAGE).write_text(render_check(content), "utf-8")
        return replace_all(beside, out, (_PAGE, *names))


def _free_name(study: Study) -> str:
    """Return a name for the rejected rows that no layer is read from."""
    taken = {path.resolve() for path in map(study.path_of, study.layers) if path is not None}
    names = (_REJECTS, *(f"rejects-{number}.xlsx" for number in range(2, len(taken) + 3)))
    return next(name for name in names if (study.out_folder / name).resolve() not in taken)


def _layer_check(
    study: Study, report: LayerReport, layers: Layers, network: StreetNetwork | None
) -> LayerCheck:
    accepted = _accepted(report, layers)
    figures: SnapFigures | None = None
    if network is not None and report.kind not in ("grid", "area", "land"):
        points = accepted.representative_point()
        limit = study.max_snap_metres
        metres = snap(network, points, max_snap_metres=limit, barriers=layers.barriers).snap_metres
        figures = snap_figures(metres, max_snap_metres=study.max_snap_metres)
    return LayerCheck(report, accepted, figures)


def _accepted(report: LayerReport, layers: Layers) -> gpd.GeoSeries:
    """Return the geometry of the accepted rows of a layer."""
    frames = {
        "demand": layers.demand,
        "grid": layers.grids,
        "area": layers.areas,
        "land": layers.land,
        "candidate": layers.candidates,
        "need": layers.needs,
    }
    frame = frames.get(report.kind, layers.facilities)
    return frame.geometry[(frame["layer"] == report.id).to_numpy()]


def _lines(network: StreetNetwork) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    owner = np.repeat(np.arange(network.edge_count), np.diff(network.vertex_start))
    coordinates = np.column_stack([network.vertex_lon, network.vertex_lat])
    return np.asarray(shapely.linestrings(coordinates, indices=owner))


def _streets_said(study: Study, network: StreetNetwork, notes: tuple[Text, ...]) -> Text:
    extract, kilometres = study.streets.extract, f"{network.street_metres / 1000:,.1f}"
    nodes, edges, pieces = network.node_count, network.edge_count, network.pieces.size
    parts = Text("all connected", "全部连通")
    if pieces > 1:
        parts = Text(f"{pieces:,} pieces that do not meet", f"{pieces:,} 个互不连通的部分")
    return Text(
        f"{extract}: {kilometres} km in {edges:,} stretches between {nodes:,} junctions, {parts.en}"
        + "".join(f". {note.en}" for note in notes if note.en),
        f"{extract}：{kilometres} 公里，{nodes:,} 个路口，{edges:,} 个路段，{parts.zh}"
        + "".join(f"。{note.zh}" for note in notes if note.zh),
    )


def _hours_said(study: Study, cache: Path | None) -> Text:
    """Say how many streets and gates are open at some hours only, and what is made of that."""
    total = hours_of_streets(study.extract, cache=cache).total
    if not total:
        return Text("", "")
    return Text(
        f"{total:,} streets or gates are open at some hours only: passed where a case names no hour (`at`), "
        "unless they are closed all the time",
        f"{total:,} 处道路或大门仅在部分时段开放：情景未写时刻（`at`）时视为可通行，全天关闭的除外",
    )


def _elevation_said(study: Study, network: StreetNetwork | None) -> Text:
    """Say what the elevations are and whether the traveller heeds them; nothing where there are none."""
    if study.elevation is None or network is None:
        return Text("", "")
    name, profile = study.elevation.name, profile_of(study)
    if profile.slope == "none":
        return Text(
            f"{name}: not used, since the profile {profile.id} does not heed slopes",
            f"{name}：未使用，{profile.id} 不计坡度",
        )
    return elevation_report(study.elevation, network).said


def _attributions(study: Study) -> tuple[str, ...]:
    return study.attributions + ((study.review_number,) if study.review_number else ())


def _streets(study: Study, cache: Path | None) -> tuple[StreetNetwork | None, list[Fault]]:
    """Open the streets of a study; return what is wrong with them, the profile and the standard too."""
    faults: list[Fault] = []
    network = None
    try:
        standard_of(study)
    except InputError as error:
        faults += error.faults
    try:
        if study.elevation is not None:
            read_elevation_model(study.elevation)
        network = open_network(study.extract, profile_of(study), elevation=study.elevation, cache=cache)
    except InputError as error:
        faults += error.faults
    return network, faults


def _access_faults(study: Study, layers: Layers) -> tuple[Fault, ...]:
    """Return what is wrong with the measures asked for, where standard and cases can be read at all."""
    try:
        standard = standard_of(study)
        read_cases(study)
    except InputError:
        return ()
    return access_faults(study, standard, layers)


def _layer(report: LayerReport, language: Language) -> str:
    accepted = 0 if report.faults else report.accepted
    counts = Text(
        f"{report.read:,} rows read, {accepted:,} accepted, "
        f"{report.rejected:,} rejected, {report.left_out:,} left out",
        f"读取 {report.read:,} 行，采用 {accepted:,}，剔除 {report.rejected:,}，不采用 {report.left_out:,}",
    )
    kind, crs = schema_of(report.kind).name, report.crs
    title = Text(
        f"{report.name} ({kind.en}, {report.source}): {counts.en}",
        f"{report.name}（{kind.zh}，{report.source}）：{counts.zh}",
    )
    lines = [title.to(language)]
    if crs.used:
        said = Text(f"  coordinates: {crs.used}. {crs.note.en}", f"  坐标系：{crs.used}。{crs.note.zh}")
        lines.append(said.to(language))
    used = columns_table([replace(report, unused=())], language)
    for header, meaning, how in zip(used["header"], used["meaning"], used["how"], strict=True):
        lines.append(
            f"  {header} → {meaning}（{how}）" if language == "zh" else f"  {header} -> {meaning} ({how})"
        )
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
