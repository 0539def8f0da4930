"""How the rows of each layer are joined to the streets: what the reports of run, siting and check count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.joins.doubt import doubt_counts
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, plain_nearest
from geo.types import Bools, Floats

FAR_SHARE = 0.5
"""Share of the longest walk to a street that a study allows, beyond which a join counts as far."""

JoinRole = Literal["people", "facilities", "candidates"]
RowsOfLayers: TypeAlias = tuple[AccessPoints, pd.Series]
"""Rows joined to the streets, and the layer of each."""

DOUBTFUL_COLUMNS = (
    "position", "layer", "id", "name", "people", "lon", "lat", "doubt", "metres", "street_lon", "street_lat",
    "nearest_metres", "nearest_lon", "nearest_lat",
)  # fmt: skip
"""The columns of `doubtful_joins`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCounts:
    """How many of some rows, or of the people behind them, are joined how.

    Attributes
    ----------
    total
        All of them.
    not_joined
        Without a street within the longest walk that the study allows, or not joined by its decision.
    doubtful
        Joined to a street that may not be theirs.
    by_doubt
        Of these by what speaks against the join, by name of `geo.joins.doubt.Doubt` in lower case, the
        worst first; a join with two doubts is counted under both. No zeros.
    isolated
        Joined to an isolated piece of the streets, or to one that one-way traffic cuts off
        (`geo.network.network.StreetNetwork.edge_scrap`).
    far
        Joined by a walk of more than `FAR_SHARE` of the longest that is allowed.
    """

    total: float
    not_joined: float
    doubtful: float
    by_doubt: Mapping[str, float]
    isolated: float
    far: float

    def record(self) -> dict[str, object]:
        """Return the counts for the record of a run."""
        return {
            "total": round(self.total, 3),
            "not_joined": round(self.not_joined, 3),
            "doubtful": round(self.doubtful, 3),
            "doubtful_by": {name: round(count, 3) for name, count in self.by_doubt.items()},
            "on_an_isolated_piece": round(self.isolated, 3),
            "far_from_the_street": round(self.far, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerJoins:
    """How the rows of one layer are joined to the streets.

    Attributes
    ----------
    layer
        Id of the layer.
    role
        Whether its rows are people, facilities or candidates.
    rows, people
        Rows of the layer, and the people behind them; none behind facilities and candidates.
    far_metres
        A walk to the street longer than this counts as far.
    """

    layer: str
    role: JoinRole
    rows: JoinCounts
    people: JoinCounts | None
    far_metres: float

    @property
    def counted(self) -> JoinCounts:
        """The people of a layer; the rows where there are none, or none that the case counts."""
        return self.people if self.people is not None and self.people.total > 0 else self.rows


def join_counts(
    network: StreetNetwork, access: AccessPoints, *, max_snap_metres: float, weight: Floats | None = None
) -> JoinCounts:
    """Count how points are joined.

    Parameters
    ----------
    max_snap_metres
        The longest walk to a street that the study allows.
    weight
        What stands behind each point, people for instance; 1 where left out.
    """
    each = np.ones(len(access)) if weight is None else weight

    def of(mask: Bools) -> float:
        return float(each[mask].sum())

    joined = access.snapped
    isolated = network.edge_scrap[np.maximum(access.edge, 0)].astype(bool)
    doubts = doubt_counts(np.where(joined, access.doubt, 0).astype(np.uint16), each)
    return JoinCounts(
        total=float(each.sum()),
        not_joined=of(~joined),
        doubtful=doubts["any"],
        by_doubt={name: count for name, count in doubts.items() if name != "any" and count > 0},
        isolated=of(joined & isolated),
        far=of(joined & (access.snap_metres > FAR_SHARE * max_snap_metres)),
    )


def joins_by_layer(
    network: StreetNetwork,
    access: AccessPoints,
    layer: pd.Series,
    role: JoinRole,
    *,
    max_snap_metres: float,
    people: Floats | None = None,
) -> list[LayerJoins]:
    """Count how the rows of each layer are joined, in the order of the frame.

    Parameters
    ----------
    layer
        The layer of each access point.
    people
        People behind each of them; None for facilities and candidates.
    """
    names = layer.to_numpy(dtype=object)
    found = []
    for name in dict.fromkeys(names.tolist()):
        mine = np.flatnonzero(names == name)
        some = access.take(mine)
        behind = None if people is None else people[mine]
        found.append(
            LayerJoins(
                layer=str(name),
                role=role,
                rows=join_counts(network, some, max_snap_metres=max_snap_metres),
                people=None
                if behind is None
                else join_counts(network, some, max_snap_metres=max_snap_metres, weight=behind),
                far_metres=FAR_SHARE * max_snap_metres,
            )
        )
    return found


def joins_of_layers(
    network: StreetNetwork,
    *,
    demand: RowsOfLayers,
    facilities: RowsOfLayers,
    candidates: RowsOfLayers,
    people: Floats,
    max_snap_metres: float,
) -> tuple[LayerJoins, ...]:
    """Count how the rows of all layers are joined: people, then facilities, then candidates."""
    limit = max_snap_metres
    return (
        *joins_by_layer(network, *demand, "people", max_snap_metres=limit, people=people),
        *joins_by_layer(network, *facilities, "facilities", max_snap_metres=limit),
        *joins_by_layer(network, *candidates, "candidates", max_snap_metres=limit),
    )


def doubtful_joins(
    network: StreetNetwork, rows: gpd.GeoDataFrame, access: AccessPoints, *, max_snap_metres: float
) -> pd.DataFrame:
    """Return the joins of some rows that are doubted, in their order.

    Parameters
    ----------
    rows
        With `id, layer, geometry` in EPSG:4326, and `name` and `people` where there are any.
    access
        Their joins to the streets.
    max_snap_metres
        The longest walk to a street that the study allows.

    Returns
    -------
    DataFrame
        ``layer, id, name, people, lon, lat``; ``doubt`` as bits of `geo.joins.doubt.Doubt`; ``metres,
        street_lon, street_lat`` of the join taken; ``nearest_metres, nearest_lon,
        nearest_lat`` of the plain nearest.
        Places in degrees of WGS84. ``position`` of the row in `rows`.
    """
    at = np.flatnonzero(access.snapped & (access.doubt > 0))
    some, places = rows.iloc[at], rows.geometry.iloc[at].representative_point()
    lon, lat = places.x.to_numpy(), places.y.to_numpy()
    nearest = plain_nearest(network, (lon, lat), max_snap_metres=max_snap_metres)
    none = pd.Series([None] * len(some), dtype=object, index=some.index)
    return pd.DataFrame(
        {
            "position": at,
            "layer": some["layer"].to_numpy(dtype=object),
            "id": some["id"].to_numpy(dtype=object),
            "name": some.get("name", none).to_numpy(dtype=object),
            "people": some["people"].to_numpy(np.float64) if "people" in some else np.nan,
            "lon": lon,
            "lat": lat,
            "doubt": access.doubt[at].astype(np.int64),
            "metres": access.snap_metres[at],
            "street_lon": access.lon[at],
            "street_lat": access.lat[at],
            "nearest_metres": nearest.snap_metres,
            "nearest_lon": nearest.lon,
            "nearest_lat": nearest.lat,
        }
    )
