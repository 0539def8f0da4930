"""GIS clients read a running service: GDAL, geopandas, OWSLib, and QGIS where it is installed."""

from __future__ import annotations

import shutil
import subprocess

import geopandas as gpd
import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.support.serving import serving
from tests.support.town import STUDY, at, environment, rows, write_town

STATIONS = rows(
    "id,name,lon,lat,opens_on",
    *(f"s{number},Station {number},{at(number, 0)},2026-01-{number + 1:02}" for number in range(25)),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    study = STUDY.replace('name = "Town"', 'name = "Town"\non = 2026-06-01', 1)
    folder = write_town(tmp_path_factory.mktemp("clients"), study=study, files={"stations.csv": STATIONS})
    with serving(folder) as (_, address):
        yield address


def test_gdal_lists_and_reads_every_layer(address):
    layers = {name for name, _ in pyogrio.list_layers(f"OAPIF:{address}")}
    assert {"facilities", "demand", "grid_coverage", "isochrones"} <= layers
    info = pyogrio.read_info(f"OAPIF:{address}", layer="facilities")
    assert (info["features"], info["geometry_type"]) == (25, "Point")


def test_geopandas_pages_through_all_items(address):
    frame = gpd.read_file(f"OAPIF:{address}", layer="facilities", engine="pyogrio", PAGE_SIZE="10")
    assert sorted(frame["id"]) == sorted(f"stations:s{number}" for number in range(25))


def test_gdal_sends_a_box_and_a_filter(address):
    (west, south), (east, north) = ((float(v) for v in at(*c).split(",")) for c in ((-0.5, -5), (9.5, 5)))
    frame = pyogrio.read_dataframe(
        f"OAPIF:{address}", layer="facilities", bbox=(west, south, east, north), where="name <> 'Station 3'"
    )
    assert len(frame) == 9


def test_owslib_reads_landing_page_collections_queryables_and_items(address):
    service = Features(f"{address}/")
    assert "facilities" in service.feature_collections()
    assert "name" in service.collection_queryables("facilities")["properties"]
    items = service.collection_items("facilities", limit=10)
    assert (items["numberMatched"], items["numberReturned"], len(items["features"])) == (25, 10, 10)
    assert service.collection_item("facilities", "stations:s3")["properties"]["name"] == "Station 3"
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    )


def test_ogr2ogr_and_curl_read_it_too(address, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    said = subprocess.run(
        ["curl", "-sf", f"{address}/collections/facilities/items?limit=1"], capture_output=True, check=True
    )
    file = tmp_path / "one.geojson"
    file.write_bytes(said.stdout)
    assert gpd.read_file(file)["id"].tolist() == ["stations:s0"]


QGIS = """\
import sys
from qgis.core import QgsApplication, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(f"url='{sys.argv[1]}' typename='facilities'", "facilities", "OAPIF")
print(layer.isValid(), len(list(layer.getFeatures())), layer.fields().indexOf("opens_on") >= 0)
"""


@pytest.mark.qgis
@pytest.mark.slow
def test_qgis_opens_a_layer(address, tmp_path):
    if not shutil.which("qgis"):
        pytest.skip("needs Debian's QGIS")
    script = tmp_path / "read.py"
    script.write_text(QGIS)
    env = environment(QT_QPA_PLATFORM="offscreen", PYTHONPATH="", HOME=str(tmp_path), no_proxy="127.0.0.1")
    said = subprocess.run(
        ["/usr/bin/python3", script, address],
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
        check=False,
    )
    assert "True 25 True" in said.stdout, said.stdout + said.stderr[-2000:]
