"""The stretches of street inside an isochrone, which its ground is drawn around."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinates.crs import WGS84, transformer
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import isochrones


def isochrone_lines(
    network: StreetNetwork, places: AccessPoints, *, minutes: Sequence[float], towards: bool = True
) -> gpd.GeoDataFrame:
    """The stretches within each limit of each place, as MultiLineStrings in WGS84."""
    limits = np.sort(np.asarray(minutes, np.float64))
    request = isochrones._request(network, places, limits_minutes=limits, towards=towards)
    workspace = isochrones._Workspace(request)
    to_degrees = transformer(network.metric_crs, WGS84)
    lines = []
    for place in range(len(places)):
        ends, band = isochrones._reached_stretches(request, workspace, np.array([place]))
        workspace.release()
        lon, lat = to_degrees.transform(ends[:, [0, 2]], ends[:, [1, 3]])
        stretches = shapely.linestrings(np.stack([lon, lat], axis=2))
        lines += [shapely.multilinestrings(stretches[band <= i]) for i in range(limits.size)]
    return gpd.GeoDataFrame(
        {"place": np.repeat(np.arange(len(places)), limits.size), "minutes": np.tile(limits, len(places))},
        geometry=lines,
        crs=WGS84,
    )
