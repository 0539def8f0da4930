"""Shapes and numbers in few bytes: the form in which a map carries its data inside one HTML file.

Positions become whole steps of Web Mercator, 2**27 to the width of the world: the pixels of zoom 19,
0.3 m at the equator and less towards the poles. Steps from one vertex to the next are small numbers, and
small numbers are short in a variable-length code; gzip does the rest, and base64 makes it text. The page
reads it with `DecompressionStream`, which browsers have had since 2020 to 2023.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

WORLD_BITS: Final = 27
"""The world is 2**27 steps wide: 256 pixels at zoom 19."""

FINE_VERTICES: Final = 100_000
"""The most vertices of one set of shapes that are written to a step."""

_MAX_LATITUDE: Final = 85.05112877980659
_VARINT_BYTES: Final = 5
_PACKED: Final = re.compile(r'<script type="text/plain" id="lifecircle-data">([^<]*)</script>')


class Pack:
    """Numbers by name and one JSON document, gathered and written as one text.

    Layout before compression: a little-endian uint32 with the length of the JSON header, the header
    ``{"sections": {name: [kind, offset, count]}, "content": ...}`` padded with blanks to a multiple of
    four bytes, then the sections, each beginning at a multiple of four bytes after the header.
    """

    def __init__(self) -> None:
        self._sections: dict[str, tuple[str, int, int]] = {}
        self._chunks: list[bytes] = []
        self._length = 0

    def whole_numbers(self, name: str, values: NDArray[np.integer]) -> None:
        """Add whole numbers of any sign, each taking as few bytes as it can."""
        self._add(name, "varint", varints(zigzag(values)), len(values))

    def rising(self, name: str, values: NDArray[np.integer]) -> None:
        """Add whole numbers that lie near the one before as what they differ by."""
        self.whole_numbers(name, np.diff(values, prepend=0))

    def positions(self, name: str, steps: NDArray[np.int64], *, step: int = 1) -> None:
        """Add vertices (n x 2 whole steps) as differences from the one before, in so many steps each."""
        whole = np.rint(steps / step).astype(np.int64) if step > 1 else steps
        differences = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
        self._add(
            name, "delta" if step == 1 else f"delta{step}", varints(zigzag(differences.ravel())), len(steps)
        )

    def decimals(self, name: str, values: NDArray[np.floating]) -> None:
        """Add decimals at single precision (seven digits); missing stays missing."""
        self._add(name, "float", values.astype("<f4").tobytes(), len(values))

    def shapes(self, name: str, geometries: NDArray[np.object_]) -> None:
        """Add lines or polygons in steps: the vertices, the vertices a ring, the rings a shape.

        More than `FINE_VERTICES` are written to two steps: a map of a whole city would else be too large.
        """
        vertices, per_ring, per_shape = ragged(geometries)
        step = 1 if len(vertices) <= FINE_VERTICES else 2
        self.positions(f"{name}.at", np.rint(vertices).astype(np.int64), step=step)
        self.whole_numbers(f"{name}.ring", per_ring)
        self.whole_numbers(f"{name}.shape", per_shape)

    def text(self, content: Mapping[str, object]) -> str:
        """Return everything as base64 text, the same for the same input."""
        header = {"sections": self._sections, "content": content}
        head = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        head += b" " * (-len(head) % 4)
        body = b"".join([len(head).to_bytes(4, "little"), head, *self._chunks])
        return base64.b64encode(gzip.compress(body, compresslevel=6, mtime=0)).decode("ascii")

    def _add(self, name: str, kind: str, data: bytes, count: int) -> None:
        padded = data + b"\0" * (-len(data) % 4)
        self._sections[name] = (kind, self._length, count)
        self._chunks.append(padded)
        self._length += len(padded)


def document_of(html: str) -> dict[str, Any] | None:
    """Return the JSON document that a map's HTML carries; None where it carries none."""
    found = _PACKED.search(html)
    try:
        body = gzip.decompress(base64.b64decode(found.group(1), validate=True)) if found else b""
        size = int.from_bytes(body[:4], "little")
        content = json.loads(body[4 : 4 + size])["content"]
    except (ValueError, KeyError, TypeError, EOFError, OSError, zlib.error):
        return None
    return content if isinstance(content, dict) else None


