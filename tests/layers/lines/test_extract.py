"""A study on a layer of lines: the same minutes as on OpenStreetMap, whatever the lines look like."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.check import check_study
from api.run import run_study
from geo.coordinates.china import wgs84_to_gcj02
from geo.errors import InputError
from layers.lines.extract import extract_of, street_notes
from layers.new.study import new_study
from layers.study.model import read_study
from tests.support.town import STUDY, place, write_town

LINES = 'lines = "{}"\nlicence = "own"\nattribution = "us"\n{}'


def town_lines(side: int = 4) -> list[shapely.LineString]:
    """The town's streets as long lines that cross without common vertices."""
    end = (side - 1) * 100
    return [
        shapely.LineString([place(*start), place(*stop)])
        for k in range(0, side * 100, 100)
        for start, stop in (((0, k), (end, k)), ((k, 0), (k, end)))
    ]


def town(folder: Path, frame: gpd.GeoDataFrame, *, file: str = "roads.gpkg", keys: str = "") -> Path:
    study = STUDY.replace('extract = "town.osm"', LINES.format(file, keys))
    write_town(folder, study=study)
    (folder / "town.osm").unlink()
    frame.to_file(folder / file)
    return folder


def frame_of(lines: Any = None, crs: Any = 4326, **columns: Any) -> gpd.GeoDataFrame:
    shapes = town_lines() if lines is None else lines
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def minutes(folder: Path) -> list[float]:
    first = run_study(folder).first
    (reach,) = [each for each in first.assessment.results if each.requirement.key == "station"]
    return [round(float(each) / 60, 2) for each in reach.seconds]


def notes(folder: Path) -> str:
    return " | ".join(note.en for note in street_notes(read_study(folder)))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(tmp_path / "cache"))


def test_a_town_of_lines_gives_the_minutes_of_the_same_town_in_openstreetmap(tmp_path: Path) -> None:
    write_town(tmp_path / "osm")
    assert minutes(town(tmp_path / "lines", frame_of())) == minutes(tmp_path / "osm")


@pytest.mark.parametrize("file", ["roads.gpkg", "roads.shp", "roads.geojson"])
def test_every_format_is_read_in_its_own_coordinate_system(tmp_path: Path, file: str) -> None:
    write_town(tmp_path / "osm")
    frame = frame_of(name=["路"] * 8)
    frame = frame if file.endswith("geojson") else frame.to_crs(3067)
    keys = 'crs = "EPSG:4326"' if file.endswith("geojson") else ""
    found = minutes(town(tmp_path / "lines", frame, file=file, keys=keys))
    assert found == pytest.approx(minutes(tmp_path / "osm"), abs=0.02)


def test_gcj02_is_converted_once_and_not_guessed(tmp_path: Path) -> None:
    west = [shapely.LineString([(121.25, 31.38), (121.26, 31.38)])]
    moved = [shapely.transform(line, lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T))) for line in west]
    folder = town(tmp_path / "a", frame_of(moved), keys='crs = "gcj02"')
    from layers.osm.basemap import read_basemap

    bounds = read_basemap(extract_of(read_study(folder))).bounds
    assert bounds == pytest.approx((121.25, 31.38, 121.26, 31.38), abs=1e-6)


def test_a_geojson_without_a_stated_system_asks_for_one(tmp_path: Path) -> None:
    folder = town(tmp_path / "a", frame_of(), file="roads.geojson")
    text = (folder / "roads.geojson").read_text("utf-8")
    (folder / "roads.geojson").write_text(re.sub(r'"crs":.*\n', "", text), "utf-8")
    with pytest.raises(InputError, match="does not say its coordinate system"):
        extract_of(read_study(folder))


def test_what_is_no_line_is_left_out_and_counted(tmp_path: Path) -> None:
    lines = town_lines()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        broken = shapely.LineString([(24.9, float("nan")), (24.91, 60.2)])
    shapes = [
        shapely.MultiLineString([each.coords for each in lines[:4]]),
        *(shapely.force_3d(line, 7.0) for line in lines[4:]),
        lines[0].reverse(),
        lines[5],
        None,
        shapely.LineString(),
        broken,
        shapely.Point(place(5, 5)),
        shapely.LineString([place(9, 9), place(9, 9)]),
    ]
    write_town(tmp_path / "osm")
    folder = tmp_path / "lines"
    study = STUDY.replace('extract = "town.osm"', LINES.format("roads.parquet", ""))
    write_town(folder, study=study)
    gpd.GeoDataFrame(geometry=shapes, crs=4326).to_parquet(folder / "roads.parquet")
    assert minutes(folder) == minutes(tmp_path / "osm")
    said = notes(folder)
    for part in (
        "2 rows without a line",
        "1 rows with coordinates",
        "1 points or areas",
        "1 lines without length",
        "2 lines come twice",
        "4 crossings without a common vertex",
    ):
        assert part in said


