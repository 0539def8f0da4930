"""The ground within reach of places: of the working stations of each case, of new sites."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.blocks import Progress
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search.isochrones import isochrones
from geo.types import Index


def place_isochrones(
    network: StreetNetwork,
    places: AccessPoints,
    ids: pd.Series,
    chosen: Index | Sequence[int],
    *,
    minutes: tuple[float, ...],
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground within each time of some places.

    Parameters
    ----------
    places, ids
        Places joined to the streets, and their ids.
    chosen
        Positions of the places that are wanted.

    Returns
    -------
    GeoDataFrame
        `facility_id, minutes, geometry` in EPSG:4326.
    """
    positions = np.asarray(chosen, dtype=np.int64)
    rings = isochrones(network, places.take(positions), minutes=minutes, progress=progress)
    identified = ids.to_numpy()[positions[rings["place"]]] if len(rings) else []
    columns = {"facility_id": identified, "minutes": rings["minutes"]}
    return gpd.GeoDataFrame(columns, geometry=rings.geometry, crs=4326)


def station_isochrones(
    answers: tuple[CaseAssessment, ...],
    facilities: gpd.GeoDataFrame,
    minutes: tuple[float, ...],
    *,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground within each time of each working station, drawn once for equal travellers.

    Returns
    -------
    GeoDataFrame
        `case, facility_id, minutes, geometry` in EPSG:4326.
    """
    is_station = (facilities["kind"] == "station").to_numpy()
    known: dict[tuple[str, bytes], gpd.GeoDataFrame] = {}
    frames = []
    for answer in answers:
        stations = np.flatnonzero(is_station & answer.usable.any_hour)
        key = (answer.case.streets, stations.tobytes())
        if key not in known:
            known[key] = place_isochrones(
                answer.traveller.network,
                answer.traveller.facilities,
                facilities["id"],
                stations,
                minutes=minutes,
                progress=progress,
            )
        frame = known[key].copy()
        frame.insert(0, "case", answer.case.id)
        frames.append(frame)
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else frames[0]
