"""Grids drawn along the streets of a town: even, connected, and a layer that a study may name."""

from __future__ import annotations

import geopandas as gpd
import pytest

from api.ledgers.grid import make_grids
from api.steps import Steps
from geo.errors import InputError
from layers.load import load_layers
from layers.study.model import read_study
from maps.words.ledgers.grids import grid_words
from tests.support.town import STUDY, at, rows, write_town

FIRMS = """
[[layer]]
id = "firms"
kind = "enterprise"
source = "firms.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
MIDDLES = [(east, north) for north in (50, 150, 250) for east in (50, 150, 250)]
"""Of the nine blocks of the town; a tenth firm stands in the first."""
PLACES = [*MIDDLES, (40, 40)]
FILES = {
    "firms.csv": rows(
        "企业编号,企业名称,职工数,lon,lat", *(f"Q{n},{n}厂,10,{at(*spot)}" for n, spot in enumerate(PLACES))
    )
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):  # type: ignore[no-untyped-def]
    study = 'language = "zh"\n' + STUDY + FIRMS
    return write_town(tmp_path_factory.mktemp("grids"), study=study, files=FILES)


def drawn_of(folder, **asked):  # type: ignore[no-untyped-def]
    question = {"by": "enterprises", "count": 3, "staff": 7} | asked
    return make_grids(read_study(folder), steps=Steps(quiet=True), **question)


def test_grids_are_as_even_as_can_be_and_say_so(folder) -> None:  # type: ignore[no-untyped-def]
    drawn, _ = drawn_of(folder)
    # Ten firms in three grids: four, three and three.
    assert sorted(drawn.grids["enterprises"]) == [3, 3, 4]
    assert (drawn.spread, drawn.bound) == (1, 1)
    assert set(drawn.grids.geom_type) == {"Polygon"}
    first, second = grid_words(drawn)
    assert first.zh == "3 格 10 家 7 人：每格 3 至 4 家"
    assert "不均衡度（最大与最小之差）：1" in second.zh
    assert "已证明最优" in second.zh
    assert drawn.grids["staff"].sum() == 7


def test_the_grids_are_a_layer_that_a_study_may_name(folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    _, path = drawn_of(folder)
    layer = (
        FIRMS.replace("firms.csv", "grid.geojson").replace("enterprise", "grid").replace('"firms"', '"own"')
    )
    files = {**FILES, "grid.geojson": path.read_bytes()}
    layers = load_layers(read_study(write_town(tmp_path, study=STUDY + FIRMS + layer, files=files)))
    grids = layers.grids[layers.grids["layer"] == "own"]
    assert grids["name"].tolist() == ["第1网格", "第2网格", "第3网格"]
    assert grids["staff"].sum() == 7
    assert grids["enterprises"].sum() == 10


def test_grids_do_not_overlap(folder) -> None:  # type: ignore[no-untyped-def]
    grids = gpd.read_file(drawn_of(folder)[1]).to_crs(32635)
    assert grids.area.sum() == pytest.approx(grids.union_all().area, rel=1e-6)


def test_more_grids_than_blocks_are_refused(folder) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="blocks"):
        drawn_of(folder, count=60)
