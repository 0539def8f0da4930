"""Places joined to the streets wherever they are entered: parks and campuses, homes inside them.

An area is reached at its entrances; where none is known, where a street or path meets its outline; where none
does, along its outline. So an area is a point with several places (`AccessPoints.further`). Whoever lives in
an area, or is a place inside another one, leaves it the same way, and walks to its edge first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.coordinates.crs import WGS84, transformer
from geo.joins.barriers import Barriers
from geo.network.entrances import Approaches, entrances_of, ways_out
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.types import Bools, Index

if TYPE_CHECKING:
    # Imported for types alone: geopandas would double the time it takes to import the engine.
    import geopandas as gpd

_NEAR_METRES = 30.0
_NEAR_TIMES = 2.0
"""Of the joins of an outline those count that are at most so far, or so many times as far as the nearest."""


def join_places(
    network: StreetNetwork,
    places: gpd.GeoDataFrame,
    *,
    approaches: Approaches,
    max_snap_metres: float,
    barriers: Barriers | None = None,
    level: npt.ArrayLike | None = None,
    lived_in: bool = False,
) -> AccessPoints:
    """Join places to the streets, those that are areas at every place where they are entered.

    Of the joins of an area those with the least doubt are kept. An area of which none lies near enough to a
    street is joined by its inner point, as other places are.

    Parameters
    ----------
    places
        Points in WGS84 with `id` and `name`.
    approaches
        Outlines and entrances; those of other places do no harm.
    max_snap_metres, barriers, level
        As `geo.network.snap.snap` takes them.
    lived_in
        Whether the places are people: they walk from inside their area to its edge, and use private gates.
    """
    inner = snap(network, places.geometry, max_snap_metres=max_snap_metres, barriers=barriers, level=level)
    if not lived_in:
        approaches = replace(approaches, entrances=approaches.entrances.for_visitors())
    spots = {} if lived_in else dict(entrances_of(network, places, approaches))
    spots |= ways_out(network, places, inner, approaches, but=spots, lived_in=lived_in)
    if not spots:
        return inner
    owner = np.repeat(list(spots), [each.x.size for each in spots.values()])
    x, y = (np.concatenate([getattr(each, axis) for each in spots.values()]) for axis in "xy")
    levels = np.zeros(owner.size) if level is None else np.asarray(level)[owner]
    # Those who share a door share its street.
    once, each_door = np.unique(np.column_stack([x, y, levels]), axis=0, return_inverse=True)
    lon, lat = transformer(network.metric_crs, WGS84).transform(once[:, 0], once[:, 1])
    found = snap(
        network,
        (lon, lat),
        max_snap_metres=max_snap_metres,
        barriers=barriers,
        level=once[:, 2].astype(np.int64),
    )
    joined = found.take(each_door.ravel()).farther(
        np.concatenate([each.walk_metres for each in spots.values()]), network.metres_per_second
    )
    names = np.concatenate([each.name for each in spots.values()])
    by_outline = np.repeat([each.outline for each in spots.values()], [s.x.size for s in spots.values()])
    kept = _worth_keeping(joined, owner, by_outline)
    return _with_places(inner, joined, owner, kept, names)


def _worth_keeping(joined: AccessPoints, owner: Index, by_outline: Bools) -> Bools:
    """Return the joins with the least doubt of their place; of an outline, those that are near, each once."""
    kept = joined.snapped.copy()
    worst = int(owner.max()) + 1
    least = np.full(worst, np.iinfo(np.uint16).max, np.uint16)
    np.minimum.at(least, owner[kept], joined.doubt[kept])
    kept &= joined.doubt == least[owner]
    nearest = np.full(worst, np.inf)
    np.minimum.at(nearest, owner[kept], joined.snap_metres[kept])
    near = joined.snap_metres <= np.maximum(_NEAR_METRES, _NEAR_TIMES * nearest[owner])
    kept &= near | ~by_outline
    order = np.lexsort((joined.snap_metres, joined.edge_metres, joined.edge, owner))
    same = np.zeros(order.size, np.bool_)
    keys = np.column_stack([owner, joined.edge, np.round(joined.edge_metres, 1)])[order]
    same[1:] = (keys[1:] == keys[:-1]).all(axis=1) & by_outline[order][1:] & kept[order][:-1]
    kept[order[same]] = False
    return kept


def _with_places(
    inner: AccessPoints, joined: AccessPoints, owner: Index, kept: Bools, names: npt.NDArray[np.object_]
) -> AccessPoints:
    """Return the points with areas at their places: the nearest to its street first, the others further."""
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((rows, joined.snap_metres[rows], owner[rows]))]
    first = np.append(True, owner[rows][1:] != owner[rows][:-1])[: rows.size]
    count = len(inner)
    places = inner.followed_by(joined.named(names))
    at = np.arange(count)
    at[owner[rows[first]]] = count + rows[first]
    others = rows[~first]
    main = places.take(at)
    if not others.size:
        return main
    return main.with_further(places.take(count + others), owner[others].astype(np.int32))
