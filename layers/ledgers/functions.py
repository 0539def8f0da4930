"""The functions of a study's stations, what is embedded in their buildings counted with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np

from geo.ledgers.functions import ELSEWHERE, building_of, function_matrix
from geo.measures.standard import Function, Standard
from geo.types import Bools, Floats, Index
from layers.catalogue.headers import plain_header
from layers.load import Layers
from layers.settings import counted_in
from layers.study.model import Study

STATION_KINDS: Final = ("station", "centre")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StationFunctions:
    """Stations and centres against the functions to be found.

    Attributes
    ----------
    stations
        Positions in the frame of facilities.
    functions
        In the order and the words of the standard; where it names none, those that some facility offers.
    has
        bool [stations, functions].
    embedded
        For each station the positions of the facilities in its building.
    """

    stations: Index
    functions: tuple[Function, ...]
    has: Bools
    embedded: tuple[tuple[int, ...], ...]


def station_functions(study: Study, standard: Standard, layers: Layers) -> StationFunctions:
    """Return which station has which function, itself or in its building.

    A facility in the building of a station brings the functions its sheet names, and the one it is called by.
    """
    facilities = layers.facilities
    counted = counted_in(study, standard, layers)
    is_station = facilities["kind"].isin(STATION_KINDS).to_numpy()
    stations = np.flatnonzero(is_station).astype(np.int64)
    others = np.flatnonzero(~is_station).astype(np.int64)
    at = _places(facilities)
    building = building_of(at[stations], at[others])
    called = _called(counted.functions)
    names = facilities["name"].to_numpy(dtype=object)
    embedded = [
        [*counted.offered[int(place)], *called.get(plain_header(str(names[place] or "")), ())]
        for place in others
    ]
    return StationFunctions(
        stations=stations,
        functions=counted.functions,
        has=function_matrix(
            [counted.offered[int(place)] for place in stations],
            embedded,
            building,
            [each.id for each in counted.functions],
        ),
        embedded=_inside(building, others, len(stations)),
    )


def _places(facilities: gpd.GeoDataFrame) -> Floats:
    points = facilities.geometry.representative_point()
    return np.column_stack([points.x.to_numpy(), points.y.to_numpy()]).astype(np.float64)


def _called(functions: Sequence[Function]) -> dict[str, tuple[str, ...]]:
    return {plain_header(word): (each.id,) for each in functions for word in (each.name.zh, each.name.en)}


def _inside(building: Index, others: Index, stations: int) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(stations)]
    for station, place in zip(building, others, strict=True):
        if station != ELSEWHERE:
            found[station].append(int(place))
    return tuple(tuple(each) for each in found)
