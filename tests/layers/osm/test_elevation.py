"""GeoTIFFs of elevations: planes by hand, scipy's interpolation, a study there and back, broken files."""

from __future__ import annotations

import dataclasses
import json
from math import exp

import numpy as np
import pyproj
import pytest
import rasterio
import rasterio.shutil
from rasterio.transform import Affine, from_origin
from scipy.ndimage import map_coordinates

from api.check import check_study
from api.record import run_record
from api.run import run_study
from geo.errors import InputError
from geo.network.build import network_from_streets
from layers.catalogue.profiles import read_profile
from layers.osm.elevation import elevation_at, read_elevation_model, streets_on_ground
from layers.osm.streets import open_network
from layers.osm.streets_read import read_streets
from layers.read.digest import file_sha256
from layers.study.model import read_study
from maps.page.run import map_content
from maps.words.check import check_text
from tests.support.town import PEOPLE, SOUTH, STUDY, WEST, lifecircle, place, write_town

WALK = read_profile("walk")
CELL = 0.0005
NORTH_WEST = (WEST - 10 * CELL, SOUTH + 20 * CELL)
TO_UTM = pyproj.Transformer.from_crs(4326, 32635, always_xy=True)


def write(path, values, transform=None, crs="EPSG:4326", **options):
    """A GeoTIFF over the town, cells of 0.0005 degrees unless said otherwise."""
    values = np.asarray(values)
    bands = values if values.ndim == 3 else values[None]
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=len(bands),
        height=bands.shape[1],
        width=bands.shape[2],
        dtype=bands.dtype,
        crs=crs,
        transform=transform or from_origin(*NORTH_WEST, CELL, CELL),
        **options,
    ) as raster:
        raster.write(bands)
    return path


def degrees_of_middles(columns=40, rows=40):
    lon = NORTH_WEST[0] + (np.arange(columns) + 0.5) * CELL
    lat = NORTH_WEST[1] - (np.arange(rows) + 0.5) * CELL
    return np.meshgrid(lon, lat)


def westward_slope(lon):
    """Metres: falling 1 in 10 to the east, 50 m at the station."""
    return 50 - (lon - WEST) / (place(1000, 0)[0] - WEST) * 100


@pytest.fixture
def slope(tmp_path):
    """The town lies on a plane that falls one in ten to the east."""
    lon, _ = degrees_of_middles()
    return write(tmp_path / "slope.tif", westward_slope(lon).astype(np.float32), nodata=-9999)


def fault_of(call, *arguments):
    with pytest.raises(InputError) as caught:
        call(*arguments)
    [fault] = caught.value.faults
    assert fault.code == "elevation"
    assert fault.what.zh
    assert fault.fix.zh
    return fault


# Sampling ------------------------------------------------------------------------------------------


def test_a_plane_is_met_exactly(slope):
    lon = np.array([WEST, WEST + 0.00317, WEST + 0.0091])
    assert elevation_at(slope, lon, np.full(3, SOUTH)) == pytest.approx(westward_slope(lon), abs=1e-4)


@pytest.mark.parametrize(
    "transform",
    [
        from_origin(385_000, 6_680_000, 30, 30),
        Affine(25, 8, 384_000, -6, -28, 6_681_500),
        Affine(30, 0, 385_000, 0, 30, 6_668_000),
    ],
    ids=["north up", "turned", "south up"],
)
def test_any_coordinate_system_against_scipy(tmp_path, transform):
    """Whole tiles of 1024 cells and their seams, in UTM, turned and upside down."""
    rng = np.random.default_rng(1)
    values = rng.normal(100, 20, (1100, 2100)).astype(np.float32)
    path = write(tmp_path / "utm.tif", values, transform, "EPSG:32635", tiled=True, compress="deflate")
    column, row = rng.uniform(1, 2098, 4000), rng.uniform(1, 1098, 4000)
    column[:50], row[:50] = rng.uniform(1022, 1026, 50), rng.uniform(1022, 1026, 50)
    x, y = transform.c + transform.a * column + transform.b * row, transform.f + transform.d * column
    lon, lat = TO_UTM.transform(x, y + transform.e * row, direction="INVERSE")
    expected = map_coordinates(values.astype(float), [row - 0.5, column - 0.5], order=1)
    assert elevation_at(path, lon, lat) == pytest.approx(expected, abs=0.01)


def test_outside_is_missing_and_the_outer_half_cell_is_inside(slope):
    west, north = NORTH_WEST
    found = elevation_at(slope, [west - 1e-6, west + 1e-6, west + 40 * CELL + 1e-6, 10.0], [north - CELL] * 4)
    assert np.isnan(found).tolist() == [True, False, True, True]
    assert np.isnan(elevation_at(slope, [np.nan], [60.0])).all()


