"""By what an assessment is counted: polygons, denominators, and what is counted beside the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
from scipy import sparse

from geo.measures.areas import area_shares
from geo.measures.standard import Function
from geo.text import Text

# What may be counted beside people where a demand layer gives it.
DENOMINATORS = {
    "dwellings": Text("dwellings", "住宅套数（套）"),
    "floor_area": Text("floor area (m²)", "住宅建筑面积（平方米）"),
    "residential_land": Text("residential land (ha)", "居住用地（公顷）"),
    "households": Text("households", "户数（户）"),
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cut:
    """Polygons of one kind, and which share of each demand point belongs to each of them."""

    areas: gpd.GeoDataFrame
    shares: sparse.csr_array

    @classmethod
    def of(cls, demand: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, overlap: bool) -> Cut:
        """Find who belongs where."""
        if not len(demand):
            return cls(areas=areas, shares=sparse.csr_array((len(areas) + 1, 0)))
        return cls(areas=areas, shares=area_shares(demand, areas, overlap=overlap))

    @property
    def kind(self) -> str:
        """Return what the polygons are: ``grid`` or ``area``."""
        return str(self.areas["kind"].iloc[0])


def cuts_of(demand: gpd.GeoDataFrame, *, grids: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> tuple[Cut, ...]:
    """Return the polygons that demand is counted by, those kinds left out of which there is none.

    Grids part the study, so nobody is counted twice; areas may overlap, and each counts all it holds.
    """
    kinds = ((grids, False), (areas, True))
    return tuple(Cut.of(demand, frame, overlap=overlap) for frame, overlap in kinds if len(frame))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is counted beside the requirements of the standard.

    Attributes
    ----------
    minutes
        The limits at which reach is shown.
    tiers
        Tiers of stations from the lowest to the highest, with the minutes each reaches.
    functions, offered
        The functions to be found, and the ids of those that each facility offers.
    provided
        What there is of each quota.
    """

    minutes: tuple[float, ...] = (5.0, 10.0, 15.0)
    tiers: Mapping[str, float] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    offered: Sequence[Sequence[str]] = ()
    provided: Mapping[str, float] = field(default_factory=dict)
