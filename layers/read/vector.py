"""GIS files through GDAL: GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML; and GeoParquet.

The first bytes of a file must be those of its ending: GDAL opens by content, and some contents are
instructions to open other files.
"""

from __future__ import annotations

import codecs
import itertools
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from geo.errors import Fault, InputError, because
from geo.text import Text
from layers.catalogue.schema import nearest_names
from layers.read.encodings import find_encoding
from layers.read.raw_table import MAX_ROWS, RawTable, input_error

VECTOR_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".fgb", ".kml")
PARQUET_SUFFIXES = (".parquet", ".geoparquet")
MAX_TEXT_BYTES = 1 << 30
MAX_VERTICES = 1_000_000
"""Vertices of one feature; a coast of a country in full detail has fewer."""

_SIGNATURES: Mapping[str, tuple[bytes, ...]] = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".fgb": (b"fgb",),
    ".geojson": (b"{", b"["),
    ".json": (b"{", b"["),
    ".kml": (b"<?xml", b"<kml"),
    ".parquet": (b"PAR1",),
    ".geoparquet": (b"PAR1",),
}


def read_vector(
    path: Path, *, table: str | None = None, encoding: str | None = None, source: str = ""
) -> RawTable:
    """Read a layer of a GIS file.

    Parameters
    ----------
    path
        The file.
    table
        The layer inside it, for files that hold several.
    encoding
        The encoding of a Shapefile's texts; found from ``.cpg`` or from the bytes where left out.
    source
        What to call the file in a fault.

    Raises
    ------
    InputError
        Where the file is not what its ending says, is broken, or holds several layers and none is named.
    """
    source = source or path.name
    suffix = path.suffix.lower()
    check_signature(path, suffix, source)
    details: dict[str, str] = {}
    layer = _choose_layer(path, table, source)
    if suffix == ".shp":
        encoding, details = _shape_encoding(path, encoding, source)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            frame = pyogrio.read_dataframe(
                path, layer=layer, encoding=encoding if suffix == ".shp" else None, on_invalid="ignore"
            )
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            ValueError,
            OverflowError,
        ) as error:
            raise _unreadable(source, str(error)) from None
    notes = tuple(_gdal_note(str(warning.message), source) for warning in warned)
    if layer is not None:
        details["table"] = layer
    crs = _stated_crs(frame, path, suffix)
    return _raw(frame, source, details, crs, tuple(dict.fromkeys(notes)))


def read_parquet(path: Path, *, source: str = "") -> RawTable:
    """Read GeoParquet, or a plain Parquet table with the places in its columns.

    Raises
    ------
    InputError
        Where the file is broken, has more than 20 million rows, or would unpack to more than 4 GB.
    """
    source = source or path.name
    check_signature(path, path.suffix.lower(), source)
    try:
        meta = pq.read_metadata(path)
        size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        if meta.num_rows > MAX_ROWS or size > 4 << 30:
            what = Text(f"{meta.num_rows:,} rows, {size:,} bytes", f"{meta.num_rows:,} 行，{size:,} 字节")
            raise input_error(source, what, Text("Cut it", "请拆分"), code="too_large")
        geo = (meta.metadata or {}).get(b"geo")
        if geo is None:
            cells = pd.read_parquet(path).reset_index(drop=True)
            return RawTable(cells, np.arange(1, len(cells) + 1), source=source)
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are rejected row by row
            frame = gpd.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, OSError) or not hasattr(error, "faults"):
            raise _unreadable(source, str(error)) from None
        raise
    stated = _parquet_states_crs(geo)
    return _raw(frame, source, {}, _crs_text(frame.crs) if stated else None, ())


