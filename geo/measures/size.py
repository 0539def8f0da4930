"""Which places are as large as a standard asks, and of which requirements that could not be tested."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.measures.standard import Requirement, Standard
from geo.types import Bools, Floats, Index


def of_size(facilities: pd.DataFrame, standard: Standard, found: Mapping[str, Index]) -> dict[str, Index]:
    """Return the positions of each category without the places that are too small.

    Where some places of a category give their size, one that does not is not taken to be large enough.
    Where none does, the size is not tested and all count (`untested_sizes` says so), unless the limit hangs
    on the size: then the category is left out, and what asks for it is not assessed.

    Parameters
    ----------
    facilities
        With `floor_area`, `site_area` (m²) and `width` (m) where they are known.
    found
        Positions of the places that fulfil each category.

    Examples
    --------
    >>> from geo.text import Text
    >>> standard = Standard("s", Text("", ""), (Requirement("park", Text("", ""), site_area=400),))
    >>> parks = pd.DataFrame({"site_area": [399.0, 400.0, np.nan]})
    >>> of_size(parks, standard, {"park": np.array([0, 1, 2])})["park"].tolist()
    [1]
    """
    kept = dict(found)
    for category, requirement in standard.sizes.items():
        if category not in found:
            continue
        known = {name: _sizes(facilities, name)[found[category]] for name in requirement.sizes}
        if requirement.size_decides and any(np.isnan(sizes).all() for sizes in known.values()):
            del kept[category]
            continue
        kept[category] = found[category][_large_enough(requirement, known)]
    return kept


def untested_sizes(
    facilities: pd.DataFrame, standard: Standard, found: Mapping[str, Index]
) -> tuple[Requirement, ...]:
    """Return the requirements of a least size for whose places no size is known.

    Parameters
    ----------
    found
        Positions of the places that fulfil each category, whatever their size.
    """
    return tuple(
        requirement
        for category, requirement in standard.sizes.items()
        if category in found
        and any(np.isnan(_sizes(facilities, name)[found[category]]).all() for name in requirement.sizes)
    )


def _large_enough(requirement: Requirement, known: Mapping[str, Floats]) -> Bools:
    enough = np.ones(len(next(iter(known.values()))), dtype=np.bool_)
    for name, sizes in known.items():
        if not np.isnan(sizes).all():
            # Missing is not large enough: the comparison is false.
            enough &= sizes >= requirement.sizes[name]
    return enough


def _sizes(facilities: pd.DataFrame, name: str) -> Floats:
    if name not in facilities:
        return np.full(len(facilities), np.nan)
    return np.asarray(pd.to_numeric(facilities[name], errors="coerce"), dtype=np.float64)
