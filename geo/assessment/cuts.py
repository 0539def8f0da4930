"""By what an assessment is counted: polygons, denominators, and what is asked for beside the standard."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Polygons of one kind, and which share of each demand point belongs to each of them."""

    areas: gpd.GeoDataFrame
    shares: sparse.csr_array

    @classmethod
    def of(cls, demand: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, overlap: bool) -> Cut:
        """Find who belongs where."""
        if not len(demand):
            return cls(areas, sparse.csr_array((len(areas) + 1, 0)))
        return cls(areas, area_shares(demand, areas, overlap=overlap))


@dataclass(frozen=True, slots=True)
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
