"""How well two outlines of an isochrone agree: intersection over union of their areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search.isochrones import Outline, isochrones

FAST = Outline(clip=False)
"""The outline of a distance field, not clipped, as the exact outline is not clipped either."""

EXACT = Outline(method="exact")
"""A buffer around every stretch, dissolved."""


def isochrone_agreement(
    network: StreetNetwork,
    places: AccessPoints,
    *,
    minutes: Sequence[float] = (5, 10, 15),
    towards: bool = True,
    outline: Outline = FAST,
    reference: Outline = EXACT,
) -> pd.DataFrame:
    """Return how far the isochrones of two outlines cover the same ground.

    The measure is intersection over union (Jaccard index): the area both have over the area either
    has, 1 when they are the same. By default it compares the fast outline with the exact one, which
    measures the error of drawing on a grid. With ``outline=Outline()``, the outline that studies use, it
    also counts the ground that `Outline.clip` leaves out on purpose.

    Parameters
    ----------
    network
        Streets of one traveller.
    places
        Facilities, as `geo.network.snap.snap` joins them; shape ``(places,)``.
    minutes
        Limits, in any order.
    towards
        True for travel to the place, False for travel from it.
    outline, reference
        The two outlines; both need the same `buffer_metres`.

    Returns
    -------
    DataFrame
        One row a place and limit, places in order, shorter limits first: ``place`` (position),
        ``minutes``, ``iou`` (0 to 1, missing where both are empty), ``square_metres`` and
        ``reference_square_metres`` (areas in `StreetNetwork.metric_crs`).

    Raises
    ------
    ValueError
        When a limit is not above zero, or the buffers differ.

    Notes
    -----
    P. Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11 (2).

    Examples
    --------
    >>> from geo.network.snap import at_nodes
    >>> from geo.network.toys import line
    >>> street = line([1000])
    >>> isochrone_agreement(street, at_nodes(street, [0]), minutes=[5])["iou"].round(2).tolist()
    [1.0]
    """
    if outline.buffer_metres != reference.buffer_metres:
        msg = f"buffers must be equal, got {outline.buffer_metres} and {reference.buffer_metres} metres"
        raise ValueError(msg)
    drawn, reference_frame = (
        isochrones(network, places, minutes=minutes, towards=towards, outline=each)
        for each in (outline, reference)
    )
    drawn_shapes, reference_shapes = (
        np.asarray(frame.geometry.to_crs(network.metric_crs)) for frame in (drawn, reference_frame)
    )
    area, reference_area = shapely.area(drawn_shapes), shapely.area(reference_shapes)
    both = shapely.area(
        shapely.intersection(shapely.make_valid(drawn_shapes), shapely.make_valid(reference_shapes))
    )
    either = area + reference_area - both
    return pd.DataFrame(
        {
            "place": drawn["place"],
            "minutes": drawn["minutes"],
            "iou": np.divide(both, either, out=np.full(either.size, np.nan), where=either > 0),
            "square_metres": area,
            "reference_square_metres": reference_area,
        }
    )