def test_cells_without_elevation_are_left_out(tmp_path):
    values = np.full((40, 40), 30, np.int16)
    values[:, 20:] = -32768
    lon = NORTH_WEST[0] + np.array([19.5, 19.9, 20.4, 20.6]) * CELL
    for name, nodata in (("declared.tif", -32768), ("undeclared.tif", None)):
        found = elevation_at(write(tmp_path / name, values, nodata=nodata), lon, np.full(4, SOUTH))
        assert found == pytest.approx([30, 30, 30, np.nan], nan_ok=True)


def test_scale_offset_and_missing_numbers_are_heeded(tmp_path):
    path = write(tmp_path / "scaled.tif", np.full((40, 40), 120, np.int16))
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (0.1,), (5.0,)
    assert elevation_at(path, [WEST], [SOUTH]) == pytest.approx([17])
    empty = write(tmp_path / "nan.tif", np.full((40, 40), np.nan, np.float32))
    assert np.isnan(elevation_at(empty, [WEST], [SOUTH])).all()


def test_what_the_file_is(slope):
    model = read_elevation_model(slope)
    assert (model.name, model.crs, model.columns, model.rows) == ("slope.tif", "EPSG:4326", 40, 40)
    assert (model.cell, model.missing) == (pytest.approx((CELL, CELL)), -9999)
    # Half a thousandth of a degree at 60.2 N: 27.7 m east and 55.7 m north.
    assert model.cell_metres == pytest.approx((27.7, 55.7), abs=0.1)


# Broken files --------------------------------------------------------------------------------------


def test_what_is_no_geotiff(tmp_path):
    words = tmp_path / "words.tif"
    words.write_text("id,elevation\n1,20\n")
    assert "cannot be read as a GeoTIFF" in fault_of(read_elevation_model, words).what.en
    (tmp_path / "empty.tif").write_bytes(b"")
    assert "cannot be read" in fault_of(read_elevation_model, tmp_path / "empty.tif").what.en
    assert "cannot be read" in fault_of(read_elevation_model, tmp_path / "gone.tif").what.en


def test_a_file_that_was_cut_short(tmp_path):
    noise = np.random.default_rng(0).normal(20, 5, (400, 400)).astype(np.float32)
    whole = write(tmp_path / "whole.tif", noise).read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 3])
    # The end of the rows that are needed is gone, whether or not the file can be opened.
    fault = fault_of(elevation_at, tmp_path / "cut.tif", [WEST], [SOUTH - 0.15])
    assert "cannot be read" in fault.what.en
    assert str(tmp_path) not in fault.to("en")
    assert fault.what.zh == "无法作为 GeoTIFF 读取该高程文件"


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("options", [{"crs": None}, {"transform": Affine.identity()}])
def test_a_file_that_does_not_say_where_it_lies(tmp_path, options):
    path = write(tmp_path / "nowhere.tif", np.ones((9, 9), np.float32), **options)
    assert "does not say where it lies" in fault_of(read_elevation_model, path).what.en


def test_a_picture_and_feet_are_refused(tmp_path):
    colours = write(tmp_path / "colours.tif", np.ones((3, 9, 9), np.uint8))
    fault = fault_of(read_elevation_model, colours)
    assert (fault.value, "one band" in fault.what.en) == ("3", True)
    feet = write(tmp_path / "feet.tif", np.ones((9, 9), np.float32))
    with rasterio.open(feet, "r+") as raster:
        raster.units = ("ft",)
    assert fault_of(read_elevation_model, feet).value == "ft"


def test_coordinates_of_a_drawing_and_complex_numbers_are_refused(tmp_path):
    drawing = 'LOCAL_CS["drawing",UNIT["metre",1]]'
    path = write(tmp_path / "drawing.tif", np.ones((9, 9), np.float32), crs=drawing)
    assert "cannot be converted" in fault_of(read_elevation_model, path).what.en
    waves = write(tmp_path / "waves.tif", np.ones((9, 9), np.complex64))
    assert fault_of(read_elevation_model, waves).value == "complex64"


def test_another_format_is_not_opened_under_the_name_of_a_tiff(tmp_path, slope):
    """A virtual raster is a list of other files, anywhere: a study must not be able to name them."""
    disguised = tmp_path / "disguised.tif"
    with rasterio.open(slope) as raster:
        rasterio.shutil.copy(raster, disguised, driver="VRT")
    assert "cannot be read as a GeoTIFF" in fault_of(read_elevation_model, disguised).what.en


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path / "town")


