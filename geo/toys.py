"""Small made-up streets whose answers can be worked out by hand, for examples and tests."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.build import build_network
from geo.network import StreetNetwork

_METRES_PER_DEGREE = 111_319.49079327358


def square(side_metres: float = 100.0) -> StreetNetwork:
    """Return four streets around a block on the equator, walked at one metre a second.

    Each corner carries a stub of one metre, so that all four corners are junctions.

    Examples
    --------
    >>> square(100).edge_count
    8
    """
    step = side_metres / _METRES_PER_DEGREE
    stub = 1.0 / _METRES_PER_DEGREE
    corners = [(0.0, 0.0), (step, 0.0), (step, step), (0.0, step)]
    outer = [(-stub, 0.0), (step + stub, 0.0), (step + stub, step), (-stub, step)]
    nodes = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([x for x, _ in corners + outer], [y for _, y in corners + outer]),
        crs=4326,
    )
    edges = pd.DataFrame(
        {
            "source": [0, 1, 2, 3, 0, 1, 2, 3],
            "target": [1, 2, 3, 0, 4, 5, 6, 7],
            "metres": [side_metres] * 4 + [1.0] * 4,
        }
    )
    return build_network(nodes, edges, speed_kph=3.6)


def line(lengths_metres: list[float], *, one_way: bool = False) -> StreetNetwork:
    """Return a street on the equator with junctions between pieces of the given lengths.

    Walked at one metre a second. At every node inside the street a stub of half a metre leads
    north, so that the pieces stay apart. With `one_way` the pieces lead east only.
    """
    stops = [0.0]
    for length in lengths_metres:
        stops.append(stops[-1] + length)
    inner = range(1, len(stops) - 1)
    stub = 0.5 / _METRES_PER_DEGREE
    lon = [stop / _METRES_PER_DEGREE for stop in stops] + [stops[i] / _METRES_PER_DEGREE for i in inner]
    lat = [0.0] * len(stops) + [stub for _ in inner]
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    count = len(lengths_metres)
    edges = pd.DataFrame(
        {
            "source": [*range(count), *inner],
            "target": [*range(1, count + 1), *range(len(stops), len(lon))],
            "seconds": [*lengths_metres, *(0.5 for _ in inner)],
            "seconds_back": [*([None] * count if one_way else lengths_metres), *(0.5 for _ in inner)],
        }
    ).astype({"seconds_back": float})
    return build_network(nodes, edges, speed_kph=3.6)


def grid(columns: int, rows: int, *, metres: float = 100.0) -> StreetNetwork:
    """Return streets along the lines of a grid on the equator, walked at one metre a second.

    Examples
    --------
    >>> grid(3, 2, metres=100).edge_metres.sum()
    700.0
    """
    step = metres / _METRES_PER_DEGREE
    number = np.arange(rows * columns).reshape(rows, columns)
    y, x = np.divmod(number.ravel(), columns)
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x * step, y * step), crs=4326)
    edges = pd.DataFrame(
        {
            "source": np.append(number[:, :-1], number[:-1, :]),
            "target": np.append(number[:, 1:], number[1:, :]),
            "metres": metres,
        }
    )
    return build_network(nodes, edges, speed_kph=3.6)
