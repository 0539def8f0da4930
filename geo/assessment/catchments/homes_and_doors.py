"""The places that are looked at, and the people around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.network.snap import AccessPoints
from geo.types import Floats, Index


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Doors:
    """Places that are looked at in one case.

    Attributes
    ----------
    ids, at, access
        Their ids, longitude and latitude [n, 2] in degrees, and where they are joined to the streets.
    facility
        Position of each in the frame of facilities; -1 for candidates.
    """

    ids: Sequence[str]
    at: Floats
    access: AccessPoints
    facility: Index


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Homes:
    """The demand points of a study as one case counts them.

    Attributes
    ----------
    at
        float64 [demand, 2]: longitude and latitude in degrees.
    people
        float64 [demand]: those counted.
    polygon
        int64 [demand]: the polygon each lies in, -1 for none.
    """

    at: Floats
    people: Floats
    polygon: Index
