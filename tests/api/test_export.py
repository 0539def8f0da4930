"""The layers of a run as shapefiles and as a drawing, read back by GDAL and by the drawing's own library."""

import csv

import ezdxf
import geopandas as gpd
import pyogrio
import pytest

from api.export import export_results
from api.outputs import write_results
from api.run import run_study
from geo.errors import InputError
from layers.study.model import read_study
from tests.support.gis_town import STUDY, write_gis_town


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Results of the town, written with both formats."""
    folder = write_gis_town(tmp_path_factory.mktemp("gis") / "town")
    (folder / "study.toml").write_text(f'{STUDY}[export]\nformats = ["shapefile", "dxf"]\n', "utf-8")
    result = run_study(folder)
    write_results(result)
    return result.study.out_folder


@pytest.fixture(scope="module")
def exported(out, tmp_path_factory):
    """The same by the command, into a folder of its own."""
    folder = tmp_path_factory.mktemp("given")
    export_results(out, ("shapefile", "dxf"), folder)
    return folder


def test_shapefiles_hold_the_rows_the_system_and_the_words_of_the_geopackage(out, exported):
    for name in ("网格覆盖", "片区覆盖", "人口点", "设施"):
        ours = gpd.read_file(out / "results.gpkg", layer=name)
        theirs = gpd.read_file(exported / f"{name}.shp")
        assert len(theirs) == len(ours)
        assert theirs.crs.to_epsg() == 3067
        assert list(theirs["name"]) == list(ours["name"])
        assert (exported / f"{name}.cpg").read_text() == "UTF-8"
        assert max(map(len, theirs.columns.drop("geometry"))) <= 10


def test_the_table_of_fields_names_every_field_and_numbers_are_those_of_the_layer(out, exported):
    with (exported / "fields.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (reach,) = [row for row in rows if row["文件"] == "网格覆盖.shp" and row["原字段"] == "station_reach"]
    assert (reach["字段含义"], reach["单位"]) == ("服务站点 5 分钟：可达率", "0–1")
    ours = gpd.read_file(out / "results.gpkg", layer="网格覆盖")["station_reach"]
    theirs = gpd.read_file(exported / "网格覆盖.shp")[reach["字段"]]
    assert list(theirs.fillna(-1)) == list(ours.fillna(-1))
    for file in exported.glob("*.shp"):
        named = {row["字段"] for row in rows if row["文件"] == file.name}
        assert set(pyogrio.read_info(file)["fields"]) == named


def test_texts_too_long_for_a_shapefile_are_cut_at_a_letter_and_counted(tmp_path):
    from layers.write.geodata.reread import WrittenLayer
    from layers.write.geodata.shapefile import write_shapefiles

    frame = gpd.GeoDataFrame(
        {"note": ["长" * 100, "短"]}, geometry=gpd.points_from_xy([1, 2], [3, 4]), crs=3067
    )
    layer = WrittenLayer(name="点", frame=frame, columns=())
    write_shapefiles(tmp_path, [layer], made_on="2026-05-01", language="zh")
    assert list(gpd.read_file(tmp_path / "点.shp")["note"]) == ["长" * 84, "短"]
    with (tmp_path / "fields.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["超过 254 字节被截断的值"] == "1"


def test_the_drawing_has_chinese_layers_outlines_names_and_the_colours_of_the_map(out, exported):
    drawing = ezdxf.readfile(exported / "results.dxf")
    assert drawing.audit().errors == []
    assert {"网格覆盖", "网格覆盖_注记", "片区覆盖", "设施"} <= {layer.dxf.name for layer in drawing.layers}
    space = drawing.modelspace()
    areas = gpd.read_file(out / "results.gpkg", layer="片区覆盖").dropna(subset="geometry")
    assert len(space.query('LWPOLYLINE[layer=="片区覆盖"]')) == len(areas)
    assert {text.dxf.text for text in space.query('TEXT[layer=="片区覆盖_注记"]')} == {"东片区", "西片区"}
    assert len(space.query('HATCH[layer=="网格覆盖"]')) > 0
    places = space.query('POINT[layer=="设施"]')
    assert sorted(round(place.dxf.location.x, 3) for place in places) == sorted(
        round(place.x, 3) for place in gpd.read_file(out / "results.gpkg", layer="设施").geometry
    )


def test_gdal_reads_the_drawing(exported):
    lines = gpd.read_file(exported / "results.dxf")
    assert {"网格覆盖", "设施", "片区覆盖_注记"} <= set(lines["Layer"])
    assert {"东片区", "西片区"} <= set(lines["Text"].dropna())


def test_a_run_writes_what_its_study_asks_for_the_same_bytes_each_time(out, tmp_path):
    assert gpd.read_file(out / "results.shp.zip", layer="设施")["name"].notna().all()
    first = {name: (out / name).read_bytes() for name in ("results.shp.zip", "results.dxf")}
    write_results(run_study(out.parent), to=tmp_path / "again")
    assert {name: (tmp_path / "again" / name).read_bytes() for name in first} == first


def test_a_drawing_in_degrees_is_refused_by_the_study_and_by_the_command(tmp_path):
    folder = write_gis_town(tmp_path / "town")
    text = STUDY.replace('crs_out = "EPSG:3067"\n', "")
    (folder / "study.toml").write_text(f'{text}[export]\nformats = ["dxf"]\n', "utf-8")
    with pytest.raises(InputError) as refused:
        read_study(folder)
    assert "crs_out" in refused.value.to("zh")
    (folder / "study.toml").write_text(text, "utf-8")
    write_results(run_study(folder))
    with pytest.raises(InputError, match="metres"):
        export_results(folder / "out", ["dxf"])


def test_an_unknown_format_and_a_folder_without_layers_are_said(out, tmp_path):
    with pytest.raises(InputError, match="format"):
        export_results(out, ["mapinfo"])
    with pytest.raises(InputError, match="no layers"):
        export_results(tmp_path, ["dxf"])
