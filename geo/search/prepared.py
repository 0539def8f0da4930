"""The nearest of places that stay the same, for points that are asked for one after another.

What `geo.search.reach.nearest` searches from the facilities is made once; a point is then a look at the two
ends of its street and at what stands on it. The answers are the same to the millisecond.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.network.arrays import NO_TIME
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import _places
from geo.search._arrays import Arcs, EdgePlaces, Places
from geo.search._engine import (
    arcs_of,
    facility_labels,
    places_of,
    search_limit_ms,
    to_seconds,
)
from geo.search.reach import NO_FACILITY, Nearest

Seeds = Places
"""Points in the form that searches take; made once where a point is asked of many facilities."""


def seeds_of(network: StreetNetwork, points: AccessPoints) -> Seeds:
    """Return points in the form that searches take."""
    return places_of(network, points)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PreparedNearest:
    """The search to some facilities, made once.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> PreparedNearest.of(street, east).nearest(west).seconds.tolist()
    [[400.0]]
    """

    network: StreetNetwork
    arcs: Arcs
    places: Places
    on_edges: EdgePlaces
    label: npt.NDArray[np.int64]
    empty: bool

    @classmethod
    def of(cls, network: StreetNetwork, facilities: AccessPoints) -> PreparedNearest:
        """Search from all facilities backwards."""
        places, limit = places_of(network, facilities), search_limit_ms(math.inf)
        return cls(
            network=network,
            arcs=arcs_of(network, network.inward),
            places=places,
            on_edges=_places.group_by_edge(network.edge_count, places.edge),
            label=facility_labels(network, facilities, k=1, limit_ms=limit),
            empty=not len(facilities),
        )

    def nearest(self, points: AccessPoints | Seeds) -> Nearest:
        """Return the nearest facility of each point, as `geo.search.reach.nearest` does."""
        seeds = seeds_of(self.network, points) if isinstance(points, AccessPoints) else points
        count = seeds.first.size - 1
        out_ms = np.full(count, NO_TIME, np.int32)
        out_place = np.full(count, NO_FACILITY, np.int32)
        if not self.empty:
            _places.nearest_at_points(
                self.label, 1, self.arcs, seeds, self.places, self.on_edges,
                search_limit_ms(math.inf),
                0, count, out_ms, out_place,
            )  # fmt: skip
        return Nearest(seconds=to_seconds(out_ms).reshape(-1, 1), index=out_place.reshape(-1, 1))
