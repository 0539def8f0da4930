"""The elevation of street nodes, and the rise along each segment of street; all in metres."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from geo.coordinates.crs import segment_metres
from geo.network.streets import StreetGraph, Tags
from geo.types import Floats, Index32

_OWN_SPEED = frozenset({"steps", "elevator", "ferry"})
"""Classes of way whose speed includes the climb already (stairs), or is not walked at all."""

_STEEPEST = 1.0
"""Rise over run beyond which elevation is taken for an error: a wall or a cliff beside the street."""

_SHORTEST_METRES = 0.01
"""Shorter segments count as this long, so that weights stay finite."""


def rise_metres(
    elevation_metres: Floats, source: npt.NDArray[np.integer], target: npt.NDArray[np.integer], metres: Floats
) -> Floats:
    """Return the rise of each segment from its source to its target.

    Parameters
    ----------
    elevation_metres
        Elevation of each node, missing where unknown.
    source, target
        Positions of the ends of each segment among the nodes.
    metres
        Length of each segment.

    Returns
    -------
    numpy.ndarray
        Metres, one a segment, negative where it falls; 0 where an end is unknown, and at most one
        metre a metre of length.

    Examples
    --------
    >>> height = np.array([10.0, 15.0, np.nan])
    >>> rise_metres(height, np.array([0, 1]), np.array([1, 2]), np.array([100.0, 50.0])).tolist()
    [5.0, 0.0]
    """
    rise = np.nan_to_num(elevation_metres[target] - elevation_metres[source], nan=0.0)
    return np.clip(rise, -_STEEPEST * metres, _STEEPEST * metres)


def on_foot_slopes(streets: StreetGraph, way: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Return which of the ways, by position, are walked at a speed that depends on slope."""
    sloped = np.array(
        [tags.get("highway", tags.get("route", "")) not in _OWN_SPEED for tags in streets.tag_sets]
    )
    return np.asarray(sloped[streets.way_tags[way]])


def with_elevation(streets: StreetGraph, ground_metres: Floats) -> StreetGraph:
    """Return the streets with an elevation at every node, from the elevation of the ground.

    A bridge or a tunnel does not follow the ground: its nodes lie between its two ends, by length.
    The same is done where the ground is not known, between the nearest nodes where it is; beyond
    the last of them a street is level. Where such stretches fork, each node is the mean of its
    neighbours weighted by the inverse of the distance, which on a single line is the same thing.
    Stretches that meet the known ground nowhere stay without elevation, and are taken as level.

    Parameters
    ----------
    streets
        Ways over nodes; the tags ``bridge`` and ``tunnel`` are read (anything but ``no``).
    ground_metres
        Elevation of the ground at each node, missing where unknown; shape ``(nodes,)``.

    Raises
    ------
    ValueError
        When there is not one elevation a node.

    Notes
    -----
    The weighted mean is the voltage in a network of resistors as long as the streets: P. G. Doyle
    and J. L. Snell (1984), Random walks and electric networks, section 1.3.

    Examples
    --------
    >>> at = np.array([0.0, 0.001, 0.002])
    >>> nodes, none = np.arange(3, dtype=np.int32), np.empty(0, np.int32)
    >>> bridge = StreetGraph(node_id=nodes, node_lon=at, node_lat=0 * at, way_id=np.array([7]),
    ...     way_start=np.array([0, 3]), way_node=nodes, way_tags=np.array([0]), tagged_node=none,
    ...     tagged_node_tags=none, tag_sets=({"highway": "footway"},))
    >>> with_elevation(bridge, np.array([10.0, np.nan, 14.0])).node_elevation.tolist()
    [10.0, 12.0, 14.0]
    """
    if ground_metres.shape != streets.node_id.shape:
        msg = f"there must be one elevation a node ({streets.node_id.size}), got {ground_metres.shape}"
        raise ValueError(msg)
    unknown = np.isnan(ground_metres) | _off_the_ground(streets)
    return dataclasses.replace(streets, node_elevation=_between(streets, ground_metres, unknown))


def _off_the_ground(streets: StreetGraph) -> npt.NDArray[np.bool_]:
    """Return the nodes all of whose ways are bridges or tunnels; the ends of a bridge are not."""
    built = np.array([_is_built(tags) for tags in streets.tag_sets], bool)
    way = np.repeat(streets.way_tags, np.diff(streets.way_start))
    ways = np.bincount(streets.way_node, minlength=streets.node_id.size)
    off = np.bincount(streets.way_node[built[way]], minlength=streets.node_id.size)
    return np.asarray((ways > 0) & (off == ways))


def _is_built(tags: Tags) -> bool:
    return any(tags.get(key, "no") != "no" for key in ("bridge", "tunnel"))


def _between(streets: StreetGraph, elevation: Floats, unknown: npt.NDArray[np.bool_]) -> Floats:
    """Return the elevation, that of unknown nodes interpolated between known ones along the streets.

    Each unknown node is the mean of its neighbours weighted by the inverse of the distance: a linear
    system with the Laplacian of the unknown nodes, solved for the components that touch a known one.
    """
    filled = np.where(unknown, np.nan, elevation)
    if not unknown.any():
        return filled
    # Imported where it is needed: scipy.sparse takes half as long to import as the engine itself.
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import spsolve

    a, b, weight = _links(streets, unknown)
    count = streets.node_id.size
    links = sparse.csr_matrix((weight, (a, b)), shape=(count, count))
    links = links + links.T
    loose = np.flatnonzero(unknown)
    among = links[loose][:, loose]
    _, piece = connected_components(among, directed=False)
    known = np.where(unknown, 0.0, elevation)
    fixed = np.asarray(links[loose] @ (~unknown).astype(float))
    held = np.isin(piece, np.unique(piece[fixed > 0]))
    if held.any():
        total = np.asarray(links[loose[held]].sum(axis=1)).ravel()
        laplacian = sparse.diags(total) - among[held][:, held]
        filled[loose[held]] = spsolve(laplacian.tocsc(), links[loose[held]] @ known)
    return filled


def _links(streets: StreetGraph, unknown: npt.NDArray[np.bool_]) -> tuple[Index32, Index32, Floats]:
    """Return the segments that touch an unknown node: their ends, and the inverse of their metres."""
    inside = np.ones(streets.way_node.size, bool)
    inside[streets.way_start[1:] - 1] = False
    first = np.flatnonzero(inside)
    a, b = streets.way_node[first], streets.way_node[first + 1]
    touched = (a != b) & (unknown[a] | unknown[b])
    a, b = a[touched], b[touched]
    lon, lat = streets.node_lon, streets.node_lat
    metres = segment_metres(lon[a], lat[a], lon[b], lat[b])
    return a, b, 1.0 / np.maximum(metres, _SHORTEST_METRES)
