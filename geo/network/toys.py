"""Small street networks whose travel times can be worked out by hand, for examples and tests."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.network.build import build_network
from geo.network.network import StreetNetwork

_METRES_PER_DEGREE = 111_319.49079327358
"""Of longitude, at the equator of WGS84."""

_METRES_PER_DEGREE_NORTH = 110_574.2727
"""Of latitude, at the equator of WGS84."""


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
    >>> float(grid(3, 2, metres=100).edge_metres.sum())
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


def drawn(
    picture: str,
    ways: Sequence[str],
    *,
    grid_metres: float = 100.0,
    one_way: Collection[str] = (),
    speed_kph: float = 3.6,
) -> tuple[StreetNetwork, dict[str, tuple[float, float]]]:
    r"""Return streets read off a picture made of letters, and where each letter is.

    Letters and digits are places; every other character is only drawn. The first line
    lies northmost, on the equator when the picture has one line. A way joins its letters in order,
    straight from each to the next; letters on no way are places beside the streets. The notation
    follows the test maps of Valhalla (github.com/valhalla/valhalla, test/gurka/README.md).

    Parameters
    ----------
    picture
        A character is `grid_metres` wide, a line `grid_metres` high.
    ways
        The letters along each street.
    grid_metres
        Size of the drawing's grid.
    one_way
        Those of `ways` that lead in the order of their letters only.
    speed_kph
        Speed along every way, and from a place to its street.

    Returns
    -------
    tuple of StreetNetwork and dict
        The network, and longitude and latitude of each letter.

    Examples
    --------
    >>> from geo.search.reach import travel_times
    >>> from geo.network.snap import snap
    >>> network, at = drawn("A--B \n   |1\n   C ", ["AB", "BC"], grid_metres=10)
    >>> a, c, one = (snap(network, ([at[name][0]], [at[name][1]])) for name in "AC1")
    >>> travel_times(network, a, c).tolist(), travel_times(network, a, one).round(1).tolist()
    ([50.0], [50.0])
    >>> at["A"][1], at["C"][1] < 0 < at["B"][0]
    (0.0, True)
    """
    cells = {
        letter: (column, -row)
        for row, line in enumerate(picture.splitlines())
        for column, letter in enumerate(line)
        if letter.isalnum()
    }
    at = {
        letter: (x * grid_metres / _METRES_PER_DEGREE, y * grid_metres / _METRES_PER_DEGREE_NORTH)
        for letter, (x, y) in cells.items()
    }
    names = list(dict.fromkeys("".join(ways)))
    number = {letter: i for i, letter in enumerate(names)}
    pieces = [(a, b, way in one_way) for way in ways for a, b in pairwise(way)]
    seconds = [math.dist(cells[a], cells[b]) * grid_metres * 3.6 / speed_kph for a, b, _ in pieces]
    edges = pd.DataFrame(
        {
            "source": [number[a] for a, _, _ in pieces],
            "target": [number[b] for _, b, _ in pieces],
            "metres": [math.dist(cells[a], cells[b]) * grid_metres for a, b, _ in pieces],
            "seconds": seconds,
            "seconds_back": [
                math.nan if only else time for time, (_, _, only) in zip(seconds, pieces, strict=True)
            ],
        }
    )
    nodes = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*zip(*(at[n] for n in names), strict=True)), crs=4326
    )
    return build_network(nodes, edges, speed_kph=speed_kph), at
