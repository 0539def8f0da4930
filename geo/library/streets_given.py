"""A street network from whatever streets are given as: an extract, a graph, frames, a layer of lines."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84, metric_crs, transformer
from geo.errors import InputError
from geo.given import given_fault
from geo.lines.noding import node_lines
from geo.network.build import build_network
from geo.network.graphs import network_from_directed, network_from_graph
from geo.network.network import StreetNetwork
from geo.network.profiles import Profile
from geo.text import Text


def street_network(
    streets: Any,
    edges: pd.DataFrame | None = None,
    *,
    profile: str | Profile | None = None,
    speed_kph: float = 3.6,
    tolerance_metres: float = 1.0,
) -> StreetNetwork:
    """Return a street network to travel on, from whatever the streets are given as.

    Parameters
    ----------
    streets
        One of these:

        * the path of an OpenStreetMap extract (``.osm.pbf``, ``.osm``): read for `profile` (``"walk"`` where
          left out), kept on disk and opened at once the next time;
        * a graph of OSMnx (any networkx MultiDiGraph with its attributes): each edge is used as it is
          directed, in its ``travel_time`` (seconds) or else at `speed_kph`; with a `profile`, by its tags;
        * a GeoDataFrame of nodes, with `edges`;
        * a GeoDataFrame of lines: joined where ends meet within `tolerance_metres` and where lines of one
          ``level`` cross, walked both ways at `speed_kph`.
    edges
        Columns ``source`` and ``target`` name nodes by their index; optional ``metres``, ``seconds``,
        ``seconds_back`` and ``geometry`` as in `geo.network.build.build_network`. The edges of
        ``osmnx.graph_to_gdfs`` are taken as they are, each in its own direction.
    profile
        Who travels: a built-in name (``lifecircle profiles``) or a `geo.network.profiles.Profile`.
    speed_kph
        Speed where nothing else says one, and of the walk between points and streets: 3.6 is 1 m/s.
    tolerance_metres
        How far ends of lines that are meant to meet may be apart.

    Returns
    -------
    StreetNetwork
        Frozen; times are whole milliseconds.

    Raises
    ------
    InputError
        When the streets are none of these, or a profile does not go with them.
    ValueError
        When nodes have no CRS, edges name unknown nodes, or the line of an edge does not meet its nodes.

    Examples
    --------
    >>> import geo
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 0.001, 0.002], [0, 0, 0]), crs=4326)
    >>> edges = pd.DataFrame({"source": [0, 1], "target": [1, 2], "metres": [100.0, 50.0]})
    >>> geo.street_network(nodes, edges).street_metres
    150.0
    """
    if isinstance(streets, str | os.PathLike):
        return _from_extract(Path(streets), profile)
    if isinstance(streets, gpd.GeoDataFrame):
        if profile is not None:
            raise InputError([_NO_TAGS])
        return _from_frames(streets, edges, speed_kph, tolerance_metres)
    if hasattr(streets, "edges") and hasattr(streets, "nodes") and hasattr(streets, "graph"):
        return network_from_graph(streets, _profile(profile), speed_kph=speed_kph)
    raise InputError([_no_streets(type(streets).__name__)])


def _from_extract(path: Path, profile: str | Profile | None) -> StreetNetwork:
    # Files are read in layers, which stands to the right of geo: it is asked for where a file is given, and
    # geo does without it where none is.
    try:
        streets = import_module("layers.osm.streets")
    except ImportError as error:
        raise InputError([_NO_LAYERS]) from error
    network: StreetNetwork = streets.open_network(path, _profile(profile or "walk"))
    return network


def _profile(profile: str | Profile | None) -> Profile | None:
    if not isinstance(profile, str):
        return profile
    read: Profile = import_module("layers.catalogue.profiles").read_profile(profile)
    return read


def _from_frames(
    frame: gpd.GeoDataFrame, edges: pd.DataFrame | None, speed_kph: float, tolerance_metres: float
) -> StreetNetwork:
    if edges is None:
        return _from_lines(frame, speed_kph, tolerance_metres)
    if list(edges.index.names) == ["u", "v", "key"]:
        return network_from_directed(frame, edges, speed_kph=speed_kph)
    absent = [name for name in ("source", "target") if name not in edges]
    if absent:
        raise InputError([_no_ends(absent, [str(name) for name in edges.columns])])
    return build_network(frame, edges, speed_kph=speed_kph)


def _from_lines(lines: gpd.GeoDataFrame, speed_kph: float, tolerance_metres: float) -> StreetNetwork:
    if lines.crs is None:
        raise InputError([_NO_CRS])
    shapes = np.asarray(lines.geometry.to_crs(WGS84).array, dtype=object)
    parts, row = shapely.get_parts(shapes, return_index=True)
    kept = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)
    if not kept.all() or not kept.size:
        raise InputError([_no_lines(int((~kept).sum()))])
    levels = np.zeros(len(lines), np.int64)
    if "level" in lines:
        levels = pd.to_numeric(lines["level"]).fillna(0).to_numpy(np.int64)
    crs = metric_crs(gpd.GeoSeries(parts, crs=WGS84))
    metres = shapely.transform(parts, transformer(WGS84, crs).transform, interleaved=False)
    noded = node_lines(metres, levels[row], np.zeros(len(metres), bool), tolerance_metres=tolerance_metres)
    lon, lat = transformer(crs, WGS84).transform(noded.xy[:, 0], noded.xy[:, 1])
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=WGS84)
    inner = np.ones(noded.node.size, bool)
    inner[noded.start[1:] - 1] = False
    first = np.flatnonzero(inner)
    pieces = pd.DataFrame({"source": noded.node[first], "target": noded.node[first + 1]})
    return build_network(nodes, pieces[pieces["source"] != pieces["target"]], speed_kph=speed_kph)


_NO_LAYERS = given_fault(
    "streets",
    Text(
        "extracts are read by the package layers, which is not installed", "读取路网文件需要 layers，但未安装"
    ),
    Text("Install lifecircle whole", "请完整安装 lifecircle"),
)
_NO_TAGS = given_fault(
    "profile",
    Text("frames of streets carry no tags that a profile could read", "表格路网没有出行方式所需的标签"),
    Text("Give speed_kph, or seconds of each edge", "请给出 speed_kph，或每条边的 seconds"),
)
_NO_CRS = given_fault(
    "streets",
    Text("the lines have no coordinate system", "线没有坐标系"),
    Text("Set it with set_crs(...)", "请用 set_crs(...) 设定"),
)


def _no_lines(count: int) -> Any:
    return given_fault(
        "streets",
        Text(
            f"{count} geometries are no lines, and no edges are given" if count else "there is no line",
            f"有 {count} 个几何不是线，且未给出边" if count else "没有线",
        ),
        Text("Give lines alone, or nodes and edges", "请只给线，或同时给出节点和边"),
    )


def _no_ends(absent: list[str], columns: list[str]) -> Any:
    named = ", ".join(columns[:8])
    return given_fault(
        "edges",
        Text(
            f"has no column {' and '.join(absent)} among {named}",
            f"缺少列 {'、'.join(absent)}（现有 {named}）",
        ),
        Text(
            "Rename the columns that hold the index of the nodes at both ends",
            "请将两端节点编号所在的列改名",
        ),
    )


def _no_streets(kind: str) -> Any:
    return given_fault(
        "streets",
        Text(f"a {kind} is no street network", f"{kind} 不是路网"),
        Text(
            "Give the path of an extract, a graph of OSMnx, frames of nodes and edges, or a frame of lines",
            "请给出路网文件路径、OSMnx 图、节点与边的表，或线图层",
        ),
    )
