import json
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import InputError
from layers.read.vector import MAX_VERTICES, read_parquet, read_vector

FRAME = gpd.GeoDataFrame(
    {"名称": ["甲站", "乙站"], "人数": [3, 5]},
    geometry=gpd.points_from_xy([121.25, 121.26], [31.38, 31.39]),
    crs=4490,
)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp"])
def test_written_layer_comes_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    FRAME.to_file(path, **({"encoding": "utf-8"} if suffix == ".shp" else {}))
    table = read_vector(path)
    assert table.crs == "EPSG:4490"
    assert sorted(table.cells["名称"]) == ["乙站", "甲站"]
    assert table.geometry is not None
    assert table.geometry.iloc[0].equals_exact(
        FRAME.geometry.iloc[list(FRAME["名称"]).index(table.cells["名称"][0])], 0
    )
    assert table.rows.tolist() == [1, 2]


def test_geoparquet_and_plain_parquet(tmp_path: Path) -> None:
    FRAME.to_parquet(tmp_path / "a.parquet")
    table = read_parquet(tmp_path / "a.parquet")
    assert (table.crs, table.cells["人数"].tolist()) == ("EPSG:4490", [3, 5])
    FRAME.drop(columns="geometry").to_parquet(tmp_path / "b.parquet")
    assert read_parquet(tmp_path / "b.parquet").geometry is None


def test_kml_states_wgs84_and_keeps_names(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name>'
        "<Placemark><name>甲站</name><Point><coordinates>121.25,31.38,4</coordinates></Point></Placemark>"
        "</Document></kml>",
        encoding="utf-8",
    )
    table = read_vector(path)
    assert table.crs == "EPSG:4326"
    assert "甲站" in table.cells.iloc[0].tolist()


def test_geojson_without_crs_is_silent_about_it(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"a": {"b": [1]}},
        "geometry": {"type": "Point", "coordinates": [1, 2]},
    }
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    table = read_vector(path)
    assert table.crs is None
    assert json.loads(table.cells["a"].iloc[0]) == {"b": [1]}


def gbk_shapefile(folder: Path, cpg: str | None) -> Path:
    path = folder / "a.shp"
    frame = gpd.GeoDataFrame(
        {"name": ["嘉定区服务中心", "工业区邻里驿站"]}, geometry=gpd.points_from_xy([1, 2], [3, 4]), crs=4326
    )
    frame.to_file(path, encoding="gb18030")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0  # no language driver: nothing in the file says which encoding it is
    path.with_suffix(".dbf").write_bytes(bytes(dbf))
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize("cpg", [None, "GBK", "936"])
def test_gbk_shapefile_reads_right_with_or_without_cpg(tmp_path: Path, cpg: str | None) -> None:
    table = read_vector(gbk_shapefile(tmp_path, cpg))
    assert table.cells["name"].tolist() == ["嘉定区服务中心", "工业区邻里驿站"]
    assert "gb" in table.details["encoding"].lower()


@pytest.mark.parametrize("cpg", ["UTF-8", "ISO-8859-1"])
def test_wrong_cpg_is_a_question(tmp_path: Path, cpg: str) -> None:
    path = gbk_shapefile(tmp_path, cpg)
    with pytest.raises(InputError, match=r'cpg says .*gb18030.*encoding = "gb18030"'):
        read_vector(path)
    assert read_vector(path, encoding="gb18030").cells["name"].iloc[0] == "嘉定区服务中心"


def test_several_layers_are_a_question(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    FRAME.to_file(path, layer="stations")
    FRAME.to_file(path, layer="merchants")
    with pytest.raises(InputError, match=r"several layers.*stations, merchants"):
        read_vector(path)
    assert len(read_vector(path, table="merchants").cells) == 2
    with pytest.raises(InputError, match=r"no such table.*stations"):
        read_vector(path, table="station")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.geojson", b"", "empty"),
        ("a.geojson", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "wrong_format"),
        ("a.gpkg", b"{}", "wrong_format"),
        ("a.kml", b"<?xml version='1.0'?><OGRVRTDataSource/>", "wrong_format"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "unreadable"),
        ("a.fgb", b"fgb\x03fgb\x00" + b"\xff" * 50, "unreadable"),
        ("a.parquet", b"PAR1" + b"\x00" * 50, "unreadable"),
    ],
)
def test_broken_and_disguised_files_are_told(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        (read_parquet if name.endswith("parquet") else read_vector)(path)
    assert caught.value.faults[0].code == code


def test_missing_geometry_stays_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    features = [{"type": "Feature", "properties": {"name": n}, "geometry": None} for n in "ab"]
    features[0]["geometry"] = {"type": "Point", "coordinates": [1, 2]}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    table = read_vector(path)
    assert table.geometry is not None
    assert table.geometry.isna().tolist() == [False, True]


@pytest.mark.slow
def test_polygon_of_ten_million_vertices_is_set_aside(tmp_path: Path) -> None:
    count = 10 * MAX_VERTICES
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = np.column_stack([121 + 0.1 * np.cos(turn), 31 + 0.1 * np.sin(turn)])
    shape = shapely.polygons(np.vstack([ring, ring[:1]]))
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[shape], crs=4326).to_file(tmp_path / "a.gpkg")
    table = read_vector(tmp_path / "a.gpkg")
    assert table.geometry is not None
    assert table.geometry.isna().all()
    assert [note.code for note in table.notes] == ["too_many_vertices"]


def test_shapefile_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    path.write_bytes(struct.pack(">i", 9994) + b"\x00" * 20)
    with pytest.raises(InputError, match="cannot be read"):
        read_vector(path)
