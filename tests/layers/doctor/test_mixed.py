"""A layer of two halves in two systems is told part by part; one system, or chance, is not called mixed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point

from geo.coordinates.china import wgs84_to_gcj02
from layers.doctor.doctor import diagnose

ORIGIN = np.array([355_000.0, 3_455_000.0])


@pytest.fixture(scope="module")
def town():
    """Streets at uneven distances, and 200 places 8 m beside them; EPSG:4326."""
    rng = np.random.default_rng(5)
    lines = []
    for turned in (False, True):
        for offset in np.cumsum(rng.uniform(140, 320, 20)):
            ends = np.array([[0.0, offset], [5000.0, offset]])
            lines.append(LineString(ORIGIN + (ends[:, ::-1] if turned else ends)))
    streets = gpd.GeoSeries(lines, crs=32651)
    chosen = rng.integers(0, len(lines), 200)
    at = [
        lines[line].interpolate(metres)
        for line, metres in zip(chosen, rng.uniform(0, 5000, 200), strict=True)
    ]
    shops = gpd.GeoSeries([Point(p.x + 5, p.y + 6) for p in at], crs=32651)
    return streets.to_crs(4326), shops.to_crs(4326)


def half_shifted(shops: gpd.GeoSeries, count: int, *, turns: bool) -> gpd.GeoSeries:
    lon, lat = shops.x.to_numpy()[:count].copy(), shops.y.to_numpy()[:count].copy()
    some = np.arange(count) % 2 == 0 if turns else np.arange(count) < count // 2
    lon[some], lat[some] = wgs84_to_gcj02(lon[some], lat[some])
    return gpd.GeoSeries.from_xy(lon, lat, index=np.arange(2, count + 2))


@pytest.mark.parametrize("turns", [False, True])
def test_two_halves_are_told_with_their_rows(town, turns):
    streets, shops = town
    diagnosis = diagnose(half_shifted(shops, 200, turns=turns), streets)
    parts = {part.hypothesis.id: set(part.rows.tolist()) for part in diagnosis.parts}
    shifted = set(range(2, 202, 2)) if turns else set(range(2, 102))
    assert set(parts) == {"wgs84", "gcj02"}
    assert all(part.sure for part in diagnosis.parts)
    assert len(parts["gcj02"] & shifted) > 0.8 * len(parts["gcj02"]) > 60
    assert "Mixed" in diagnosis.to("en")
    assert "混合坐标" in diagnosis.to("zh")


def test_few_rows_are_a_hint(town):
    streets, shops = town
    diagnosis = diagnose(half_shifted(shops, 24, turns=True), streets)
    assert diagnosis.parts
    assert not any(part.sure for part in diagnosis.parts)
    assert diagnosis.to("en").startswith("Perhaps mixed")
    assert "Ask who made the data. " in diagnosis.to("en")
    assert "请询问数据来源。" in diagnosis.to("zh")
    assert "。 " not in diagnosis.to("zh")


def test_one_system_is_not_mixed(town):
    streets, shops = town
    assert diagnose(shops, streets).parts == ()


def test_places_by_chance_are_not_mixed(town):
    streets, _ = town
    rng = np.random.default_rng(1)
    xy = ORIGIN[:, None] + rng.uniform(0, 5000, (2, 300))
    chance = gpd.GeoSeries.from_xy(*xy, crs=32651).to_crs(4326)
    assert diagnose(chance, streets).parts == ()
