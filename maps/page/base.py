"""The basemap: streets, water, green, rail and buildings of the extract, made small enough to carry along."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.osm.basemap import Basemap
from maps.page.packing import Pack, project
from maps.style import street_rank

TOLERANCE: Final = 2.5
"""What may be smoothed away, in steps: about 0.6 m at 40 degrees, less than a pixel up to zoom 17."""

SMALLEST_AREA: Final = 90.0
"""Square steps below which a patch of green, water or building is not drawn: about 5 square metres."""

BUILDING_VERTICES: Final = 400_000
"""The most vertices spent on buildings; beyond it only the largest are drawn."""


def pack_basemap(pack: Pack, basemap: Basemap) -> list[str]:
    """Add the basemap to the pack; return the street names its streets refer to."""
    surfaces = {
        "green": [basemap.green],
        "water": [basemap.water, basemap.sea],
        "squares": [basemap.squares],
    }
    for name, frames in surfaces.items():
        shapes = simplified(*frames)
        pack.shapes(name, shapes[shapely.area(shapes) >= SMALLEST_AREA])
    for name, frame in {"waterways": basemap.waterways, "rail": basemap.rail}.items():
        pack.shapes(name, simplified(frame[~frame["tunnel"]]))
    pack.shapes("buildings", chosen_buildings(simplified(basemap.buildings)))
    return _pack_streets(pack, basemap.streets)


def simplified(*frames: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return lines and polygons in steps, without what is too small to be seen, parts on their own."""
    parts = shapely.get_parts(np.concatenate([project(frame.geometry) for frame in frames]))
    thinned: NDArray[np.object_] = shapely.simplify(parts, TOLERANCE, preserve_topology=False)
    kept: NDArray[np.object_] = thinned[~shapely.is_empty(thinned)]
    return kept


def chosen_buildings(footprints: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the largest buildings that fit into the budget, in their first order."""
    area = shapely.area(footprints)
    largest_first = np.argsort(-area, kind="stable")
    spent = np.cumsum(shapely.get_num_coordinates(footprints[largest_first]))
    keep = np.zeros(len(footprints), dtype=bool)
    keep[largest_first[spent <= BUILDING_VERTICES]] = True
    chosen: NDArray[np.object_] = footprints[keep & (area >= SMALLEST_AREA)]
    return chosen


def _pack_streets(pack: Pack, streets: gpd.GeoDataFrame) -> list[str]:
    name, names = pd.factorize(streets["name"], use_na_sentinel=True)
    keys = np.column_stack([streets["class"].map(street_rank), name, streets["tunnel"]]).astype(np.int64)
    lines, kept = merged_streets(project(streets.geometry), keys)
    pack.shapes("streets", lines)
    for column, key in enumerate(("rank", "name", "tunnel")):
        pack.whole_numbers(f"streets.{key}", kept[:, column])
    return [str(each) for each in names]


def merged_streets(
    lines: NDArray[np.object_], keys: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Join the pieces of one street, by its row of keys, where they meet end to end.

    A name can only be written along a street that is in one piece.

    Examples
    --------
    >>> halves = shapely.linestrings([[[0, 0], [9, 9]], [[9, 9], [20, 0]]])
    >>> joined, keys = merged_streets(halves, np.array([[4, 0], [4, 0]]))
    >>> shapely.to_wkt(joined, rounding_precision=0).tolist(), keys.tolist()
    (['LINESTRING (0 0, 9 9, 20 0)'], [[4, 0]])
    """
    parts, owner = shapely.get_parts(lines, return_index=True)
    if not len(parts):
        return parts, keys[:0]
    distinct, group = np.unique(keys[owner], axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    bundles = shapely.multilinestrings(parts[order], indices=group[order])
    joined, bundle = shapely.get_parts(shapely.line_merge(bundles), return_index=True)
    return shapely.simplify(joined, TOLERANCE, preserve_topology=False), distinct[bundle]
