"""Made-up streets for tests of the network and its searches: drawn in metres on the equator, or at random."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.network.build import build_network
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.network.streets import StreetGraph
from geo.squares.surfaces import Surfaces, with_surfaces

METRE = 1 / 111_319.49079327358
"""Degrees a metre on the equator."""

STREET = {"highway": "residential"}


def streets(
    ways: list[tuple[list[int], dict[str, str]]], nodes: dict[int, tuple[float, float]], node_tags=None
) -> StreetGraph:
    """Mapped streets from a drawing in metres on the equator."""
    ids = np.array(sorted(nodes), np.int64)
    at = {node: i for i, node in enumerate(ids.tolist())}
    tag_sets = [tags for _, tags in ways] + list((node_tags or {}).values())
    return StreetGraph(
        node_id=ids,
        node_lon=np.array([nodes[i][0] * METRE for i in ids.tolist()]),
        node_lat=np.array([nodes[i][1] * METRE for i in ids.tolist()]),
        way_id=np.arange(len(ways), dtype=np.int64),
        way_start=np.cumsum([0, *(len(refs) for refs, _ in ways)], dtype=np.int64),
        way_node=np.array([at[ref] for refs, _ in ways for ref in refs], np.int32),
        way_tags=np.arange(len(ways), dtype=np.int32),
        tagged_node=np.array([at[node] for node in (node_tags or {})], np.int32),
        tagged_node_tags=np.arange(len(ways), len(tag_sets), dtype=np.int32),
        tag_sets=tuple(tag_sets),
    )


def square(
    ring: list[tuple[float, float]],
    doors: dict[int, tuple[float, float]],
    *,
    holes: list[list[tuple[float, float]]] | None = None,
    node_tags=None,
    tags: dict[str, str] | None = None,
) -> StreetGraph:
    """A square drawn in metres: corners numbered from 1, holes after them, streets from corners to doors.

    The end of the street at corner ``n`` is node ``1000 + n``.
    """
    rings = [ring, *(holes or [])]
    corners = [point for one in rings for point in one]
    nodes = dict(enumerate(corners, start=1)) | {1000 + corner: place for corner, place in doors.items()}
    graph = streets([([corner, 1000 + corner], STREET) for corner in doors], nodes, node_tags)
    graph = dataclasses.replace(graph, tag_sets=(*graph.tag_sets, tags or {"highway": "pedestrian"}))
    surface = Surfaces(
        surface_start=np.array([0, len(rings)]),
        ring_start=np.cumsum([0, *map(len, rings)]),
        node=np.arange(len(corners), dtype=np.int32),
        way_id=np.array([77]),
        tags=np.array([len(graph.tag_sets) - 1], np.int32),
    )
    return with_surfaces(graph, surface)


def random_network(seed: int, nodes: int = 24, edges: int = 40, one_way: float = 0.3) -> StreetNetwork:
    """Streets drawn at random: crossing without meeting, parallel, looped, one-way, in pieces."""
    rng = np.random.default_rng(seed)
    at = rng.integers(0, 12, (nodes, 2)) * 40 * METRE
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(at[:, 0], at[:, 1]), crs=4326)
    ends = rng.integers(0, nodes, (edges, 2))
    seconds = rng.integers(0, 60, edges).astype(float) / 7
    back = np.where(
        rng.random(edges) < one_way, np.nan, np.where(rng.random(edges) < 0.5, seconds, seconds + 3)
    )
    return build_network(
        frame,
        pd.DataFrame(
            {
                "source": ends[:, 0],
                "target": ends[:, 1],
                "metres": seconds + 1,
                "seconds": seconds,
                "seconds_back": back,
            }
        ),
        speed_kph=3.6,
    )


def random_points(network: StreetNetwork, seed: int, count: int) -> AccessPoints:
    rng = np.random.default_rng(seed)
    on = rng.integers(0, network.vertex_lon.size, count)
    lon = network.vertex_lon[on] + rng.normal(0, 15 * METRE, count)
    lat = network.vertex_lat[on] + rng.normal(0, 15 * METRE, count)
    return snap(network, (lon, lat), max_snap_metres=30)


def lattice_town(rng: np.random.Generator):
    """A jittered lattice with missing and one-way streets."""
    size = 12
    at = np.array([(x * 100, y * 100) for y in range(size) for x in range(size)]) + rng.normal(
        0, 12, (144, 2)
    )
    pairs = [(i, i + 1) for i in range(144) if (i + 1) % size] + [(i, i + size) for i in range(132)]
    kept = np.array([pair for pair in pairs if rng.random() < 0.85])
    length = np.hypot(*(at[kept[:, 0]] - at[kept[:, 1]]).T)
    back = np.where(rng.random(len(kept)) < 0.2, np.nan, length)
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*(at * METRE).T), crs=4326)
    edges = pd.DataFrame(
        {
            "source": kept[:, 0],
            "target": kept[:, 1],
            "metres": length,
            "seconds": length,
            "seconds_back": back,
        }
    )
    return build_network(nodes, edges, speed_kph=3.6)
