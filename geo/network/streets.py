"""Streets as they are mapped: ways over nodes with their tags, before a travel profile is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.types import Bools, Floats, Index, Index32

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetGraph:
    """Ways over shared nodes, with the tags that travel profiles read.

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
        (`geo.squares.surfaces`).
    way_is_across
        Which of the ways of surfaces lead straight across; the others are outlines.
    """

    node_id: Index
    node_lon: Floats
    node_lat: Floats
    way_id: Index
    way_start: Index
    way_node: Index32
    way_tags: Index32
    tagged_node: Index32
    tagged_node_tags: Index32
    tag_sets: tuple[Tags, ...]
    node_elevation: Floats | None = None
    way_surface: Index32 | None = None
    way_is_across: Bools | None = None
