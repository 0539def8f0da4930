"""What a study must fulfil beyond the types of its keys: roles, unique ids, files that are there.

These checks work on the parsed TOML itself, not on the models, so that one mistyped key does not hide the
other faults of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from geo.errors import Fault, InputError
from geo.text import Text
from layers.catalogue.schema import kinds, nearest_names, role_ids
from layers.study.outputs import USUAL_CRS, read_output_crs
from layers.study.paths import files_like, is_database, resolve_source
from layers.study.places import place_faults

Row = Mapping[str, Any]


def check_whole(raw: Row, folder: Path) -> Iterator[Fault]:
    """Yield every fault that needs more than one key, or the disk, to be seen.

    Parameters
    ----------
    raw
        The study file as parsed.
    folder
        The study's folder, absolute.
    """
    if "folder" in raw:
        what = Text("the folder is where the file is", "文件夹由文件位置决定")
        yield _fault("folder", what, Text("Remove it", "请删除"))
    for key in ("layer", "category", "tier", "function", "need_state"):
        yield from _unique_faults(_rows(raw, key), key, "id")
    yield from _unique_faults(_rows(raw, "site"), "site", "name")
    yield from _minutes_faults(raw.get("minutes"))
    yield from _path_faults(raw, folder)
    yield from place_faults(_rows(raw, "layer"))
    yield from _export_faults(raw)
    for number, layer in enumerate(_rows(raw, "layer"), start=1):
        yield from _layer_faults(layer, f"layer[{number}]")
        if _is_file(layer):
            outside = layer.get("outside") is True
            yield from _file_faults(folder, f"layer[{number}].source", layer["source"], outside=outside)


def _export_faults(raw: Row) -> Iterator[Fault]:
    """Yield that a drawing needs metres, where the files are to be in degrees."""
    formats, crs = _table(raw, "export").get("formats"), read_output_crs(_text(raw, "crs_out") or USUAL_CRS)
    if isinstance(formats, list) and "dxf" in formats and crs is not None and crs.is_geographic:
        what = Text(
            "a DXF drawing needs metres, crs_out is in degrees", "DXF 图需以米为单位，而 crs_out 为经纬度"
        )
        fix = Text('Set crs_out, such as crs_out = "EPSG:4549"', '请设置 crs_out，如 crs_out = "EPSG:4549"')
        yield _fault("export.formats", what, fix, "dxf")


def _rows(raw: Row, key: str) -> list[Row]:
    rows = raw.get(key)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _table(row: Row, key: str) -> Row:
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def _is_file(layer: Row) -> bool:
    source = _text(layer, "source")
    return source not in ("", "extract", "grid") and not is_database(source)


def _fault(source: str, what: Text, fix: Text, value: str = "") -> Fault:
    return Fault(what, fix, source=source, value=value[:80], code="study")


def _layer_faults(layer: Row, place: str) -> Iterator[Fault]:
    kind = _text(layer, "kind")
    if kind in kinds():
        yield from _role_faults(layer, kind, place)
        yield from _people_faults(layer, kind, place)
    if _is_file(layer) or is_database(_text(layer, "source")):
        yield from _origin_faults(layer, place)
    yield from _source_faults(layer, kind, place)


def _role_faults(layer: Row, kind: str, place: str) -> Iterator[Fault]:
    """Yield a fault for every key of ``columns`` and ``values`` this kind has no role for."""
    known = role_ids(kind)
    columns, values = _table(layer, "columns"), _table(layer, "values")
    for key, roles in (("columns", columns), ("values", values)):
        for role in roles:
            if role not in known:
                near = nearest_names(role, known) or known
                what = Text(f"a {kind} has no '{role}'", f"{kind} 没有“{role}”这一项")
                fix = Text("Known: " + ", ".join(near), "可用：" + "、".join(near))
                yield _fault(f"{place}.{key}.{role}", what, fix)
    for role in sorted(set(columns) & set(values)):
        what = Text("given both as a column and as a value", "同时写在 columns 与 values 中")
        yield _fault(f"{place}.values.{role}", what, Text("Keep one of them", "请只保留其一"))
    if ("lon" in columns) != ("lat" in columns):
        what = Text("lon and lat belong together", "lon 与 lat 必须同时给出")
        yield _fault(
            f"{place}.columns", what, Text("Give both, or coordinates", "请同时给出，或用 coordinates")
        )
    if "category" in values and "category" in layer:
        what = Text("the category is given twice", "category 重复给出")
        yield _fault(f"{place}.category", what, Text("Keep one of them", "请只保留其一"))


def _source_faults(layer: Row, kind: str, place: str) -> Iterator[Fault]:
    """Yield a fault for every key that does not fit where the layer comes from."""
    source = _text(layer, "source")
    if source == "extract" and not layer.get("tags"):
        fix = Text('Add tags = { amenity = "clinic" }', '请添加 tags = { amenity = "clinic" }')
        yield _fault(f"{place}.tags", Text("an extract is read by tags", "读取 extract 需要 tags"), fix)
    if source == "grid" and kind not in ("grid", "area"):
        fix = Text('Set kind = "grid"', '请设 kind = "grid"')
        yield _fault(f"{place}.kind", Text("a generated grid is a grid", "生成的网格必须是 grid"), fix)
    if is_database(source) and ("table" in layer) == ("sql" in layer):
        what = Text("a database needs either a table or an sql", "数据库图层需要 table 或 sql 之一")
        yield _fault(f"{place}.table", what, Text("Give one of the two", "请给出其中一个"))
    if "sql" in layer and not is_database(source):
        what = Text("only a database takes sql", "只有数据库图层可用 sql")
        yield _fault(f"{place}.sql", what, Text("Remove it", "请删除"))


def _origin_faults(layer: Row, place: str) -> Iterator[Fault]:
    for key in ("licence", "attribution"):
        if key not in layer:
            what = Text("missing", "缺少此项")
            yield _fault(f"{place}.{key}", what, Text("Say whose data it is", "请说明数据来源与许可"))


def _people_faults(layer: Row, kind: str, place: str) -> Iterator[Fault]:
    if kind != "demand" and "people" in layer:
        what = Text("only demand counts people", "只有 demand 图层统计人数")
        yield _fault(f"{place}.people", what, Text("Remove it", "请删除"))


def _minutes_faults(minutes: object) -> Iterator[Fault]:
    if not isinstance(minutes, list) or not all(isinstance(limit, int | float) for limit in minutes):
        return
    if minutes != sorted(set(minutes)):
        what = Text("minutes must rise and differ", "minutes 必须递增且互不相同")
        yield _fault("minutes", what, Text("Write [5, 10, 15]", "例如 [5, 10, 15]"))


def _unique_faults(rows: list[Row], table: str, key: str) -> Iterator[Fault]:
    """Yield a fault for every row whose `key` an earlier row of the table has too."""
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        name = _text(row, key)
        if name and name in first:
            what = Text(f"the {key} of {table}[{first[name]}] again", f"与 {table}[{first[name]}] 重复")
            fix = Text(f"Give each its own {key}", f"请用不同的 {key}")
            yield _fault(f"{table}[{number}].{key}", what, fix, name)
        first.setdefault(name, number)


def _path_faults(raw: Row, folder: Path) -> Iterator[Fault]:
    """Yield a fault for every file that is not there or lies where it may not, the layers' apart."""
    streets = _table(raw, "streets")
    yield from _streets_faults(raw)
    for key in ("extract", "lines", "elevation"):
        if _text(streets, key):
            outside = streets.get("outside") is True
            yield from _file_faults(folder, f"streets.{key}", streets[key], outside=outside)
    for key in ("profile", "standard"):
        if _text(raw, key).endswith(".toml"):
            yield from _file_faults(folder, key, raw[key], outside=False)
    for key in ("book", "report"):
        template = _text(_table(raw, key), "template")
        if template:
            yield from _file_faults(folder, f"{key}.template", template, outside=False)
    try:
        resolve_source(folder, _text(raw, "out") or "out")
    except InputError as error:
        yield from (_fault("out", fault.what, fault.fix, _text(raw, "out")) for fault in error.faults)


