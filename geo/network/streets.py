"""Streets as they are mapped, before anyone decides who may use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StreetGraph:
    """Ways over shared nodes, with the tags that decide who may use them.

    Attributes
    ----------
    node_id
        Identifiers as the source gives them, ascending.
    node_lon, node_lat
        WGS84 degrees.
    way_id
        Identifiers of the ways.
    way_start, way_node
        The nodes of way ``w`` are ``way_node[way_start[w]:way_start[w + 1]]``,
        as positions in `node_id`.
    way_tags
        Position in `tag_sets` of the tags of each way.
    tagged_node, tagged_node_tags
        Nodes that carry tags of their own (a gate, a signal), and their place in `tag_sets`.
    tag_sets
        The distinct sets of tags.
    node_elevation
        Metres above the sea, missing where unknown; None where elevation is not given.
    way_surface
        Which square, platform or pier a way belongs to, -1 for an ordinary way; None where there are none
        (`geo.network.squares`).
    way_is_across
        Which of the ways of surfaces lead straight across; the others are outlines.
    """

    node_id: npt.NDArray[np.int64]
    node_lon: npt.NDArray[np.float64]
    node_lat: npt.NDArray[np.float64]
    way_id: npt.NDArray[np.int64]
    way_start: npt.NDArray[np.int64]
    way_node: npt.NDArray[np.int32]
    way_tags: npt.NDArray[np.int32]
    tagged_node: npt.NDArray[np.int32]
    tagged_node_tags: npt.NDArray[np.int32]
    tag_sets: tuple[Tags, ...]
    node_elevation: npt.NDArray[np.float64] | None = None
    way_surface: npt.NDArray[np.int32] | None = None
    way_is_across: npt.NDArray[np.bool_] | None = None
