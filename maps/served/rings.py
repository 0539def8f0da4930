"""Isochrones around a place as GeoJSON features, with their area and whether the streets end inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import shapely

from geo.assessment.place import PreparedPlaces, rings_of
from geo.coordinates.crs import transformer
from geo.limits import minutes_to_seconds
from geo.network.snap import AccessPoints

_DIGITS: Final = 6
"""Of a degree: a decimetre, and the usual of services that draw isochrones."""


def rings_around(
    prepared: PreparedPlaces,
    place: AccessPoints,
    minutes: Sequence[float],
    *,
    towards: bool,
    more: Mapping[str, object],
    seconds_to_end: float,
) -> str:
    """Return one polygon a limit, the shortest first, as the text of a JSON list of features.

    Properties: ``minutes``, ``contour`` (the same, as other services call it), ``direction``,
    ``area_square_metres``, ``people`` (those counted in the case who are reached within the time),
    ``truncated``.
    """
    network = prepared.network
    limits = tuple(sorted(float(limit) for limit in minutes))
    shapes = np.array(rings_of(place, network, limits, towards=towards), dtype=object)
    to_metres = transformer("EPSG:4326", network.metric_crs)
    areas = shapely.area(shapely.transform(shapes, to_metres.transform, interleaved=False))
    people = prepared.people_within(place, limits)[0]
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, _DIGITS))
    features = []
    for limit, shape, area, count in zip(limits, shapely.to_geojson(rounded), areas, people, strict=True):
        properties = {
            "minutes": limit,
            "contour": limit,
            "direction": "to" if towards else "from",
            "area_square_metres": round(float(area)),
            "people": round(float(count), 1),
            "truncated": bool(seconds_to_end <= minutes_to_seconds(limit)),
            **more,
        }
        written = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
        features.append(f'{{"type":"Feature","properties":{written},"geometry":{shape}}}')
    return "[" + ",".join(features) + "]"
