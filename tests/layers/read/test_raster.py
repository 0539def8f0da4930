"""Population rasters: which pixels are read, and which files are refused."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geo.errors import InputError
from layers.read.raster import read_population

EXTENT = (24.0, 60.0, 24.02, 60.01)


def write(path, values, *, bands=1, crs="EPSG:4326", nodata=-9999.0, west=24.0, north=60.02, size=0.01):
    array = np.asarray(values, np.float64)
    profile = {"driver": "GTiff", "height": array.shape[0], "width": array.shape[1], "count": bands}
    profile |= {"dtype": "float64", "crs": crs, "nodata": nodata}
    with rasterio.open(path, "w", **profile, transform=from_origin(west, north, size, size)) as file:
        for band in range(bands):
            file.write(array, band + 1)
    return path


def test_the_pixels_that_meet_the_study(tmp_path):
    """The box holds the lower row alone; a pixel without people and one without a value are no cells."""
    path = write(tmp_path / "p.tif", [[9, 9, 9, 9], [1.5, 2.5, 7, 8]])
    table = read_population(path, EXTENT)
    assert table.cells["people"].tolist() == [1.5, 2.5]
    assert table.keys.tolist() == ["r2c1", "r2c2"]
    assert table.geometry.iloc[1].bounds == pytest.approx((24.01, 60.0, 24.02, 60.01))
    assert table.crs == "EPSG:4326"
    path = write(tmp_path / "q.tif", [[9, 9], [0, -9999], [-3, np.nan]])
    assert read_population(path, (24.0, 59.99, 24.02, 60.01)).cells.empty


def test_a_raster_in_metres(tmp_path):
    path = write(tmp_path / "p.tif", [[4.0]], crs="EPSG:3067", west=330_000, north=6_660_000, size=5000)
    table = read_population(path, (23.9, 59.9, 24.1, 60.1))
    assert table.crs == "EPSG:3067"
    assert table.geometry.iloc[0].area == 25e6


@pytest.mark.parametrize(
    ("change", "code"),
    [({"bands": 2}, "bands"), ({"crs": None}, "no_crs"), ({"west": 90.0}, "outside_study")],
)
def test_rasters_that_cannot_be_used(tmp_path, change, code):
    with pytest.raises(InputError) as raised:
        read_population(write(tmp_path / "p.tif", [[1.0, 1.0], [1.0, 1.0]], **change), EXTENT)
    assert raised.value.faults[0].code == code


@pytest.mark.parametrize("content", [b"", b"II*\x00", b"no raster", b"<VRTDataset/>"])
def test_files_that_are_no_raster(tmp_path, content):
    path = tmp_path / "p.tif"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_population(path, EXTENT)
    assert raised.value.faults[0].code == "unreadable"


def test_a_raster_cut_short(tmp_path):
    path = write(tmp_path / "p.tif", np.ones((200, 200)), size=0.0005)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(InputError):
        read_population(path, (24.0, 59.95, 24.1, 60.02))