def project(geometries: gpd.GeoSeries) -> NDArray[np.object_]:
    """Return geometries given in degrees with their coordinates in (unrounded) steps."""
    projected: NDArray[np.object_] = shapely.transform(np.asarray(geometries, dtype=object), to_steps)
    return projected


def to_steps(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions in steps of Web Mercator, not yet rounded: x eastwards and y southwards.

    Spherical Web Mercator as tiled maps use it (EPSG:3857 on the sphere; OGC 17-083r4, annex D).

    Parameters
    ----------
    lon_lat
        Degrees, n x 2. Latitudes beyond 85.05 degrees are drawn at the edge of the map.

    Examples
    --------
    >>> to_steps(np.array([[0.0, 0.0], [-180.0, 85.05112877980659]])).round().tolist()
    [[67108864.0, 67108864.0], [0.0, 0.0]]
    """
    latitude = np.radians(np.clip(lon_lat[:, 1], -_MAX_LATITUDE, _MAX_LATITUDE))
    x = (lon_lat[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(latitude)) / np.pi) / 2
    steps: NDArray[np.float64] = np.column_stack([x, y]) * 2.0**WORLD_BITS
    return steps


def ragged(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices of lines or polygons, the vertices of each ring, the rings of each geometry.

    The outer ring of a polygon runs the one way round and its holes the other, so that a non-zero fill
    of many polygons at once is their union with the holes open. A missing or empty geometry has no rings.

    Examples
    --------
    >>> vertices, per_ring, per_shape = ragged(np.array([None, shapely.box(0, 0, 1, 1)]))
    >>> len(vertices), per_ring.tolist(), per_shape.tolist()
    (5, [5], [0, 1])
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts[polygonal] = shapely.orient_polygons(parts[polygonal])
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    straight = np.flatnonzero(~polygonal)
    part_of_line = np.concatenate([ring_part, straight])
    order = np.argsort(part_of_line, kind="stable")
    lines = np.concatenate([rings, parts[straight]])[order]
    owners = owner[part_of_line[order]]
    coordinates, of_line = shapely.get_coordinates(lines, return_index=True)
    per_ring = np.bincount(of_line, minlength=len(lines)).astype(np.int64)
    kept = per_ring > 0
    per_shape = np.bincount(owners[kept], minlength=len(geometries)).astype(np.int64)
    return coordinates, per_ring[kept], per_shape


def zigzag(values: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Return signed numbers as unsigned ones, small where they are near zero.

    Examples
    --------
    >>> zigzag(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    signed = np.asarray(values, dtype=np.int64)
    folded: NDArray[np.uint64] = ((signed << 1) ^ (signed >> 63)).astype(np.uint64)
    return folded


def varints(values: NDArray[np.uint64]) -> bytes:
    """Return unsigned numbers below 2**35 in seven-bit groups, the lowest first (LEB128).

    Examples
    --------
    >>> varints(np.array([1, 300], dtype=np.uint64)).hex()
    '01ac02'
    """
    if not len(values):
        return b""
    lengths = np.ones(len(values), dtype=np.int64)
    for group in range(1, _VARINT_BYTES):
        lengths += values >= np.uint64(1 << (7 * group))
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), dtype=np.uint8)
    for group in range(_VARINT_BYTES):
        more = lengths > group
        digits = (values[more] >> np.uint64(7 * group)) & np.uint64(0x7F)
        follows = np.where(lengths[more] > group + 1, 0x80, 0)
        out[starts[more] + group] = digits.astype(np.uint8) | follows.astype(np.uint8)
    return out.tobytes()
