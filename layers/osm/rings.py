"""Surfaces from closed ways and from relations: rings by their role, put together of the ways there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import shapely

Ring = tuple[int, ...]
"""The nodes of a closed line, each once."""


def assemble(lines: Iterable[Sequence[int]]) -> list[Ring]:
    """Return the rings that lines make, end to end.

    Examples
    --------
    >>> assemble([[1, 2, 3], [3, 4, 1], [7, 8]])
    [(1, 2, 3, 4)]
    """
    pending = [list(line) for line in lines if len(line) > 1]
    at: dict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(pending):
        at[line[0]].append(number)
        at[line[-1]].append(number)
    rings: list[Ring] = []
    used: set[int] = set()
    for number, line in enumerate(pending):
        if number in used:
            continue
        used.add(number)
        whole = list(line)
        while whole[0] != whole[-1]:
            following = next((other for other in at[whole[-1]] if other not in used), None)
            if following is None:
                break
            used.add(following)
            part = pending[following]
            whole += (part if part[0] == whole[-1] else part[::-1])[1:]
        ring = sound_ring(whole)
        if ring is not None:
            rings.append(ring)
    return rings


def sound_ring(nodes: Sequence[int]) -> Ring | None:
    """Return the nodes of a closed line each once; None where it is open, too short, or meets itself.

    Examples
    --------
    >>> sound_ring([1, 2, 2, 3, 1]), sound_ring([1, 2, 3]), sound_ring([1, 2, 3, 2, 4, 1])
    ((1, 2, 3), None, None)
    """
    if nodes[0] != nodes[-1]:
        return None
    ring = tuple(nodes[:-1])
    if len(set(ring)) < len(ring):
        ring = tuple(node for node, after in pairwise(nodes) if node != after)
    return ring if len(ring) > 2 and len(set(ring)) == len(ring) else None


def polygons(
    outer: Sequence[Ring], inner: Sequence[Ring], at: Mapping[int, tuple[float, float]]
) -> list[tuple[Ring, ...]]:
    """Return each outer ring with the inner rings that lie in it.

    Parameters
    ----------
    outer, inner
        Rings.
    at
        Longitude and latitude of their nodes.
    """
    shapes = [shapely.Polygon([at[node] for node in ring]) for ring in outer]
    found: list[list[Ring]] = [[ring] for ring in outer]
    for ring in inner:
        inside = shapely.Polygon([at[node] for node in ring]).representative_point()
        holders = [number for number, shape in enumerate(shapes) if shape.contains(inside)]
        if holders:
            found[min(holders, key=lambda number: shapes[number].area)].append(ring)
    return [tuple(rings) for rings in found]