def check_signature(path: Path, suffix: str, source: str) -> None:
    """Refuse a file whose first bytes are not those of its ending.

    Raises
    ------
    InputError
        Where the file cannot be opened, is empty, or is something else.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        size = path.stat().st_size
    except OSError as error:
        what = because(Text("cannot be read", "无法读取"), error)
        raise input_error(source, what, Text("Check the file", "请检查文件"), code="unreadable") from None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip() if suffix in (".geojson", ".json", ".kml") else head
    if not start:
        fix = Text("Export it again", "请重新导出")
        raise input_error(source, Text("the file is empty", "文件为空"), fix, code="empty")
    if not start.startswith(_SIGNATURES[suffix]) or (suffix == ".kml" and b"<kml" not in head):
        what = Text(f"not a {suffix} file by its content", f"内容不是 {suffix} 文件")
        fix = Text("Give it the ending of what it is", "请使用与内容一致的扩展名")
        raise input_error(source, what, fix, code="wrong_format", value=repr(start[:16]))
    if suffix in (".geojson", ".json", ".kml") and size > MAX_TEXT_BYTES:
        what = Text(f"a text file of {size:,} bytes", f"文本文件过大（{size:,} 字节）")
        raise input_error(source, what, Text("Use GeoPackage", "请改用 GeoPackage"), code="too_large")


def _choose_layer(path: Path, table: str | None, source: str) -> str | None:
    try:
        listed = [(str(name), shape is not None) for name, shape in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, ValueError) as error:
        raise _unreadable(source, str(error)) from None
    if not listed:
        raise _unreadable(source, "no layer in it")
    names = [name for name, has_shape in listed if has_shape or table == name]
    if table is not None:
        if table not in names:
            near = nearest_names(table, names) or tuple(names[:10])
            what = Text("the file has no such table", "文件中没有该图层")
            fix = Text(f"There are: {', '.join(near)}", f"现有：{'、'.join(near)}")
            raise input_error(source, what, fix, code="table", value=table)
        return table
    if len(names) > 1:
        what = Text("the file holds several layers", "文件中有多个图层")
        fix = Text(
            f'Add table = "...": {", ".join(names[:20])}', f'请添加 table = "..."：{"、".join(names[:20])}'
        )
        raise input_error(source, what, fix, code="table")
    return None


def _raw(
    frame: pd.DataFrame, source: str, details: dict[str, str], crs: str | None, notes: tuple[Fault, ...]
) -> RawTable:
    count = len(frame)
    if not isinstance(frame, gpd.GeoDataFrame):
        cells = frame.reset_index(drop=True)
        return RawTable(cells, np.arange(1, count + 1), source=source, details=details, notes=notes)
    geometry = gpd.GeoSeries(_bounded(np.asarray(frame.geometry.array, dtype=object)))
    cells = _flat(pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True))
    heavy = np.flatnonzero(shapely.get_num_coordinates(np.asarray(frame.geometry.array)) > MAX_VERTICES)
    what = Text(f"more than {MAX_VERTICES:,} vertices", f"顶点超过 {MAX_VERTICES:,} 个")
    fix = Text("Simplify it", "请先简化")
    heavy_notes = tuple(
        Fault(what, fix, source=source, row=int(i) + 1, code="too_many_vertices") for i in heavy
    )
    rows = np.arange(1, count + 1, dtype=np.int64)
    return RawTable(
        cells, rows, geometry=geometry, crs=crs, source=source, details=details, notes=(*notes, *heavy_notes)
    )


def _flat(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells with lists and tables inside them written as JSON: a cell holds one value."""
    for column in [name for name in cells.columns if cells[name].dtype == "object"]:
        nested = cells[column].map(lambda value: isinstance(value, list | dict | np.ndarray))
        if nested.any():
            flat = cells[column].copy()
            flat[nested] = [_json(value) for value in cells.loc[nested, column]]
            cells = cells.assign(**{column: flat})
    return cells


def _json(value: Any) -> str:
    plain = value.tolist() if isinstance(value, np.ndarray) else value
    return json.dumps(plain, ensure_ascii=False, default=str)


def _bounded(shapes: Any) -> Any:
    """Return the shapes with those of too many vertices missing; they are rejected with a note."""
    kept = shapes.copy()
    kept[shapely.get_num_coordinates(shapes) > MAX_VERTICES] = None
    return kept


def _stated_crs(frame: pd.DataFrame, path: Path, suffix: str) -> str | None:
    """Return the coordinate system the file itself states, if it does.

    GeoJSON without a ``crs`` member counts as silent: the format means WGS84, but what Chinese map
    providers write in it is GCJ-02.
    """
    crs = getattr(frame, "crs", None)
    if crs is None or (suffix in (".geojson", ".json") and not _geojson_has_crs(path)):
        return None
    return _crs_text(crs)


def _geojson_has_crs(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1 << 16)
        file.seek(max(0, path.stat().st_size - (1 << 12)))
        tail = file.read()
    return b'"crs"' in head or b'"crs"' in tail


def _crs_text(crs: pyproj.CRS | None) -> str | None:
    if crs is None:
        return None
    authority = crs.to_authority(min_confidence=70)
    text: str = ":".join(authority) if authority else crs.to_wkt()
    return text


