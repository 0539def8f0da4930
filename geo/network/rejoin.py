"""Joins that somebody who knows the place has decided, put in the place of those that were found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo.coordinates.crs import WGS84, transformer
from geo.limits import MILLISECONDS_PER_SECOND
from geo.network.arrays import NO_TIME, freeze
from geo.network.network import StreetNetwork
from geo.network.snap import NOT_SNAPPED, AccessPoints, plain_nearest
from geo.types import Bools, Floats, Index


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """Joins that were decided, one a row.

    Attributes
    ----------
    position
        Of the point among all points; each at most once.
    near
        float64 [n, 2]: longitude and latitude of the place whose nearest street the point is joined to;
        missing where the nearest street of the point itself is meant.
    off
        Which points are not joined at all.
    """

    position: Index
    near: Floats
    off: Bools


def rejoined(
    network: StreetNetwork,
    access: AccessPoints,
    lon: Floats,
    lat: Floats,
    decided: Decided,
    *,
    max_snap_metres: float = 200.0,
) -> AccessPoints:
    """Return access points with some joins as they were decided; nothing is doubted of those.

    A point that is joined near a place walks in a straight line to the street there, however far; the street
    must lie within `max_snap_metres` of that place.

    Parameters
    ----------
    lon, lat
        Of all points, in degrees of WGS84.
    """
    if decided.position.size == 0:
        return access
    elsewhere: Bools = np.asarray(np.isfinite(decided.near).all(axis=1), np.bool_)
    own = np.column_stack([lon[decided.position], lat[decided.position]])
    at = np.where(elsewhere[:, None], decided.near, own)
    found = plain_nearest(network, (at[:, 0], at[:, 1]), max_snap_metres=max_snap_metres)
    to_metres = transformer(WGS84, network.metric_crs)
    a, b = (np.column_stack(to_metres.transform(*each)) for each in (own.T, (found.lon, found.lat)))
    walked = elsewhere & found.snapped
    metres = np.where(walked, np.hypot(*(a - b).T), found.snap_metres)
    milliseconds = np.rint(metres / network.metres_per_second * MILLISECONDS_PER_SECOND)
    joined = found.snapped & ~decided.off
    changed: dict[str, npt.NDArray[np.generic]] = {
        "edge": np.where(joined, found.edge, NOT_SNAPPED),
        "edge_metres": np.where(joined, found.edge_metres, np.nan),
        "access_ms": np.where(joined, np.where(np.isfinite(milliseconds), milliseconds, 0), 0),
        "snap_metres": metres,
        "doubt": np.zeros(joined.size),
        "lon": np.where(joined, found.lon, np.nan),
        "lat": np.where(joined, found.lat, np.nan),
        **{
            name: np.where(joined, getattr(found, name), NO_TIME)
            for name in ("from_source_ms", "from_target_ms", "to_source_ms", "to_target_ms")
        },
    }
    access = _with_one_place(access, decided.position)
    fields = {name: getattr(access, name) for name in access.__dataclass_fields__}
    for name, values in changed.items():
        whole = np.array(fields[name])
        whole[decided.position] = values.astype(whole.dtype)
        fields[name] = freeze(whole)
    return AccessPoints(**fields)


def _with_one_place(access: AccessPoints, position: Index) -> AccessPoints:
    """Return access points of which some have no further places and no name of theirs."""
    if access.name is not None:
        name = access.name.copy()
        name[position] = None
        access = access.named(name)
    if access.further is None or access.further_of is None:
        return access
    kept = ~np.isin(access.further_of, position)
    if not kept.any():
        return replace(access, further=None, further_of=None)
    return access.with_further(access.further.take(kept), access.further_of[kept])
