"""What the maps of one plan and of two share: the table of who is covered where, and its gaps."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo.assessment.cuts import Cut
from geo.assessment.gaps import leaves_out
from geo.types import Floats


def covered_polygons(cuts: Iterable[Cut], people: Floats, covered: Floats) -> pd.DataFrame:
    """Return ``grid_id, people, people_covered`` of every grid cell and area.

    Parameters
    ----------
    people, covered
        People of each demand point: all, and those covered.
    """
    parts = [
        pd.DataFrame({
            "grid_id": cut.areas["id"].to_numpy(dtype=object),
            "people": np.asarray(cut.shares @ people)[:-1],
            "people_covered": np.asarray(cut.shares @ covered)[:-1],
        })
        for cut in cuts
    ]  # fmt: skip
    empty = pd.DataFrame({"grid_id": [], "people": [], "people_covered": []})
    return pd.concat(parts, ignore_index=True) if parts else empty


def gaps_of(coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of coverage that leave people out, with ``people_left_out``."""
    left = (coverage["people"] - coverage["people_covered"]).rename("people_left_out")
    gaps = pd.concat([coverage[["case", "grid_id", "category", "minutes"]], left], axis=1)
    return gaps[leaves_out(gaps["people_left_out"])]