def _parquet_states_crs(geo: bytes) -> bool:
    try:
        columns = json.loads(geo)["columns"]
        return any("crs" in column for column in columns.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _shape_encoding(path: Path, declared: str | None, source: str) -> tuple[str, dict[str, str]]:
    """Return the encoding of a Shapefile's texts: the study's, else the .cpg's if it fits, else found."""
    if declared is not None:
        return declared, {"encoding": declared}
    texts = _dbf_texts(path)
    stated = _cpg(path)
    if all(text.isascii() for text in texts):
        return "utf-8", {"encoding": stated or "ascii"}
    if stated is not None and _fits(texts, stated):
        return stated, {"encoding": f"{stated} (.cpg)"}
    if _fits(texts, "utf-8"):
        detected = "utf-8"
    else:
        detected = find_encoding(b"\n".join(text for text in texts if not text.isascii()), source)
    if stated is None:
        return detected, {"encoding": f"{detected} (from the bytes, no .cpg)"}
    what = Text(
        f"the .cpg says {stated}, but the texts look like {detected}",
        f".cpg 写为 {stated}，但文字像是 {detected}",
    )
    fix = Text(f'Add encoding = "{detected}" if that is right', f'如正确请添加 encoding = "{detected}"')
    raise input_error(source, what, fix, code="encoding")


def _cpg(path: Path) -> str | None:
    for ending in (".cpg", ".CPG"):
        file = path.with_suffix(ending)
        if file.is_file():
            text = file.read_bytes()[:64].decode("ascii", errors="ignore").strip()
            return {"936": "gb18030", "65001": "utf-8", "950": "big5hkscs"}.get(text, text) or None
    return None


def _dbf_texts(path: Path) -> list[bytes]:
    """Return the names of the fields and the texts of the first records, as bytes.

    Only whole records of the first MiB, and only fields of text: widths and numbers are no characters. A
    text as wide as its field may end inside a character.
    """
    for ending in (".dbf", ".DBF"):
        file = path.with_suffix(ending)
        if file.is_file():
            with file.open("rb") as opened:
                data = opened.read(1 << 20)
            return _texts_of_table(data)
    return []


def _texts_of_table(data: bytes) -> list[bytes]:
    start, width = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    texts: list[bytes] = []
    spans: list[tuple[int, int]] = []
    place = 1
    for at in range(32, max(32, min(start, len(data)) - 31), 32):
        if data[at] == 0x0D:
            break
        texts.append(data[at : at + 11].split(b"\x00")[0])
        if data[at + 11 : at + 12] == b"C":
            spans.append((place, data[at + 16]))
        place += data[at + 16]
    for record in range(start, len(data) - width + 1, width) if width and start else ():
        texts += [data[record + left : record + left + size].rstrip(b" \x00") for left, size in spans]
    return [text for text in texts if text]


def _fits(texts: Sequence[bytes], encoding: str) -> bool:
    """Return whether texts are in an encoding; every byte is Latin-1, so that name alone proves nothing."""
    try:
        for text in texts:
            # Not the end: a text that fills its field may be cut inside a character.
            codecs.getincrementaldecoder(encoding)().decode(text)
    except (UnicodeDecodeError, LookupError):
        return False
    data = b"\n".join(texts)
    single = encoding.lower().replace("_", "-") in (
        "iso-8859-1",
        "iso8859-1",
        "latin-1",
        "latin1",
        "88591",
        "1252",
    )
    if not single:
        return True
    pairs = sum(1 for a, b in itertools.pairwise(data) if a >= 0xA1 and b >= 0xA1)
    return pairs * 4 < sum(byte >= 0x80 for byte in data)


def _gdal_note(message: str, source: str) -> Fault:
    what = because(Text("GDAL says", "GDAL 读取时给出警告"), message)
    return Fault(what, Text("Check the result", "请核对结果"), source=source, code="gdal")


def _unreadable(source: str, message: str) -> InputError:
    if "too complex/large" in message:
        what = Text("one feature is too large for GeoJSON", "单个要素过大")
        fix = Text("Simplify it, or save it as GeoPackage", "请先简化，或另存为 GeoPackage")
        return input_error(source, what, fix, code="too_many_vertices")
    what = because(Text("cannot be read", "无法读取"), message or "unknown")
    fix = Text("Open it in its own program and save it again", "请用原软件打开并重新保存")
    return input_error(source, what, fix, code="unreadable")
