"""The streets of a study as an extract: its own, or one made of its layer of lines and kept in the cache.

Lines become ways over shared nodes with OpenStreetMap's tags, so that profiles, joins, base map and every
command treat them as they treat an extract.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import osmium
import shapely

from geo.coordinates.crs import WGS84, metric_crs, transformer
from geo.errors import Fault, InputError, because
from geo.lines.noding import NodedLines, node_lines
from geo.text import Text
from geo.types import Floats, Index
from layers.lines.notes import notes_of
from layers.lines.tags import line_tags
from layers.osm.streets import default_cache
from layers.read.digest import file_sha256
from layers.read.files import ARCHIVES, read_file
from layers.read.raw_table import RawTable
from layers.read.vector import PARQUET_SUFFIXES, VECTOR_SUFFIXES
from layers.rows.coordinates import parse_crs, to_wgs84
from layers.study.model import Study
from layers.study.sources import LayerSource, Streets

_FORMAT = 1
_STALE_SECONDS = 3600.0
_MOST_NODES = 1900
"""Nodes of one way; OpenStreetMap allows 2,000."""
COMPANIONS = (".dbf", ".prj", ".cpg", ".shx")
"""Parts of a Shapefile beside its .shp."""
LINES_SUFFIXES = (*VECTOR_SUFFIXES, *PARQUET_SUFFIXES, *ARCHIVES)
"""Endings of files whose lines may be streets."""


def extract_of(study: Study) -> Path:
    """Return the extract that the streets of a study are read from, made of its lines at most once.

    Raises
    ------
    InputError
        Where the lines cannot be read, say no coordinate system, hold values that are not understood, or
        there is no room for the extract.
    """
    if study.streets.lines is None:
        return study.extract
    made, _ = _made(study)
    return made


def street_notes(study: Study) -> tuple[Text, ...]:
    """Return what was assumed, mended and left out when the lines of a study were joined; none without lines.

    Raises
    ------
    InputError
        As `extract_of`.
    """
    if study.streets.lines is None:
        return ()
    _, counts = _made(study)
    return notes_of(counts, study.streets)


def _made(study: Study) -> tuple[Path, Mapping[str, int]]:
    path, streets = study.extract, study.streets
    folder = default_cache()
    made = folder / f"{_key(path, streets)}.osm.pbf"
    said = made.with_suffix(".json")
    try:
        counts: Mapping[str, int] = json.loads(said.read_text("utf-8"))
        if made.is_file() and counts["bytes"] == made.stat().st_size:
            return made, counts
    except (OSError, ValueError, KeyError, TypeError):
        pass
    noded, tags, counts = _read(path, streets)
    with _no_room(path):
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        with tempfile.TemporaryDirectory(prefix=".lines-", dir=folder) as beside:
            draft = Path(beside) / "lines.osm.pbf"
            _write(draft, noded, tags)
            counts = {**counts, "bytes": draft.stat().st_size}
            told = Path(beside) / "lines.json"
            told.write_text(json.dumps(counts), "utf-8")
            draft.replace(made)
            told.replace(said)
    return made, counts


def _clear(folder: Path) -> None:
    """Remove what processes that were killed left behind, an hour ago or earlier."""
    for left in folder.glob(".lines-*"):
        if time.time() - left.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _no_room(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        fault = Fault(
            because(Text("the joined streets cannot be kept", "无法保存处理后的路网"), error),
            Text(
                "Make room, or let LIFECIRCLE_CACHE name a folder that can be written to",
                "请释放空间，或用 LIFECIRCLE_CACHE 指定可写入的文件夹",
            ),
            source=path.name,
            code="no-room",
        )
        raise InputError([fault]) from error


def _key(path: Path, streets: Streets) -> str:
    try:
        content = [file_sha256(path)]
        for ending in COMPANIONS if path.suffix.lower() == ".shp" else ():
            content += [file_sha256(each) for each in [path.with_suffix(ending)] if each.is_file()]
    except OSError as error:
        raise InputError([_absent(path, error)]) from error
    facts = streets.model_dump_json(exclude={"attribution", "licence", "elevation", "elevation_attribution"})
    return hashlib.sha256(f"{_FORMAT}|{path.suffix}|{content}|{facts}".encode()).hexdigest()[:32]


def _read(path: Path, streets: Streets) -> tuple[NodedLines, Sequence[Mapping[str, str]], dict[str, int]]:
    source = path.name
    layer = LayerSource(
        id="streets",
        kind="area",
        source=source,
        table=streets.layer,
        member=streets.member,
        encoding=streets.encoding,
    )
    table = read_file(path, layer, source=source)
    if table.geometry is None:
        raise InputError([_no_lines(source)])
    said = line_tags(table.cells, streets, source)
    shapes, row, counts = _lines(table, streets, source)
    tags = [said.tags[each] for each in row]
    shapes, kept = _distinct(shapes, tags)
    counts["duplicates"] = len(row) - len(kept)
    row, tags = row[kept], [tags[each] for each in kept]
    if not len(shapes):
        raise InputError([_no_lines(source)])
    metres = _Metres(shapes)
    shapes_m, piece_of = _simple(metres.shapes)
    long = shapely.length(shapes_m) > 0
    shapes_m, piece_of = shapes_m[long], piece_of[long]
    if not len(shapes_m):
        raise InputError([_no_lines(source)])
    noded = node_lines(
        shapes_m,
        said.level[row[piece_of]],
        said.grade_separated[row[piece_of]],
        tolerance_metres=streets.tolerance_metres,
        join_crossings=streets.crossings == "join",
    )
    counts |= noded.counts
    counts |= {
        "used": len(np.unique(piece_of)),
        "without_class": said.without_class,
        "leveled_by_name": said.leveled_by_name,
        **{f"column_{role}": 1 for role in said.columns},
    }
    lon, lat = metres.back(noded.xy)
    places = NodedLines(
        xy=np.column_stack([lon, lat]), start=noded.start, node=noded.node, counts=noded.counts
    )
    return places, [tags[each] for each in piece_of], counts


def _lines(
    table: RawTable, streets: Streets, source: str
) -> tuple[npt.NDArray[np.object_], Index, dict[str, int]]:
    """Return the single lines of a layer in WGS84, the row of each, and how many rows gave none."""
    declared = streets.crs or table.crs
    if declared is None:
        raise InputError([_no_crs(source)])
    assert table.geometry is not None  # looked at before
    shapes: npt.NDArray[np.object_] = np.asarray(table.geometry.array, dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    xy, of_shape = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(shapes), bool)
    broken[of_shape[~np.isfinite(xy).all(axis=1)]] = True
    dimension = shapely.get_dimensions(shapes)
    flat = ~empty & ~broken & (dimension != 1)
    usable = ~empty & ~broken & ~flat
    found = shapes.copy()
    found[~usable] = None
    placed = gpd.GeoSeries(found, dtype="geometry")
    wgs84 = np.asarray(to_wgs84(placed, parse_crs(declared)).array, dtype=object)
    west, south, east, north = shapely.bounds(wgs84).T
    on_globe = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90) & (east - west < 180)
    lost = usable & ~on_globe
    if lost.any() and not (usable & on_globe).any():
        raise InputError([_off_globe(source, declared)])
    kept = usable & on_globe
    parts, of_row = shapely.get_parts(wgs84[kept], return_index=True)
    is_line = (shapely.get_type_id(parts) == 1) | (shapely.get_type_id(parts) == 2)
    parts, of_row = parts[is_line], of_row[is_line]
    parts = np.array([shapely.LineString(part) for part in parts], dtype=object)
    parts = shapely.remove_repeated_points(parts) if len(parts) else parts
    long = shapely.length(parts) > 0 if len(parts) else np.empty(0, bool)
    counts = {
        "read": len(shapes),
        "empty": int(empty.sum()),
        "broken": int(broken.sum() + lost.sum()),
        "not_lines": int(flat.sum()),
        "without_length": int((~long).sum()),
    }
    return parts[long], np.flatnonzero(kept)[of_row[long]], counts


def _distinct(
    shapes: npt.NDArray[np.object_], tags: Sequence[Mapping[str, str]]
) -> tuple[npt.NDArray[np.object_], Index]:
    """Leave out lines that come again, in either direction, with the same tags."""
    if not len(shapes):
        return shapes, np.empty(0, np.int64)
    rounded = shapely.set_precision(shapes, 1e-7, mode="pointwise")
    either = shapely.to_wkb(shapely.normalize(rounded))
    written = shapely.to_wkb(rounded)
    seen: dict[tuple[object, ...], int] = {}
    for at, each in enumerate(tags):
        directed = "oneway" in each
        seen.setdefault((written[at] if directed else either[at], *sorted(each.items())), at)
    kept = np.array(sorted(seen.values()), np.int64)
    return shapes[kept], kept


def _simple(shapes: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Index]:
    """Return lines that cross themselves cut into straight pieces, and whose each is."""
    found: list[object] = []
    owner: list[int] = []
    simple = shapely.is_simple(shapes)
    for at, (shape, whole) in enumerate(zip(shapes, simple, strict=True)):
        if whole:
            found.append(shape)
            owner.append(at)
            continue
        xy = shapely.get_coordinates(shape)
        pieces = shapely.get_parts(
            shapely.node(shapely.multilinestrings(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))))
        )
        found.extend(pieces)
        owner.extend([at] * len(pieces))
    pieces_of = np.empty(len(found), dtype=object)
    pieces_of[:] = found
    return pieces_of, np.array(owner, np.int64)


class _Metres:
    """Lines in metres of one place, and the way back to degrees."""

    def __init__(self, shapes: npt.NDArray[np.object_]) -> None:
        series = gpd.GeoSeries(shapes, crs=WGS84)
        self.crs = metric_crs(series)
        self.shapes = np.asarray(series.to_crs(self.crs).array, dtype=object)

    def back(self, xy: Floats) -> tuple[Floats, Floats]:
        """Return longitude and latitude."""
        lon, lat = transformer(self.crs, WGS84).transform(xy[:, 0], xy[:, 1])
        return np.asarray(lon), np.asarray(lat)


def _write(path: Path, lines: NodedLines, tags: Sequence[Mapping[str, str]]) -> None:
    """Write nodes and ways; ways of very many nodes in parts that share their ends."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, (lon, lat) in enumerate(lines.xy.round(7).tolist(), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat)))
        way = 0
        for start, end, said in zip(lines.start[:-1].tolist(), lines.start[1:].tolist(), tags, strict=True):
            nodes = (lines.node[start:end] + 1).tolist()
            closed = {"area": "no"} if nodes[0] == nodes[-1] else {}
            for first in range(0, max(1, len(nodes) - 1), _MOST_NODES - 1):
                part = nodes[first : first + _MOST_NODES]
                if len(part) > 1 and len(set(part)) > 1:
                    way += 1
                    writer.add_way(osmium.osm.mutable.Way(id=way, nodes=part, tags={**said, **closed}))


