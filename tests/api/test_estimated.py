"""Reckoned people are called estimated on every door; counted people are not."""

from __future__ import annotations

import json
import warnings

import openpyxl
import pytest

from api.check import check_study
from api.http.app import create_app
from api.outputs import write_results
from api.record import run_record
from api.run import run_study
from api.settings import Settings
from api.site import site_study
from geo.text import Text
from layers.study.siting.question import SiteQuestion
from maps.page.run import map_content
from maps.page.siting import siting_map
from maps.words.check import check_text
from maps.words.ledgers.place_cards import place_cards
from maps.words.people import estimated_by, people_notes
from maps.words.siting import answer, caveat_notes
from maps.words.summary import headlines, summary
from tests.support.town import STUDY, streets, with_areas, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

HOMES = """[[layer]]
id = "homes"
kind = "demand"
source = "extract"
tags = { building = true }
people = { method = "buildings", default_levels = 7 }
"""
BEFORE, GRID = (STUDY.index(f'[[layer]]\nid = "{name}"') for name in ("people", "grid"))
ONLY_HOMES = STUDY[:BEFORE] + HOMES + STUDY[GRID:]
HOUSES = [((10 + 30 * i, 10, 20 + 30 * i, 20), "building=house") for i in range(9)]
"""Nine houses of 100 m2 on seven floors: 180 people, 20 each."""


def town(folder, study):
    works = ((110, 110, 190, 190), "building=yes man_made=works")
    return write_town(folder, study=study, files={"town.osm": with_areas(streets(), *HOUSES, works)})


@pytest.fixture(scope="module")
def reckoned(tmp_path_factory):
    return run_study(town(tmp_path_factory.mktemp("reckoned"), ONLY_HOMES))


def test_headline_and_summary(reckoned):
    (_, line), *_ = headlines(reckoned)
    assert "about 180 residents (estimated from floor area)" in line.en
    assert "约180名居民（按建筑面积估算）" in line.zh
    said = summary(reckoned, seconds={})
    assert "about 180 people, estimated from floor area: floor area of 9 buildings / 35 m2 a person" in said
    assert "man_made=works 1" in said


def test_map(reckoned):
    content = map_content(reckoned)
    assert content.cases[0].estimated
    assert content.cases[0].people.zh == "居民（按建筑面积估算）"
    notes = people_notes(reckoned.layers)
    assert len(notes) == 3
    assert all(any(note.zh in line.zh for line in content.notes) for note in notes)


def test_places_from_their_own_side(reckoned):
    card = place_cards(reckoned)[0]
    assert card.in_circle.people == 180
    assert card.said[0].en.startswith("About 180 people (estimated from floor area) within 15 minutes of")
    assert "分钟内 约180 人（按建筑面积估算）" in card.said[0].zh


def test_workbook_record_and_http(reckoned):
    write_results(reckoned)
    book = openpyxl.load_workbook(reckoned.study.out_folder / "assessment.xlsx", read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("about 180 people (estimated from floor area)" in cell for cell in cells)
    assert any("man_made=works 1" in cell for cell in cells)
    sheet = next(book[name] for name in ("Stations", "阵地") if name in book.sheetnames)
    heads = [str(cell) for row in sheet.iter_rows(max_row=4, values_only=True) for cell in row]
    assert any("estimated from floor area" in cell for cell in heads)
    record = json.loads(run_record(reckoned))
    assert record["people"]["estimated"] == "estimated from floor area"
    assert record["layers"]["homes"]["people"]["largest"][0]["people"] == pytest.approx(20, rel=2e-3)
    assert record["layers"]["stations"].get("people") is None
    settings = Settings(study=reckoned.study.folder, max_minutes=60)
    with TestClient(create_app(settings, reckoned)) as client:
        answer = client.get("/assessment").json()
    assert answer["case"]["estimated_zh"] == "按建筑面积估算"
    assert any("man_made=works 1" in caveat["text_en"] for caveat in answer["caveats"])


def test_check_and_siting(reckoned):
    folder = reckoned.study.folder
    assert "  people: about 180 people, estimated from floor area" in check_text(check_study(folder))
    plan = site_study(folder, SiteQuestion(category="station", new=1, minutes=1))
    assert "of about 180 people (estimated from floor area) reach" in answer(plan).en
    assert "约180人（按建筑面积估算）中" in answer(plan).zh
    assert {note for _, note in caveat_notes(plan)} >= set(people_notes(plan.layers))
    assert siting_map(plan).cases[0].estimated


def test_counted_people_are_not_called_estimated(tmp_path):
    result = run_study(town(tmp_path, STUDY))
    assert estimated_by(result.layers, result.first.people) is None
    assert people_notes(result.layers) == ()
    assert "30 residents reach" in headlines(result)[0][1].en
    assert json.loads(run_record(result))["people"]["estimated"] is None


def test_people_of_whom_some_are_counted(tmp_path):
    """The sheet's 30 people beside 180 of the houses."""
    layers = run_study(town(tmp_path, STUDY + HOMES)).layers
    people = layers.demand["people"].to_numpy()
    assert estimated_by(layers, people) == Text("partly estimated from floor area", "部分按建筑面积估算")
    sheet = people * (layers.demand["layer"] == "people").to_numpy()
    assert estimated_by(layers, sheet) is None