@pytest.mark.parametrize("crs", ["EPSG:32718", "EPSG:3031", "EPSG:2326"])
def test_a_file_whose_projection_does_not_reach_the_streets(town, tmp_path, crs):
    """Peru, the South Pole, Hong Kong: where such a projection ends, coordinates are infinite."""
    path = write(tmp_path / "far.tif", np.ones((9, 9), np.float32), from_origin(8e5, 8e5, 30, 30), crs)
    assert "lies elsewhere" in fault_of(open_network_on, town, path, tmp_path / "cache").what.en


def test_a_file_that_lies_elsewhere(town, tmp_path):
    path = write(tmp_path / "far.tif", np.ones((9, 9), np.float32), from_origin(121, 31, CELL, CELL))
    fault = fault_of(open_network_on, town, path, tmp_path / "cache")
    assert "lies elsewhere" in fault.what.en
    assert "24.900" in fault.fix.en
    assert "121.000" in fault.value


def test_a_file_without_any_elevation_on_the_streets(town, tmp_path):
    path = write(tmp_path / "void.tif", np.full((40, 40), -9999, np.float32), nodata=-9999)
    assert "no elevation on any street" in fault_of(open_network_on, town, path, tmp_path / "cache").what.en


# Networks and their cache --------------------------------------------------------------------------


def open_network_on(folder, elevation, cache, profile=WALK):
    return open_network(folder / "town.osm", profile, elevation=elevation, cache=cache)


def test_the_kept_network_is_named_by_the_elevations_where_they_are_heeded(town, slope, tmp_path):
    cache = tmp_path / "cache"
    level = open_network_on(town, None, cache)
    hilly = open_network_on(town, slope, cache)
    assert len(list(cache.iterdir())) == 2
    assert hilly.edge_forward_ms.sum() > level.edge_forward_ms.sum()
    again = open_network_on(town, slope, cache)
    assert again.edge_forward_ms.tolist() == hilly.edge_forward_ms.tolist()
    slope.rename(slope.with_name("renamed.tif"))
    lon, _ = degrees_of_middles()
    write(slope, 2 * westward_slope(lon).astype(np.float32), nodata=-9999)
    assert open_network_on(town, slope, cache).edge_forward_ms.sum() > hilly.edge_forward_ms.sum()
    bicycle = read_profile("bicycle")
    on_wheels = [open_network_on(town, ground, cache, bicycle).edge_forward_ms for ground in (None, slope)]
    assert on_wheels[0].tolist() == on_wheels[1].tolist()
    assert len(list(cache.iterdir())) == 4


def test_a_bridge_of_an_extract_crosses_the_valley_of_the_file(tmp_path):
    """Banks of 30 m at 0, 100 and 300 m east, a valley of 0 m under the middle of the bridge at 200 m."""
    refs = "".join(f'<nd ref="{i}"/>' for i in (2, 3, 4))
    nodes = "".join(
        '<node id="{}" lon="{}" lat="{}"/>'.format(i, *place(100 * (i - 1), 0)) for i in range(1, 6)
    )
    street = '<way id="{0}"><nd ref="{1}"/><nd ref="{2}"/><tag k="highway" v="footway"/></way>'
    bridge = f'<way id="8">{refs}<tag k="highway" v="footway"/><tag k="bridge" v="viaduct"/></way>'
    streets = street.format(7, 1, 2) + bridge + street.format(9, 4, 5)
    (tmp_path / "bridge.osm").write_text(f'<osm version="0.6">{nodes}{streets}</osm>', "utf-8")
    lon, _ = degrees_of_middles()
    east = (lon - WEST) / (place(1, 0)[0] - WEST)
    valley = write(tmp_path / "valley.tif", np.where(np.abs(east - 200) < 60, 0, 30).astype(np.float32))
    graph = read_streets(tmp_path / "bridge.osm")
    assert elevation_at(valley, *place(200, 0)) < 15
    assert streets_on_ground(graph, valley).node_elevation == pytest.approx([30] * 5)


def test_an_inclined_flight_of_steps_without_elevation_keeps_its_tag(tmp_path):
    """100 m of steps up to the east, told apart: 0.5 m/s up, 0.65 down; elevation adds nothing."""
    (tmp_path / "steps.osm").write_text(
        '<osm version="0.6">'
        + "".join('<node id="{}" lon="{}" lat="{}"/>'.format(i, *place(100 * i, 0)) for i in (1, 2))
        + '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="steps"/><tag k="incline" v="up"/></way>'
        + "</osm>",
        "utf-8",
    )
    profile = dataclasses.replace(WALK, steps_directed=True)
    lon, _ = degrees_of_middles()
    hill = write(tmp_path / "hill.tif", westward_slope(lon).astype(np.float32))
    graph = read_streets(tmp_path / "steps.osm")
    for streets in (graph, streets_on_ground(graph, hill)):
        network = network_from_streets(streets, profile)
        times = sorted([network.edge_forward_ms[0] / 1000, network.edge_backward_ms[0] / 1000])
        assert times == pytest.approx([100 / 0.65, 100 / 0.5], abs=0.05)


