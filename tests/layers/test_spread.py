"""Cells of a population grid split over dwellings, by hand; buildings that house nobody; people not known."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geo.errors import InputError
from layers.load import Layers, load_layers
from layers.osm.basemap import read_basemap
from layers.study.model import read_study
from tests.support.paths import SHARED_DATA
from tests.support.town import STUDY, place, streets, with_areas, write_town

GRID = SHARED_DATA / "helsinki" / "helsinki_population_grid_2020.gpkg"
HEAD = STUDY[: STUDY.index("[[layer]]")]
BUILDINGS = """[[layer]]
id = "homes"
kind = "demand"
source = "extract"
tags = { building = true }
people = { method = "buildings", default_levels = 2%s }
"""
CELLS = """[[layer]]
id = "cells"
kind = "demand"
source = "cells.geojson"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
people = { method = "grid"%s }
"""


def load(
    folder: Path, study: str, *areas: tuple[tuple[float, float, float, float], str], **files: str | bytes
) -> Layers:
    named = {name.replace("__", "."): content for name, content in files.items()}
    town = write_town(folder, study=HEAD + study, files={"town.osm": with_areas(streets(), *areas), **named})
    given = read_study(town)
    return load_layers(given, extent=read_basemap(given.extract).bounds)


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.Polygon(
        [place(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north))]
    )


def cells(*counted: tuple[shapely.Geometry, float]) -> str:
    frame = gpd.GeoDataFrame(
        {"id": [str(i) for i, _ in enumerate(counted)]}, geometry=[g for g, _ in counted]
    )
    return frame.assign(people=[people for _, people in counted]).to_json()


def people_by_id(layers: Layers) -> dict[str, float]:
    return dict(zip(layers.demand["id"], layers.demand["people"].round(6), strict=True))


HOMES = [((10 + 30 * i, 10, 20 + 30 * i, 20), "building=house") for i in range(9)]
"""Nine houses of 100 m2 along the southern street."""


def test_what_is_something_else_houses_nobody(tmp_path):
    layers = load(
        tmp_path,
        BUILDINGS % "",
        *HOMES,
        ((10, 110, 90, 190), "building=yes man_made=works building:levels=3"),
        ((110, 110, 190, 190), "landuse=industrial"),
        ((120, 120, 150, 150), "building=yes"),
        ((210, 110, 220, 120), "building=apartments building:levels=8 shop=bakery"),
        ((210, 140, 220, 150), "building=apartments building:levels=8 building:min_level=1 roof:levels=1"),
    )
    people = layers.demand["people"].to_numpy()
    # 100 m2 on 2 floors; 7 of 8 floors above a bakery; 8 - 1 + a half
    assert people == pytest.approx([200 / 35] * 9 + [700 / 35, 750 / 35], rel=2e-3)
    report = layers.report("homes")
    assert (report.read, report.accepted, report.left_out, report.rejected) == (13, 11, 2, 0)
    said = {note.code: note.what for note in report.notes}["not_dwellings"]
    assert said.zh == "13 栋建筑中有 2 栋为其他用途，不计人口：工业建筑 1；位于工业用地 1"
    notes = {note.code: note.what.en for note in report.notes}
    assert "2 of 13 buildings are something else and house nobody" in notes["not_dwellings"]
    assert "man_made=works 1; in landuse=industrial 1" in notes["not_dwellings"]


def test_all_buildings_count_where_the_study_says_so(tmp_path):
    works = ((10, 110, 90, 190), "building=industrial building:levels=1")
    layers = load(tmp_path, BUILDINGS % ', uses = "all"', *HOMES, works)
    assert layers.demand["people"].iloc[-1] == pytest.approx(6400 / 35, rel=2e-3)


def test_a_layer_that_nobody_lives_in_is_refused(tmp_path):
    with pytest.raises(InputError) as raised:
        load(tmp_path, BUILDINGS % "", *(((x, 10, x + 10, 20), "building=office") for x in range(0, 300, 30)))
    assert [fault.code for fault in raised.value.faults] == ["no_dwellings"]


def test_large_and_unlikely_buildings_are_listed(tmp_path):
    layers = load(
        tmp_path,
        BUILDINGS % "",
        *HOMES,
        ((10, 110, 90, 190), "building=yes building:levels=61"),
        ((110, 110, 120, 120), "building=yes building:levels=999"),
    )
    report = layers.report("homes")
    assert [fault.code for fault in report.row_faults] == ["bad_value"]
    notes = {note.code: note for note in report.notes}
    assert "1 of 10 buildings hold a third of the people" in notes["concentrated"].what.en
    assert "w1010 11,1" in notes["outliers"].fix.en  # 6,400 m2 x 61 / 35 = 11,154
    assert "61 floors" in notes["outliers"].fix.en
    assert report.estimate is not None
    first = report.estimate.largest[0]
    assert (first.id, first.unlikely, report.estimate.third) == ("w1010", True, 1)
    assert first.people == pytest.approx(6400 * 61 / 35, rel=2e-3)


def test_people_are_not_reckoned_from_few_buildings(tmp_path):
    """Three houses on 2.4 km of streets."""
    with pytest.raises(InputError, match=r"people are not known: 3 buildings along 2\.4 km") as raised:
        load(tmp_path, BUILDINGS % "", *HOMES[:3])
    assert 'method = "grid"' in raised.value.faults[0].fix.en
    layers = load(tmp_path, BUILDINGS % ", incomplete = true", *HOMES[:3])
    assert len(layers.demand) == 3
    assert layers.report("homes").notes[0].code == "few_buildings"


def test_places_are_not_people(tmp_path):
    body = CELLS.replace("cells.geojson", "people.csv") % ""
    layers = load(tmp_path, body.replace('"grid"', '"places"'))
    assert layers.demand["people"].tolist() == [1, 1]
    assert [note.code for note in layers.report("cells").notes] == ["people_unknown"]


def test_a_cell_is_split_by_floor_area(tmp_path):
    """100 m2 on 1 floor, 200 m2 on 3: one seventh and six sevenths of 70 people."""
    layers = load(
        tmp_path,
        CELLS % "",
        ((10, 10, 20, 20), "building=house building:levels=1"),
        ((40, 10, 60, 20), "building=apartments building:levels=3"),
        ((70, 10, 90, 90), "building=warehouse building:levels=9"),
        cells__geojson=cells((square(0, 0, 100, 100), 70)),
    )
    assert people_by_id(layers) == {
        "cells:0/w1001": pytest.approx(10, rel=1e-3),
        "cells:0/w1002": pytest.approx(60, rel=1e-3),
    }
    assert layers.demand["people"].sum() == pytest.approx(70, abs=1e-9)
    assert layers.demand.geometry.iloc[1].within(square(40, 10, 60, 20))


def test_a_building_over_two_cells_counts_in_each_by_its_part(tmp_path):
    """A house of 30 m lies with 10 m in the first cell, alone there, and with 20 m in the second."""
    layers = load(
        tmp_path,
        CELLS % "",
        ((90, 10, 120, 20), "building=house building:levels=1"),
        ((150, 10, 160, 20), "building=house building:levels=1"),
        cells__geojson=cells((square(0, 0, 100, 100), 5), (square(100, 0, 200, 100), 30)),
    )
    assert people_by_id(layers) == {
        "cells:0/w1001": 5,
        "cells:1/w1001": pytest.approx(20, rel=1e-3),
        "cells:1/w1002": pytest.approx(10, rel=1e-3),
    }


def test_a_cell_without_dwellings_stands_on_land(tmp_path):
    layers = load(
        tmp_path,
        CELLS % "",
        ((0, 0, 90, 100), "natural=water"),
        ((10, 110, 20, 120), "building=house"),
        cells__geojson=cells(
            (square(0, 0, 100, 100), 8), (square(0, 100, 100, 200), 3), (square(100, 0, 200, 100), 0)
        ),
    )
    assert people_by_id(layers) == {"cells:0": 8, "cells:1/w1002": 3, "cells:2": 0}
    assert layers.demand.geometry.iloc[0].within(square(90, 0, 100, 100))
    estimate = layers.report("cells").estimate
    assert estimate is not None
    assert "3 split over 1 dwellings by floor area, 8 (1 cells without dwellings)" in estimate.how.en


def test_spread_over_cells_alone(tmp_path):
    layers = load(
        tmp_path, CELLS % ', spread = "cell"', *HOMES, cells__geojson=cells((square(0, 0, 100, 100), 8))
    )
    assert people_by_id(layers) == {"cells:0": 8}


def test_cells_beyond_the_study_are_left_out_and_said(tmp_path):
    layers = load(
        tmp_path,
        CELLS % "",
        *HOMES,
        cells__geojson=cells(
            (square(0, 0, 100, 100), 8), (square(250, 0, 350, 100), 4), (square(900, 0, 990, 100), 99)
        ),
    )
    report = layers.report("cells")
    assert (layers.demand["people"].sum(), report.left_out) == (12, 1)
    assert {"outside_study", "edge_cells"} <= {note.code for note in report.notes}


def test_hexagons_of_a_sheet_as_wkt(tmp_path):
    hexagon = shapely.Polygon(
        [place(50 + 50 * np.cos(a), 50 + 50 * np.sin(a)) for a in np.arange(6) * np.pi / 3]
    )
    sheet = f'h3,geometry,人口\n8a1,"{hexagon.wkt}",12\n'
    layers = load(tmp_path, CELLS.replace(".geojson", ".csv") % "", *HOMES, cells__csv=sheet)
    assert layers.demand["people"].sum() == pytest.approx(12)
    assert layers.demand.geometry.within(hexagon).all()


@pytest.mark.parametrize(("side", "rows"), [("", 1), ("cell_metres = 100\n", 3)])
def test_cells_given_by_their_middles(tmp_path, side, rows):
    lon, lat = place(50, 50)
    sheet = f"lon,lat,population\n{lon},{lat},12\n"
    body = CELLS.replace(".geojson", ".csv").replace("licence", f"{side}licence") % ""
    layers = load(tmp_path, body, *HOMES, cells__csv=sheet)
    assert (len(layers.demand), layers.demand["people"].sum()) == (rows, 12)


def test_a_raster_of_people_a_pixel(tmp_path):
    """One pixel over the town's southern half, one far to the east of it."""
    west, north = place(-10, 150)
    profile = {"driver": "GTiff", "width": 2, "height": 1, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile, transform=from_origin(west, north, 0.01, 0.0015)) as file:
            file.write(np.array([[[45, 7]]], np.float32))
        tif = memory.read()
    body = CELLS.replace("cells.geojson", "pop.tif").replace('crs = "EPSG:4326"\n', "") % ""
    layers = load(tmp_path, body, *HOMES, pop__tif=tif)
    assert people_by_id(layers) == {f"cells:r1c1/w{1001 + i}": pytest.approx(5, rel=1e-3) for i in range(9)}
    assert layers.demand["people"].sum() == pytest.approx(45, abs=1e-9)