def _absent(path: Path, error: OSError) -> Fault:
    return Fault(
        because(Text("the road layer is not there or cannot be opened", "找不到道路图层或无法打开"), error),
        Text("Check streets.lines in the study", "请检查项目文件中的 streets.lines"),
        source=path.name,
        code="lines-missing",
    )


def _no_lines(source: str) -> Fault:
    return Fault(
        Text("the road layer holds no lines", "道路图层中没有线"),
        Text(
            "Give the centre lines of roads (.gpkg, .shp, .geojson, .zip), not areas or points",
            "请提供道路中心线（.gpkg、.shp、.geojson、.zip），而非面或点",
        ),
        source=source,
        code="lines-none",
    )


def _no_crs(source: str) -> Fault:
    return Fault(
        Text("the road layer does not say its coordinate system", "道路图层未注明坐标系"),
        Text(
            'Add crs = "EPSG:4490" (or EPSG:4326, EPSG:4549, gcj02, bd09) to [streets]',
            '请在 [streets] 中添加 crs = "EPSG:4490"（或 EPSG:4326、EPSG:4549、gcj02、bd09）',
        ),
        source=source,
        column="crs",
        code="lines-crs",
    )


def _off_globe(source: str, declared: str) -> Fault:
    return Fault(
        Text(
            f"no line lies on the globe when read as {declared}", f"按 {declared} 读取，没有一条线位于地球上"
        ),
        Text("Say the right crs in [streets]", "请在 [streets] 中写明正确的 crs"),
        source=source,
        column="crs",
        value=declared[:60],
        code="lines-crs",
    )
