"""The commands that come before a study: find out what a layer is in, and make a study of a place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.steps import Steps
from geo.errors import Fault, InputError
from geo.text import Text
from layers.doctor.doctor import Diagnosis
from layers.doctor.raw_places import columns_of, diagnose_file, source_of
from layers.lines.extract import extract_of
from layers.new.study import new_study
from layers.osm.online.service import Service
from layers.study.mend import read_what_can_be
from layers.study.model import Study
from layers.study.sources import LayerSource


def box_of(text: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north from ``121.2,31.3,121.4,31.5``.

    Raises
    ------
    InputError
        When that is not four numbers.

    Examples
    --------
    >>> box_of("121.2, 31.3, 121.4, 31.5")
    (121.2, 31.3, 121.4, 31.5)
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError([_no_box(text)]) from None
    return west, south, east, north


def make_study(
    folder: Path,
    *,
    place: str | None,
    box: str | None,
    extract: Path | None,
    service: Service,
    steps: Steps,
) -> Path:
    """Make a study of a place, a box or an extract, and return its file."""
    with steps.step("new study") as progress:
        return new_study(
            folder,
            place=place,
            bbox=None if box is None else box_of(box),
            extract=extract,
            service=service,
            progress=lambda done, total, _: progress(done, total),
        )


def diagnose_layer(
    layer: str,
    *,
    streets: Path | None,
    boundaries: Path | None,
    boundaries_crs: str,
    declared: str | None,
    given: Mapping[str, str | int | None],
) -> Diagnosis:
    """Diagnose a file, or ``STUDY:LAYER``, with sheet, header row and columns as given on the command line.

    Raises
    ------
    InputError
        When there is no such layer, it is read from no file, or no streets are known.
    """
    asked: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if isinstance(asked.get("sheet"), str) and str(asked["sheet"]).isdecimal():
        asked["sheet"] = int(asked["sheet"])
    if isinstance(asked.get("columns"), str):
        asked["columns"] = columns_of(asked["columns"])
    source, folder = source_of(Path(layer)), Path()
    study_path, mark, layer_id = layer.rpartition(":")
    if mark and not Path(layer).exists() and Path(study_path).exists():
        study = read_what_can_be(Path(study_path)).study
        source, folder = _layer_of(study, layer_id), study.folder
        streets, declared = streets or extract_of(study), declared or source.crs
    if streets is None:
        raise InputError([_no_streets()])
    return diagnose_file(
        source.model_copy(update=asked),
        streets,
        folder=folder,
        boundaries=boundaries,
        boundaries_crs=boundaries_crs,
        declared=declared,
    )


def _layer_of(study: Study, layer_id: str) -> LayerSource:
    by_id = {layer.id: layer for layer in study.layers if layer.is_file}
    if layer_id not in by_id:
        there = ", ".join(by_id) or "-"
        what = Text("the study reads no such layer from a file", "项目中没有从文件读取的该图层")
        fix = Text(f"There are: {there}", f"现有：{there}")
        raise InputError([Fault(what, fix, source="doctor", value=layer_id, code="layer")])
    return by_id[layer_id]


def _no_streets() -> Fault:
    return Fault(
        Text("no streets are given", "未指定道路数据"),
        Text(
            "Add --streets town.osm.pbf, or name a layer as STUDY:LAYER",
            "请添加 --streets，或以 STUDY:LAYER 的形式指定项目的图层",
        ),
        source="--streets",
        code="no-streets",
    )


def _no_box(text: str) -> Fault:
    return Fault(
        Text("this is no box", "范围格式不正确"),
        Text("Give west,south,east,north in degrees", "请按西、南、东、北给出度数"),
        source="--bbox",
        value=text,
        code="no-box",
    )
