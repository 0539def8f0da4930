"""The GeoPackage as QGIS of Debian opens and draws it: with its own styles, as somebody has looked at it."""

import json
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio

from api.outputs import write_results
from api.run import run_study
from tests.support.gis_town import write_gis_town
from tests.support.paths import ROOT

PYTHON = "/usr/bin/python3"
"""QGIS comes with modules for the Python of the system alone."""

SEEN = Path(__file__).parent / "pictures" / "town.png"
LAYERS = ("网格覆盖", "等时圈", "人口点", "设施")
TABLES = ("片区覆盖", "网格覆盖_evening", "短板清单", "须知", "数据字典")

pytestmark = pytest.mark.qgis


def has_qgis():
    said = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    return said.returncode == 0


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """What QGIS says of the layers, and the picture it draws of the first of them."""
    if not Path(PYTHON).exists() or not has_qgis():
        pytest.skip("needs Debian's python3-qgis")
    folder = tmp_path_factory.mktemp("gis")
    result = run_study(write_gis_town(folder / "town"))
    write_results(result)
    file, picture = result.study.out_folder / "results.gpkg", folder / "drawn.png"
    script = ROOT / "tests" / "support" / "qgis_draw.py"
    names = (*LAYERS, "--", *TABLES)
    run = subprocess.run(
        [PYTHON, script, file, picture, *names], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(run.stdout), picture, run.stderr


def test_every_layer_opens_in_the_system_of_the_study_without_a_word(drawn):
    said, _, complaints = drawn
    assert said["errors"] == []
    assert "GeoPackage" not in complaints
    assert all(layer["valid"] and layer["features"] > 0 for layer in said["layers"].values())
    assert {said["layers"][name]["crs"] for name in LAYERS} == {"EPSG:3067"}


def test_columns_have_chinese_words_in_layers_and_tables(drawn):
    aliases = {name: layer["aliases"] for name, layer in drawn[0]["layers"].items()}
    assert aliases["网格覆盖"]["station_reach"] == "服务站点 5 分钟：可达率（0–1）"
    assert aliases["人口点"]["convenience_store_minutes"] == "便利店：最近设施出行时间（分钟）"
    assert aliases["短板清单"]["left_out"] == "未覆盖人口"
    english = {
        word for words in aliases.values() for key, word in words.items() if word == key and key != "fid"
    }
    assert english == set()


def test_a_layer_comes_with_a_style_for_each_requirement_and_says_whose_data_it_is(drawn):
    grid = drawn[0]["layers"]["网格覆盖"]
    assert grid["renderer"] == "RuleRenderer"
    assert grid["styles"][0] == "便利店 3 分钟：可达率"
    assert "应配要求平均覆盖率" in grid["styles"]
    assert grid["title"] == "示范镇公共服务设施评估 · 网格覆盖"
    assert grid["rights"] == ["示范数据", "示范镇"]


def pixels(path):
    """A picture in cells of 20 pixels: what a person sees, not how a letter is smoothed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(path) as image:
            bands = image.read([1, 2, 3]).astype(float)
    down, across = (size // 20 for size in bands.shape[1:])
    cells = bands[:, : down * 20, : across * 20].reshape(3, down, 20, across, 20)
    return cells.mean(axis=(2, 4))


def test_the_picture_is_the_one_that_somebody_has_looked_at(drawn):
    """A new one is drawn by ``tests/support/qgis_draw.py``, looked at, and put in place of the old one."""
    now, seen = pixels(drawn[1]), pixels(SEEN)
    assert now.shape == seen.shape
    assert np.abs(now - seen).mean() < 2
    assert np.abs(now - seen).max() < 60
