"""The street network: frozen arrays of junctions and the edges between them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from geo.joins.estates import GateRows
from geo.network._one_way import cut_off
from geo.network.arrays import Adjacency, freeze
from geo.types import Bools, Floats, Index, Index32

if TYPE_CHECKING:
    from geo.network.contraction.hierarchy import Hierarchy


SCRAP_METRES = 2_000.0
SCRAP_SHARE = 0.25
"""A piece shorter than both is isolated for lack of a mapped way rather than by itself; measured in
BENCHMARKS.md."""

IMPASSABLE = -1
"""The travel time of an edge in a direction that is not allowed."""


@dataclass(frozen=True, eq=False, kw_only=True)
class StreetNetwork:
    """The streets that one travel profile may use.

    Junctions and dead ends are nodes; the street between two of them is one edge, with its shape
    kept as vertices. Times are whole milliseconds, so that limits are inclusive and every engine
    gives the same result. An edge runs from `edge_source` to `edge_target`, whatever its direction of
    travel.

    Attributes
    ----------
    node_id
        The identifier of each junction in the source.
    node_lon, node_lat
        WGS84 degrees. Nodes are numbered along a Hilbert curve, so that neighbours lie close in memory.
    node_piece
        The connected component of each node, whatever the direction of travel; 0 is the largest.
    edge_source, edge_target
        The ends of each edge.
    edge_metres
        Length on the WGS84 ellipsoid.
    edge_forward_ms, edge_backward_ms
        Travel time from source to target and back; -1 where that is not allowed.
    edge_private
        Whether an edge belongs to an estate: it is used to leave and to enter, not to pass through.
    edge_surface
        The square, platform or pier an edge leads straight across; -1 where it is a street or an outline.
    vertex_start
        The vertices of edge ``e`` are ``vertex_start[e]:vertex_start[e + 1]``, from source to target.
    vertex_lon, vertex_lat
        WGS84 degrees.
    vertex_x, vertex_y
        The same in metres, in `metric_crs`.
    vertex_metres
        Length from the source of the edge.
    vertex_forward_ms, vertex_backward_ms
        Travel time from the source to the vertex, and from the vertex back to the source.
    vertex_level
        Of the street from each vertex to the next: 0 on the ground, below it negative, above it positive.
    gate_start, gate_node, gate_leave_ms, gate_enter_ms
        Where estates meet the open streets, and how long it takes to there and back, by the node inside
        (`geo.joins.estates.GateRows`).
    outward, inward
        Arcs by the node they leave, and by the node they enter. One and the same object where every
        edge takes equally long both ways.
    hierarchy
        The contraction hierarchy that searches run on.
    metres_per_second
        Speed of the walk between a point and its street.
    metric_crs
        A local metric coordinate system, as WKT.
    profile
        Id of the travel profile.
    """

    node_id: Index
    node_lon: Floats
    node_lat: Floats
    node_piece: Index32
    edge_source: Index32
    edge_target: Index32
    edge_metres: Floats
    edge_forward_ms: Index32
    edge_backward_ms: Index32
    edge_private: Bools
    edge_surface: Index32
    vertex_start: Index
    vertex_lon: Floats
    vertex_lat: Floats
    vertex_x: Floats
    vertex_y: Floats
    vertex_metres: Floats
    vertex_forward_ms: Index32
    vertex_backward_ms: Index32
    vertex_level: npt.NDArray[np.int8]
    gate_start: Index32
    gate_node: Index32
    gate_leave_ms: Index32
    gate_enter_ms: Index32
    outward: Adjacency
    inward: Adjacency
    hierarchy: Hierarchy
    metres_per_second: float
    metric_crs: str
    profile: str

    @property
    def node_count(self) -> int:
        """Number of junctions and dead ends."""
        return int(self.node_id.size)

    @property
    def edge_count(self) -> int:
        """Number of edges between them."""
        return int(self.edge_source.size)

    @cached_property
    def fingerprint(self) -> int:
        """A number made of edges and times: points that are joined to one network are known by it."""
        mark = zlib.crc32(f"{self.node_count} {self.edge_count} {self.vertex_lon.size}".encode())
        arrays = (self.edge_source, self.edge_target, self.edge_forward_ms, self.edge_backward_ms)
        for values in (*arrays, self.vertex_start, self.node_lon):
            mark = zlib.crc32(values.tobytes(), mark)
        return mark

    @property
    def symmetric(self) -> bool:
        """Whether every edge takes equally long both ways."""
        return self.outward is self.inward

    @cached_property
    def vertex_forward_left_ms(self) -> Index32:
        """Travel time from each vertex to the target of its edge, where that is allowed."""
        return np.repeat(self.edge_forward_ms, np.diff(self.vertex_start)) - self.vertex_forward_ms

    @cached_property
    def vertex_backward_left_ms(self) -> Index32:
        """Travel time from the target of its edge to each vertex, where that is allowed."""
        return np.repeat(self.edge_backward_ms, np.diff(self.vertex_start)) - self.vertex_backward_ms

    @cached_property
    def edge_tree(self) -> shapely.STRtree:
        """Index of the edges, as lines in `metric_crs`."""
        owner = np.repeat(np.arange(self.edge_count), np.diff(self.vertex_start))
        coordinates = np.column_stack([self.vertex_x, self.vertex_y])
        return shapely.STRtree(shapely.linestrings(coordinates, indices=owner))

    @cached_property
    def pieces(self) -> npt.NDArray[np.int64]:
        """Number of nodes in each connected component, the largest first."""
        return np.bincount(self.node_piece)

    @cached_property
    def piece_metres(self) -> Floats:
        """Length of the streets of each connected piece."""
        piece = self.node_piece[self.edge_source]
        metres = np.bincount(piece, weights=self.edge_metres, minlength=self.pieces.size)
        return metres.astype(np.float64)

    @cached_property
    def edge_scrap(self) -> Bools:
        """Which edges lie on an isolated piece that is too short to be a quarter of its own.

        That is a piece shorter than `SCRAP_METRES` and than `SCRAP_SHARE` of the longest: a platform between
        rails, a yard without a way in, streets at the edge of an extract. So is what one-way traffic cuts
        off from the parts of that length within which every junction is reached from every other: a one-way
        street that leads out of the extract.
        """
        metres = self.piece_metres
        is_short = min(SCRAP_METRES, SCRAP_SHARE * metres.max())
        scrap = metres < is_short
        one_way = cut_off(
            (self.edge_source, self.edge_target),
            self.edge_metres,
            (self.edge_forward_ms, self.edge_backward_ms),
            (self.outward, self.inward),
            GateRows(
                start=self.gate_start,
                node=self.gate_node,
                leave_ms=self.gate_leave_ms,
                enter_ms=self.gate_enter_ms,
            ),
            is_short=is_short,
        )
        return freeze(scrap[self.node_piece[self.edge_source]] | one_way)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all streets, in degrees."""
        return (
            float(self.vertex_lon.min()),
            float(self.vertex_lat.min()),
            float(self.vertex_lon.max()),
            float(self.vertex_lat.max()),
        )

    @property
    def street_metres(self) -> float:
        """Length of all streets and outlines of squares, without the ways across."""
        return float(self.edge_metres[self.edge_surface < 0].sum())

    def __repr__(self) -> str:
        return (
            f"StreetNetwork({self.profile!r}, {self.node_count:,} nodes, {self.edge_count:,} edges, "
            f"{self.street_metres / 1000:,.1f} km, {self.pieces.size} pieces)"
        )


_ARRAYS = ("node_", "edge_", "vertex_", "gate_")


def array_fields() -> tuple[str, ...]:
    """Return the names of the fields of a `StreetNetwork` that are plain arrays."""
    return tuple(f.name for f in fields(StreetNetwork) if f.name.startswith(_ARRAYS))
