"""What people do not walk across on their way from a door to a street, and where it is open."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely

from geo.coordinates.crs import WGS84, transformer
from geo.joins.crossing import BarrierGrid
from geo.joins.doubt import Doubt
from geo.types import Bools, Floats

OPENING_METRES = 3.0
"""How far from the node of a gate a wall still counts as open: gates are mapped as points, and are wider."""

_OPENED = np.uint16(Doubt.WALL | Doubt.RAILWAY)
"""Barriers that a gate, or a level crossing, opens."""

_PIECE_METRES = 100.0
_CELL_METRES = 50.0
_MOST_CELLS = 4_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Barriers:
    """Lines that are not crossed on foot, in WGS84 degrees.

    Attributes
    ----------
    lines
        One row a straight piece: longitude and latitude of both ends.
    kind
        Of each piece, what crossing it is doubted for: one of the values of `geo.joins.doubt.Doubt`.
    openings
        Longitude and latitude of gates, entrances and level crossings, at which walls, fences and railways
        are no barrier.
    """

    lines: Floats
    kind: npt.NDArray[np.uint16]
    openings: Floats
    _grids: dict[tuple[str, int], BarrierGrid] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return int(self.kind.size)

    def grid(self, metric_crs: str, street_lon: Floats, street_lat: Floats) -> BarrierGrid:
        """Return the barriers as an index in a metric system; kept, so that it is made once for a network.

        Parameters
        ----------
        metric_crs
            A metric system as WKT.
        street_lon, street_lat
            Vertices of the streets: a wall, fence or railway is open where a street shares a node with it.
        """
        key = metric_crs, id(street_lon)
        if key not in self._grids:
            self._grids[key] = _grid(self, metric_crs, np.column_stack([street_lon, street_lat]))
        return self._grids[key]

    def all_openings(self, streets: Floats) -> Floats:
        """Return the openings and the nodes that walls and railways share with streets, degrees, n x 2.

        Parameters
        ----------
        streets
            Longitude and latitude of the vertices of the streets.
        """
        ends = self.lines.reshape(-1, 2)
        return np.vstack([self.openings, _shared(ends, np.repeat(self.kind, 2), streets)])


def no_barriers() -> Barriers:
    """Return barriers of which there are none."""
    return Barriers(lines=np.empty((0, 4)), kind=np.empty(0, np.uint16), openings=np.empty((0, 2)))


def _grid(barriers: Barriers, metric_crs: str, streets: Floats) -> BarrierGrid:
    to_metres = transformer(WGS84, metric_crs)
    ends = barriers.lines.reshape(-1, 2)
    x, y = to_metres.transform(ends[:, 0], ends[:, 1])
    corners = np.column_stack([x, y]).reshape(-1, 4)
    sound = np.isfinite(corners).all(axis=1)
    pieces, owner = _cut(corners[sound])
    kind = np.ascontiguousarray(barriers.kind[sound][owner])
    openings = barriers.all_openings(streets)
    open_start, opening = _near_openings(pieces, kind, np.column_stack(to_metres.transform(*openings.T)))
    return _in_cells(pieces, kind, open_start, opening)


def _shared(ends: Floats, kind: npt.NDArray[np.uint16], streets: Floats) -> Floats:
    """Return the nodes that walls and railways have in common with streets."""
    ends = ends[(kind & _OPENED) > 0]
    keys, here = (np.rint(at * 1e7).astype(np.int64) for at in (streets, ends))
    keys, here = (at[:, 0] * (1 << 32) + at[:, 1] for at in (keys, here))
    return ends[np.isin(here, keys)]


def _cut(corners: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Cut lines into pieces short enough for an index of cells; returns them and whose they are."""
    length = np.hypot(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    count = np.maximum(np.ceil(length / _PIECE_METRES), 1).astype(np.int64)
    owner = np.repeat(np.arange(count.size), count)
    number = np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    begin, end = (((number + side) / count[owner])[:, None] for side in (0, 1))
    a, b = corners[owner, :2], corners[owner, 2:]
    return np.column_stack([a + begin * (b - a), a + end * (b - a)]), owner


def _near_openings(
    pieces: Floats, kind: npt.NDArray[np.uint16], openings: Floats
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Return for each piece the openings in it, in compressed rows."""
    openings = openings[np.isfinite(openings).all(axis=1)]
    where = np.empty(0, np.int64)
    found = np.empty(0, np.int64)
    if len(openings) and len(pieces):
        tree = shapely.STRtree(shapely.points(openings))
        lines = shapely.linestrings(pieces.reshape(-1, 2, 2))
        where, found = tree.query(lines, predicate="dwithin", distance=OPENING_METRES)
        opened: Bools = (kind[where] & _OPENED) > 0
        where, found = where[opened], found[opened]
    order = np.argsort(where, kind="stable")
    start = np.searchsorted(where[order], np.arange(len(pieces) + 1)).astype(np.int32)
    return start, np.ascontiguousarray(openings[found[order]])


def _in_cells(
    pieces: Floats, kind: npt.NDArray[np.uint16], open_start: npt.NDArray[np.int32], opening: Floats
) -> BarrierGrid:
    """Lay square cells over the pieces, and list in each cell those whose box meets it."""
    west, south, cell, columns, rows = 0.0, 0.0, _CELL_METRES, 1, 1
    if len(pieces):
        low = np.minimum(pieces[:, :2], pieces[:, 2:])
        high = np.maximum(pieces[:, :2], pieces[:, 2:])
        west, south = low.min(axis=0).tolist()
        wide, tall = (high.max(axis=0) - (west, south)).tolist()
        cell = max(cell, float(np.sqrt(wide * tall / _MOST_CELLS)), max(wide, tall) / _MOST_CELLS)
        columns, rows = int(wide // cell) + 1, int(tall // cell) + 1
        first, last = (((at - (west, south)) // cell).astype(np.int64) for at in (low, high))
    else:
        first = last = np.empty((0, 2), np.int64)
    across, up = (last - first + 1).T
    piece = np.repeat(np.arange(len(pieces)), across * up)
    number = np.arange(piece.size) - np.repeat(np.cumsum(across * up) - across * up, across * up)
    column, row = first[piece, 0] + number % across[piece], first[piece, 1] + number // across[piece]
    at = row * columns + column
    order = np.argsort(at, kind="stable")
    start = np.zeros(columns * rows + 1, np.int32)
    np.cumsum(np.bincount(at, minlength=columns * rows), out=start[1:])
    return BarrierGrid(
        west, south, cell, columns, rows, start, piece[order].astype(np.int32),
        np.ascontiguousarray(pieces), kind, open_start, opening, OPENING_METRES,
    )  # fmt: skip
