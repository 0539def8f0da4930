"""What the cells of a generated grid are called: by the streets that run through them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates.crs import metric_crs
from geo.text import Language, Text
from geo.types import Floats
from layers.grid import cell_name

MOST_CELLS: Final = 20_000
"""A finer grid is called by rows and columns: there are not as many pairs of streets as cells."""

_WEIGHTS: Final = {
    "motorway": 0.7,
    "trunk": 2.0,
    "primary": 3.0,
    "secondary": 3.0,
    "tertiary": 2.5,
    "residential": 2.0,
    "pedestrian": 2.0,
}
"""How well people know a street of a class, as a factor of its length; 1 for the others."""

_CONSIDERED: Final = 5
_ALONG: Final = 0.25
"""What two streets are worth together that run side by side; 1 for two at a right angle."""

_SIDES: Final = (
    Text("east", "东"),
    Text("north-east", "东北"),
    Text("north", "北"),
    Text("north-west", "西北"),
    Text("west", "西"),
    Text("south-west", "西南"),
    Text("south", "南"),
    Text("south-east", "东南"),
)
_MIDDLE: Final = Text("middle", "中")
_NEAR_METRES: Final = 1.0


class Known(NamedTuple):
    """A street as it runs through a cell: its name, its length by weight, and its direction twice over."""

    name: str
    weight: float
    east: float
    north: float


class Pair(NamedTuple):
    """Streets that a cell may be called by, the more important first, and how well they tell where it is."""

    names: tuple[str, ...]
    worth: float


def cell_names(grid: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, *, language: Language) -> list[str]:
    """Return a name for each cell of a generated grid, no two alike.

    A cell is called by two streets that cross in it or run through it, the longer and more important ones
    first ("延安中路—石门二路"), by one where there is one, by the nearest where none runs through it, and by
    row and column where there is no name near it. Of two cells with the same best pair the one with more of
    these streets has it; the other takes its next best, or the side on which it lies.

    Parameters
    ----------
    grid
        ``name`` as `layers.grid.square_grid` gives it, ``geometry``; EPSG:4326.
    streets
        ``class, name, geometry``; lines in EPSG:4326.
    language
        Of the words between the names; the names themselves are as the streets have them.
    """
    plain = [cell_name(str(name)).to(language) for name in grid["name"]]
    if not len(streets) or not len(grid) or len(grid) > MOST_CELLS:
        return plain
    crs = metric_crs(tuple(grid.total_bounds))
    cells = grid.geometry.to_crs(crs).to_numpy()
    metric = streets.to_crs(crs)
    chosen = _shared_out([pairs_of(each) for each in streets_of_cells(cells, metric)])
    near = _nearest(cells, metric.geometry.to_numpy(), metric["name"].to_numpy(dtype=object))
    written = [
        _joined(names, language) if names else _beside(street, language) or plain[cell]
        for cell, (names, street) in enumerate(zip(chosen, near, strict=True))
    ]
    return _told_apart(written, shapely.get_coordinates(shapely.centroid(cells)), plain, language)


def streets_of_cells(cells: NDArray[np.object_], streets: gpd.GeoDataFrame) -> list[list[Known]]:
    """Return the named streets of each cell, those first that people know it by; metric coordinates."""
    lines = streets.geometry.to_numpy()
    cell, line = shapely.STRtree(lines).query(cells, predicate="intersects")
    parts, part_of = shapely.get_parts(shapely.intersection(cells[cell], lines[line]), return_index=True)
    vertices, owner = shapely.get_coordinates(parts, return_index=True)
    names = streets["name"].to_numpy(dtype=object)[line]
    factor = streets["class"].map(_WEIGHTS).fillna(1.0).to_numpy(dtype=np.float64)[line]
    sums: list[dict[str, Floats]] = [defaultdict(lambda: np.zeros(3)) for _ in cells]
    step = vertices[1:] - vertices[:-1]
    same = owner[1:] == owner[:-1]
    pair = part_of[owner[1:]]
    length = np.hypot(step[:, 0], step[:, 1])
    angle = 2 * np.arctan2(step[:, 1], step[:, 0])
    added = np.column_stack([np.ones_like(length), np.cos(angle), np.sin(angle)])
    added *= (length * factor[pair])[:, None]
    totals = np.zeros((len(cell), 3))
    np.add.at(totals, pair[same], added[same])
    for position, total in enumerate(totals):
        sums[cell[position]][str(names[position]).strip()] += total
    return [
        sorted(
            (Known(name, *map(float, total)) for name, total in each.items() if total[0] > 0),
            key=lambda street: (-street.weight, street.name),
        )
        for each in sums
    ]


def pairs_of(streets: Sequence[Known]) -> list[Pair]:
    """Return the names that a cell may have, the best first: pairs of streets, then each on its own."""
    first = streets[:_CONSIDERED]
    pairs = [Pair((a.name, b.name), _worth(a, b)) for a, b in combinations(first, 2)]
    pairs.sort(key=lambda pair: (-pair.worth, pair.names))
    return [*pairs, *(Pair((each.name,), each.weight) for each in first)]


def _worth(a: Known, b: Known) -> float:
    """Return how well two streets tell a place: long ones that cross rather than run side by side."""
    turned = a.east * b.east + a.north * b.north
    lengths = np.hypot(a.east, a.north) * np.hypot(b.east, b.north)
    across = np.sqrt(max(0.0, (1 - turned / lengths) / 2)) if lengths > 0 else 0.0
    return float(np.sqrt(a.weight * b.weight) * (_ALONG + (1 - _ALONG) * across))


def _shared_out(pairs: Sequence[Sequence[Pair]]) -> list[tuple[str, ...]]:
    """Return the names of each cell: a pair goes to the cell that it tells best, each pair once.

    A cell whose pairs are all taken has its best one all the same, to be told apart by where it lies.
    """
    chosen: list[tuple[str, ...]] = [()] * len(pairs)
    taken: set[frozenset[str]] = set()
    wanted = sorted(
        (-pair.worth, rank, cell)
        for cell, own in enumerate(pairs)
        for rank, pair in enumerate(own)
        if len(pair.names) > 1
    )
    for _, rank, cell in wanted:
        names = pairs[cell][rank].names
        if not chosen[cell] and frozenset(names) not in taken:
            chosen[cell] = names
            taken.add(frozenset(names))
    return [names or (own[0].names if own else ()) for names, own in zip(chosen, pairs, strict=True)]


def _nearest(cells: NDArray[np.object_], lines: NDArray[np.object_], names: NDArray[np.object_]) -> list[str]:
    """Return the street nearest to each cell, empty where none lies within the side of a cell."""
    cell, line = shapely.STRtree(lines).query_nearest(cells, all_matches=False)
    found = [""] * len(cells)
    near = shapely.distance(cells[cell], lines[line]) <= np.sqrt(shapely.area(cells[cell]))
    for position, street, is_near in zip(cell, line, near, strict=True):
        found[position] = str(names[street]).strip() if is_near else ""
    return found


def _beside(street: str, language: Language) -> str:
    return Text(f"near {street}", f"{street}附近").to(language) if street else ""


def _told_apart(
    written: Sequence[str], middle: Floats, plain: Sequence[str], language: Language
) -> list[str]:
    """Return names of which no two are alike: by the side on which a cell lies, else by row and column."""
    sides = _sides(written, middle)
    named = _with_more(written, [None if side is None else side.to(language) for side in sides], language)
    return _with_more(named, plain, language)


def _joined(names: Sequence[str], language: Language) -> str:
    return ("—" if language == "zh" else " – ").join(names)


def _with_more(written: Sequence[str], more: Sequence[str | None], language: Language) -> list[str]:
    """Return names, and behind each that stands more than once what tells its cell apart."""
    times = Counter(written)
    brackets = "（{}）" if language == "zh" else " ({})"
    return [
        name if times[name] == 1 or each is None or each == name else name + brackets.format(each)
        for name, each in zip(written, more, strict=True)
    ]


def _sides(written: Sequence[str], middle: Floats) -> list[Text | None]:
    """Return on which side of all cells of the same name each lies; None for a name that stands once."""
    sides: list[Text | None] = [None] * len(written)
    cells_of: dict[str, list[int]] = defaultdict(list)
    for cell, name in enumerate(written):
        cells_of[name].append(cell)
    for cells in cells_of.values():
        if len(cells) < 2:
            continue
        away = middle[cells] - middle[cells].mean(axis=0)
        near = np.hypot(away[:, 0], away[:, 1]) < _NEAR_METRES
        octant = np.rint(np.arctan2(away[:, 1], away[:, 0]) / (np.pi / 4)).astype(int) % len(_SIDES)
        for cell, is_near, eighth in zip(cells, near, octant, strict=True):
            sides[cell] = _MIDDLE if is_near else _SIDES[eighth]
    return sides