# A whole study -------------------------------------------------------------------------------------


@pytest.fixture
def hilly_study(tmp_path, slope):
    study = STUDY.replace(
        'extract = "town.osm"',
        'extract = "town.osm"\nelevation = "slope.tif"\nelevation_attribution = "Heights: us"',
    )
    return write_town(tmp_path / "hilly", study=study, files={"slope.tif": slope.read_bytes()})


def test_a_study_walks_uphill_to_its_station(hilly_study, tmp_path):
    """50 m and 250 m along the level, 100 m and 300 m westwards up one in ten; 150 s and 550 s when level."""
    up = exp(-3.5 * 0.1)
    result = run_study(hilly_study, cache=tmp_path / "cache")
    seconds = result.times["station"].seconds[:, 0]
    assert PEOPLE.splitlines()[1].startswith("near")
    assert seconds == pytest.approx([50 + 100 / up, 250 + 300 / up], abs=0.2)
    assert "Heights: us" in map_content(result).attributions


@pytest.mark.slow
def test_the_record_of_a_run_names_the_elevations(hilly_study, slope):
    ended = lifecircle("run", hilly_study)
    assert ended.returncode == 0, ended.stderr
    record = json.loads((hilly_study / "out" / "run.json").read_text("utf-8"))
    assert record["inputs"]["slope.tif"] == file_sha256(slope)
    found = record["streets"]["elevation"]
    assert (found["file"], found["crs"], found["heeded_by"]) == ("slope.tif", "EPSG:4326", ["walk"])
    assert (found["vertices"] > 0, found["vertices_without_elevation"]) == (True, 0)
    assert (found["lowest_metres"], found["highest_metres"]) == pytest.approx((20, 50), abs=0.2)
    # One in ten on the streets that run east, level on those that run north, as many of either.
    assert found["mean_slope"] == pytest.approx(0.05, abs=0.001)


def test_a_run_by_bicycle_says_that_nobody_heeds_the_elevations(hilly_study, tmp_path):
    text = (hilly_study / "study.toml").read_text("utf-8")
    (hilly_study / "study.toml").write_text('profile = "bicycle"\n' + text, "utf-8")
    record = json.loads(run_record(run_study(hilly_study, cache=tmp_path / "cache")))
    assert record["streets"]["elevation"] == {"file": "slope.tif", "heeded_by": []}


def test_the_check_says_what_the_elevations_are(hilly_study, tmp_path):
    result = check_study(hilly_study, cache=tmp_path / "cache")
    assert (
        "slope.tif: elevations 20 to 50 m, cells of 27.7 x 55.7 m, mean slope of the streets 5.0 %"
        in check_text(result).replace("%", " %")
    )
    assert "none for 0 of" in check_text(result)
    text = (hilly_study / "study.toml").read_text("utf-8")
    (hilly_study / "study.toml").write_text('profile = "bicycle"\n' + text, "utf-8")
    assert "slope.tif: not used, since the profile bicycle does not heed slopes" in check_text(
        check_study(hilly_study, cache=tmp_path / "cache")
    )


@pytest.mark.parametrize("profile", ["walk", "bicycle"])
def test_a_study_with_a_broken_file_of_elevations_ends_with_the_fault(hilly_study, tmp_path, profile):
    (hilly_study / "slope.tif").write_text("no raster", "utf-8")
    text = (hilly_study / "study.toml").read_text("utf-8")
    (hilly_study / "study.toml").write_text(f'profile = "{profile}"\n' + text, "utf-8")
    with pytest.raises(InputError, match=r"slope\.tif: the file of elevations cannot be read as a GeoTIFF"):
        run_study(hilly_study, cache=tmp_path / "cache")
    result = check_study(hilly_study, cache=tmp_path / "cache")
    assert not result.sound
    assert "cannot be read as a GeoTIFF" in check_text(result)


def test_a_study_whose_file_of_elevations_is_not_there(hilly_study):
    (hilly_study / "slope.tif").unlink()
    with pytest.raises(InputError, match=r"streets\.elevation: there is no such file"):
        read_study(hilly_study)