def test_words_of_chinese_layers_are_read(tmp_path: Path) -> None:
    frame = frame_of(道路等级=["主干路"] + ["支路"] * 7, 单行=["是"] + ["否"] * 7, 隧道=["否"] * 8)
    found = check_study(town(tmp_path / "a", frame))
    assert found.sound
    assert "crossings" in found.street_notes[0].en
    assert not any("no column says" in note.en and "one-way" in note.en for note in found.street_notes)


def test_a_class_that_is_not_known_is_asked_about_and_never_walked(tmp_path: Path) -> None:
    frame = frame_of(等级=["甲"] + ["支路"] * 7)
    folder = town(tmp_path / "a", frame)
    with pytest.raises(InputError, match=r'classes = \{ "甲" = "residential" \}'):
        extract_of(read_study(folder))
    assert extract_of(
        read_study(town(tmp_path / "b", frame, keys='classes = { "甲" = "footway" }'))
    ).is_file()


@pytest.mark.parametrize("column", ["foot", "bridge", "oneway", "level"])
def test_a_value_that_is_not_understood_is_asked_about(tmp_path: Path, column: str) -> None:
    folder = town(tmp_path / "a", frame_of(**{column: ["perhaps"] + [""] * 7}))
    with pytest.raises(InputError, match="values that are not understood: perhaps"):
        extract_of(read_study(folder))


def test_a_street_closed_to_walkers_is_not_walked(tmp_path: Path) -> None:
    # The four streets that run east are closed: the far home cannot be reached by those that run north.
    folder = town(tmp_path / "a", frame_of(foot=["禁止", "是"] * 4))
    assert minutes(folder)[1] == float("inf")


def test_the_middle_of_a_tunnel_meets_nothing(tmp_path: Path) -> None:
    # Three streets that run east are tunnels: two streets run north over two of them, and end at the third.
    folder = town(tmp_path / "a", frame_of(tunnel=["0", "0", "1", "0", "1", "0", "1", "0"]))
    assert "4 crossings pass above or below" in notes(folder)


def test_both_or_none_of_extract_and_lines_is_a_fault(tmp_path: Path) -> None:
    both = STUDY.replace('extract = "town.osm"', 'extract = "town.osm"\nlines = "town.osm"')
    write_town(tmp_path, study=both)
    with pytest.raises(InputError, match="both as an extract and as lines"):
        read_study(tmp_path)
    write_town(tmp_path, study=STUDY.replace('extract = "town.osm"', ""))
    with pytest.raises(InputError, match=r"streets\.extract: missing"):
        read_study(tmp_path)


def test_lines_need_licence_and_attribution_and_no_layer_of_the_extract(tmp_path: Path) -> None:
    study = STUDY.replace('extract = "town.osm"', 'lines = "town.osm"')
    write_town(
        tmp_path, study=study + '[[layer]]\nid="x"\nkind="station"\nsource="extract"\ntags={ a="b" }\n'
    )
    with pytest.raises(InputError) as caught:
        read_study(tmp_path)
    places = {fault.source for fault in caught.value.faults}
    assert {"streets.licence", "streets.attribution", "layer[4].source"} <= places


def test_a_new_study_of_a_layer_of_lines_can_be_run(tmp_path: Path) -> None:
    frame_of().to_file(tmp_path / "roads.shp")
    study = new_study(tmp_path / "new", extract=tmp_path / "roads.shp")
    text = study.read_text("utf-8")
    assert 'lines = "roads.shp"' in text
    assert (study.parent / "roads.prj").is_file()
    assert run_study(study).network.street_metres == pytest.approx(2400, abs=10)


def test_an_extract_made_once_is_used_again_and_a_damaged_one_made_anew(tmp_path: Path) -> None:
    folder = town(tmp_path / "a", frame_of())
    made = extract_of(read_study(folder))
    before = made.stat().st_mtime_ns
    assert extract_of(read_study(folder)).stat().st_mtime_ns == before
    made.write_bytes(b"x")
    assert extract_of(read_study(folder)).stat().st_size > 100
