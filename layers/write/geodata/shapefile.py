"""Layers as shapefiles, for programs that read nothing newer.

A shapefile holds one shape, names of ten letters and texts of 254 bytes. Columns are named by the letters of
their own names, told apart by numbers; ``fields.csv`` says what each stands for. Texts are UTF-8, which the
``.cpg`` beside each file says.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.text import Language, Text
from layers.write.geodata.reread import WrittenLayer

FIELDS_FILE: Final = "fields.csv"
_MOST_NAME, _MOST_BYTES = 10, 254
_SHAPES: Final = {
    "Point": Text("points", "点"),
    "LineString": Text("lines", "线"),
    "Polygon": Text("areas", "面"),
}
_HEAD: Final = (
    Text("File", "文件"),
    Text("Field", "字段"),
    Text("Column", "原字段"),
    Text("Name", "字段含义"),
    Text("Unit", "单位"),
    Text("How it is computed", "算法"),
    Text("Values cut at 254 bytes", "超过 254 字节被截断的值"),
)
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP can hold: the same layers make the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The rows of a layer with one shape, as one shapefile."""

    name: str
    shape: str
    frame: gpd.GeoDataFrame
    layer: WrittenLayer


def write_shapefiles(
    folder: Path, layers: Iterable[WrittenLayer], *, made_on: str, language: Language
) -> tuple[Path, ...]:
    """Write layers as shapefiles into a folder, with the table of their fields; return all paths.

    What GDAL and the disk raise is left to the caller.

    Parameters
    ----------
    made_on
        Day that stands in the files, ``YYYY-MM-DD``.
    """
    rows: list[tuple[object, ...]] = []
    written: list[Path] = []
    for part in _parts(layers, language):
        names = short_names([str(name) for name in part.frame.columns if name != "geometry"])
        frame, cut = _as_stored(part.frame.rename(columns=names))
        path = folder / f"{part.name}.shp"
        _write(frame, path, part.shape, made_on)
        written += sorted(folder.glob(f"{_escaped(part.name)}.*"))
        words = {each.key: each for each in part.layer.columns}
        for key, name in names.items():
            said = words.get(key)
            told = ("", "", "") if said is None else (said.name, said.unit, said.how)
            rows.append((path.name, name, key, *told, cut.get(name, 0) or ""))
    table = folder / FIELDS_FILE
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[text.to(language) for text in _HEAD], *rows])
    return (*written, table)


def zipped(path: Path, files: Iterable[Path]) -> Path:
    """Write files into a ZIP, the same bytes for the same files, and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(files, key=lambda each: each.name):
            packed.writestr(zipfile.ZipInfo(file.name, _EARLIEST), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name of ten letters for each column, each once, whatever the case of its letters.

    Examples
    --------
    >>> short_names(["id", "clinic_reach", "clinic_reach_room", "学校"])
    {'id': 'id', 'clinic_reach': 'clinic_rea', 'clinic_reach_room': 'clinic_re2', '学校': 'field'}
    """
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in names:
        plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign == "_"))
        short, number = (plain or "field")[:_MOST_NAME], 1
        while short.lower() in taken:
            number += 1
            short = f"{(plain or 'field')[: _MOST_NAME - len(str(number))]}{number}"
        taken.add(short.lower())
        found[name] = short
    return found


def _parts(layers: Iterable[WrittenLayer], language: Language) -> Iterator[_Part]:
    """Yield the rows of each layer by their shape; rows without a place stand with the first."""
    for layer in layers:
        kinds = layer.frame.geom_type.str.removeprefix("Multi")
        shapes = [shape for shape in _SHAPES if (kinds == shape).any()]
        for number, shape in enumerate(shapes):
            rows = (kinds == shape) | (kinds.isna() & (number == 0))
            name = layer.name if len(shapes) == 1 else f"{layer.name}_{_SHAPES[shape].to(language)}"
            frame = layer.frame[rows].reset_index(drop=True)
            yield _Part(name=name, shape=shape, frame=frame, layer=layer)


def _as_stored(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Return rows as the format holds them, and how many texts of each column had to be cut."""
    cut: dict[str, int] = {}
    columns: dict[str, pd.Series] = {}
    for name in frame.columns.drop("geometry"):
        if pd.api.types.is_numeric_dtype(frame[name]):
            continue
        texts = [None if pd.isna(value) else str(value) for value in frame[name]]
        short = [None if text is None else _cut(text) for text in texts]
        cut[str(name)] = sum(a != b for a, b in zip(texts, short, strict=True))
        columns[str(name)] = pd.Series(short, index=frame.index, dtype=object)
    return frame.assign(**columns), cut


def _cut(text: str) -> str:
    return text.encode()[:_MOST_BYTES].decode("utf-8", errors="ignore")


def _write(frame: gpd.GeoDataFrame, path: Path, shape: str, made_on: str) -> None:
    pyogrio.write_dataframe(
        frame,
        path,
        driver="ESRI Shapefile",
        encoding="UTF-8",
        geometry_type=shape,
        promote_to_multi=False,
        layer_options={"DBF_DATE_LAST_UPDATE": made_on, "SPATIAL_INDEX": "NO"},
    )


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