def _streets_faults(raw: Row) -> Iterator[Fault]:
    """Yield what is wrong between the keys of the streets: one file of them, and whose it is."""
    if not isinstance(raw.get("streets"), dict):
        return
    streets = _table(raw, "streets")
    if "extract" in streets and "lines" in streets:
        what = Text("given both as an extract and as lines", "同时给出了 extract 与 lines")
        yield _fault("streets.lines", what, Text("Keep one of them", "请只保留其一"))
    elif "extract" not in streets and "lines" not in streets:
        what = Text("missing", "缺少此项")
        fix = Text(
            'Add extract = "town.osm.pbf", or lines = "roads.gpkg"',
            '请添加 extract = "town.osm.pbf" 或 lines = "roads.gpkg"',
        )
        yield _fault("streets.extract", what, fix)
    if "lines" not in streets:
        return
    yield from _origin_faults(streets, "streets")
    for number, layer in enumerate(_rows(raw, "layer"), start=1):
        if _text(layer, "source") == "extract":
            what = Text("there is no extract to read it from", "没有可供读取的路网文件（extract）")
            fix = Text("Give the layer a file of its own", "请为该图层指定文件")
            yield _fault(f"layer[{number}].source", what, fix)


def _file_faults(folder: Path, key: str, written: str, *, outside: bool) -> Iterator[Fault]:
    try:
        path = resolve_source(folder, written, outside=outside)
        exists = path.is_file()
    except InputError as error:
        yield from (_fault(key, fault.what, fault.fix, written) for fault in error.faults)
        return
    except OSError:
        exists = False
    if not exists:
        near = files_like(path)
        what = Text("there is no such file", "文件不存在")
        fix = Text("Check the name", "请检查文件名")
        if near:
            fix = Text(f"{fix.en}: {', '.join(near)}?", f"{fix.zh}，是否为 {'、'.join(near)}？")
        yield _fault(key, what, fix, written)
