"""A ledger of thirteen needs, nine of them settled, as a district reported it."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd

from geo.ledgers.tables import NeedTables, need_tables

TODAY = date(2025, 9, 1)


def thirteen(*, at: tuple[float, float] | None = (0.5, 0.5)) -> NeedTables:
    """Return what thirteen needs come to, raised in January, nine of them settled ten days later."""
    days = pd.Series([date(2025, 1, 1)] * 13, dtype=object)
    settled = [number < 9 for number in range(13)]
    frame = pd.DataFrame(
        {
            "list": ["问题诉求"] * 6 + ["技术需求"] * 7,
            "category": "bus_stop",
            "department": ["交通局"] * 5 + [None] * 8,
            "status": ["closed" if each else "supervised" for each in settled],
            "handling": None,
            "date": days,
            "deadline": None,
            "closed_on": pd.Series([date(2025, 1, 11) if each else None for each in settled], dtype=object),
            "satisfaction": 0.95,
            "place_id": None,
        }
    )
    x, y = at if at is not None else (None, None)
    points = gpd.points_from_xy([x] * 13, [y] * 13) if at is not None else [None] * 13
    polygons = gpd.GeoDataFrame(
        {"id": ["a", "b"]}, geometry=gpd.GeoSeries.from_wkt([_box(0), _box(1)]), crs="EPSG:4326"
    )
    return need_tables(
        gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326"),
        polygons,
        closing=["closed", "settled"],
        known=["closed", "settled", "supervised"],
        today=TODAY,
    )


def _box(west: float) -> str:
    return f"POLYGON (({west} 0, {west + 1} 0, {west + 1} 1, {west} 1, {west} 0))"
