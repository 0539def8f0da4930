"""Rows of a study joined to its streets."""

from __future__ import annotations

import geopandas as gpd

from geo.network.areas import join_places
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from layers.joins import as_decided
from layers.load import Layers
from layers.osm.features import levels_of
from layers.study.model import Study


def join_layer(study: Study, network: StreetNetwork, layers: Layers, rows: gpd.GeoDataFrame) -> AccessPoints:
    """Return rows joined to the streets, as the study decides where it does.

    Areas are joined wherever they are entered, cells at a point inside them.

    Parameters
    ----------
    rows
        Demand points, facilities or candidates of the study, with `id`, `name` and `geometry` in EPSG:4326.
    """
    found = join_places(
        network,
        rows.set_geometry(rows.geometry.representative_point()),
        approaches=layers.approaches,
        max_snap_metres=study.max_snap_metres,
        barriers=layers.barriers,
        level=levels_of(rows),
        lived_in=_are_people(study, rows),
    )
    return as_decided(network, found, rows, layers.decided, max_snap_metres=study.max_snap_metres)


def _are_people(study: Study, rows: gpd.GeoDataFrame) -> bool:
    """Tell whether rows are demand points; rows of two frames are never joined together."""
    people = [layer.id for layer in study.layers if layer.kind == "demand"]
    return bool(rows["layer"].isin(people).any())
