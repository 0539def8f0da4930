"""The ground within reach of the working stations of each case."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.blocks import Progress
from geo.search.isochrones import isochrones


def station_isochrones(
    found: tuple[CaseAssessment, ...],
    facilities: gpd.GeoDataFrame,
    minutes: tuple[float, ...],
    *,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Return the ground within each time of each working station.

    Returns
    -------
    GeoDataFrame
        `case, facility_id, minutes, geometry`.
    """
    is_station = (facilities["kind"] == "station").to_numpy()
    known: dict[tuple[str, bytes], gpd.GeoDataFrame] = {}
    frames = []
    for one in found:
        stations = np.flatnonzero(is_station & one.usable.any_hour)
        key = (one.case.streets, stations.tobytes())
        if key not in known:
            places = one.traveller.facilities.take(stations)
            known[key] = isochrones(one.traveller.network, places, minutes=minutes, progress=progress)
        rings = known[key]
        identified = facilities["id"].to_numpy()[stations[rings["place"]]] if len(rings) else []
        columns = {"case": one.case.id, "facility_id": identified, "minutes": rings["minutes"]}
        frames.append(gpd.GeoDataFrame(columns, geometry=rings.geometry, crs=4326))
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else frames[0]
