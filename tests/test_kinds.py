"""Every kind of layer of the schema is known at every door: study file, frames, map, check, documentation."""

from __future__ import annotations

from dataclasses import fields

import pytest

from api.check import check_study
from docs.make import study_page
from geo.errors import InputError
from layers.catalogue.categories import categories
from layers.catalogue.schema import facility_kinds, kinds, kinds_of_frame, schema_of
from layers.load import Layers, load_layers
from layers.rows.frames import COLUMNS, empty_frame
from layers.study.model import parse_study, read_study
from maps.style import SYMBOLS, page_style
from maps.wording import WORDS
from maps.words.check import check_text
from tests.support.town import STUDY, write_town

LAYER = """
[[layer]]
id = "more"
kind = "{kind}"
source = "more.geojson"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
RING = "[[24.90, 60.20], [24.901, 60.20], [24.901, 60.201], [24.90, 60.201], [24.90, 60.20]]"
SQUARE = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "甲"}, '
    f'"geometry": {{"type": "Polygon", "coordinates": [{RING}]}}}}]}}'
)


@pytest.mark.parametrize("kind", kinds())
def test_a_study_may_hold_a_layer_of_it(tmp_path, kind):
    (tmp_path / "town.osm").touch()
    (tmp_path / "a.csv").touch()
    head = 'name = "t"\n[streets]\nextract = "town.osm"\n'
    layer = f'[[layer]]\nid = "a"\nkind = "{kind}"\nsource = "a.csv"\nlicence = "o"\nattribution = "u"\n'
    assert parse_study(head + layer, tmp_path).layers[0].kind == kind


def test_another_kind_is_refused_with_all_that_are_known(tmp_path):
    head = 'name = "t"\n[streets]\nextract = "town.osm"\n'
    with pytest.raises(InputError) as raised:
        parse_study(head + '[[layer]]\nid = "a"\nkind = "shop"\nsource = "grid"\n', tmp_path)
    fault = raised.value.faults[0]
    assert fault.source == "layer[1].kind"
    assert all(f"'{kind}'" in fault.what.en for kind in kinds())


@pytest.mark.parametrize("kind", kinds())
def test_its_rows_are_joined_in_one_frame(kind):
    frame = schema_of(kind).frame
    assert frame in {field.name for field in fields(Layers)}
    assert kind in kinds_of_frame(frame)
    assert list(empty_frame(frame).columns) == [*COLUMNS[frame], "geometry"]


@pytest.mark.parametrize("kind", kinds())
def test_its_name_is_given_in_both_languages(kind):
    schema = schema_of(kind)
    assert all([*schema.name, *schema.singular])
    assert f"### {kind}: {schema.name.en} / {schema.name.zh}" in study_page()


@pytest.mark.parametrize("kind", facility_kinds())
def test_a_facility_has_a_symbol_and_words_on_the_map(kind):
    schema = schema_of(kind)
    assert SYMBOLS[kind] == schema.symbol
    assert kind in page_style()["symbols"]
    assert WORDS[kind].zh == WORDS[f"one_{kind}"].zh == schema.name.zh
    assert schema.category is None or schema.category in categories().by_id


@pytest.mark.parametrize("kind", kinds())
def test_its_rows_are_read_and_checked(tmp_path, kind):
    schema = schema_of(kind)
    layer = LAYER.format(kind=kind)
    if any(role.id == "category" for role in schema.roles):
        layer += 'category = "clinic"\n'
    if any(role.id == "people" for role in schema.roles):
        layer += "values = { people = 1 }\n"
    folder = write_town(tmp_path, study=STUDY + layer, files={"more.geojson": SQUARE})
    frame = load_layers(read_study(folder)).rows_of("more", kind)
    assert frame["id"].tolist() == ["more:1"]
    text = check_text(check_study(folder))
    assert f"more ({schema.name.en}, more.geojson): 1 rows read, 1 accepted" in text