def test_cells_over_one_another_are_said(tmp_path):
    twice = cells((square(0, 0, 100, 100), 5), (square(0, 0, 100, 100), 6))
    layers = load(tmp_path, CELLS % "", *HOMES, cells__geojson=twice)
    assert layers.demand["people"].sum() == pytest.approx(11)
    assert "overlap" in {note.code for note in layers.report("cells").notes}


def test_the_grid_of_helsinki_keeps_its_people(helsinki, tmp_path):
    if not GRID.is_file():
        pytest.skip(f"{GRID} is not there")
    body = (CELLS % "").replace("cells.geojson", "cells.gpkg").replace('crs = "EPSG:4326"\n', "")
    body = HEAD.replace("town.osm", "h.osm.pbf") + body
    files = {"h.osm.pbf": helsinki.read_bytes(), "cells.gpkg": GRID.read_bytes()}
    study = read_study(write_town(tmp_path, study=body, files=files))
    layers = load_layers(study, extent=read_basemap(study.extract).bounds)
    whole = gpd.read_file(GRID)
    inside = whole[whole.intersects(shapely.box(*read_basemap(study.extract).bounds))]
    counts = inside.select_dtypes("number")
    assert (len(inside), layers.report("cells").accepted) == (22, 22)
    assert layers.demand["people"].sum() == pytest.approx(7801, abs=1e-6)
    assert 7801 in counts.sum().round(6).tolist()
    by_cell = layers.demand.groupby(layers.demand["id"].str.split("/").str[0])["people"].sum()
    assert (np.abs(by_cell - by_cell.round()) < 1e-9).all()
    water = read_basemap(study.extract)
    wet = [*water.water.geometry, *water.sea.geometry]
    assert not layers.demand[~layers.demand["id"].str.contains("/")].intersects(shapely.union_all(wet)).any()
