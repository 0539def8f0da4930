"""The short id of what results were made of: on every workbook and map, and another for another question."""

from collections import Counter
from dataclasses import replace

import openpyxl
import pytest

from api import made_of
from api.check import check_study, write_check_files
from api.compare import compare_plans
from api.made_of import run_made_of
from api.outputs import write_compared, write_results, write_siting
from api.run import run_study
from api.site import site_study
from layers.study.changes import parse_change
from layers.study.siting.question import SiteQuestion
from tests.support.town import at, place, rows, write_town


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path)


def footers(path):
    return {page.oddFooter.right.text for page in openpyxl.load_workbook(path)}


def opening(east):
    lon, lat = place(east, 0)
    where = {"id": "n", "category": "station", "lon": lon, "lat": lat}
    return parse_change({"name": "plan", "open": [where]})


def test_every_input_is_read_once_for_the_files_of_a_run(town, monkeypatch):
    result, read = run_study(town), Counter()
    sha256 = made_of.file_sha256
    monkeypatch.setattr(made_of, "file_sha256", lambda path: read.update([path.name]) or sha256(path))
    write_results(result)
    assert set(read.values()) == {1}
    assert len(read) == len(run_made_of(result).inputs)


@pytest.fixture
def maps(monkeypatch):
    """What the maps that are written hold."""
    drawn = []
    monkeypatch.setattr("api.outputs.render_map", lambda content: drawn.append(content) or "")
    return drawn


def test_compared_plans_have_one_id_on_workbook_and_map(town, tmp_path, maps):
    file = tmp_path / "plan.toml"
    file.write_text('name = "plan"\n[[close]]\nid = "stations:alpha"\n', "utf-8")
    result = compare_plans(town, ("today", str(file)), category="station", minutes=3)
    run = made_of.compared_made_of(result).id
    write_compared(result, tmp_path / "both")
    assert footers(tmp_path / "both" / "compare.xlsx") == {f"Run {run}"}
    assert [content.sheet.run for content in maps] == [run]


def test_workbooks_of_a_check_have_the_id(town):
    (town / "people.csv").write_text(rows("id,lon,lat,people", f"a,{at(100, 0)},10", "b,x,y,5"), "utf-8")
    result = check_study(town)
    run = made_of.check_made_of(result).id
    books = [path for path in write_check_files(result) if path.suffix == ".xlsx"]
    assert [path.name for path in books] == ["check.xlsx", "rejects.xlsx"]
    assert all(footers(path) == {f"Run {run}"} for path in books)


def test_a_check_of_files_that_are_missing_has_an_id_all_the_same(town):
    (town / "people.csv").unlink()
    found = made_of.check_made_of(check_study(town))
    assert "people.csv" not in found.inputs
    assert len(found.id) == 8


def test_map_of_a_plan_has_the_id(town, maps):
    result = site_study(town, SiteQuestion(minutes=3.0, new=1))
    write_siting(result)
    assert [content.sheet.run for content in maps] == [made_of.siting_made_of(result).id]


def test_another_change_of_the_same_name_is_another_run(town):
    result = run_study(town)
    ids = [run_made_of(replace(result, change=each)).id for each in (None, opening(0), opening(50))]
    assert len(set(ids)) == 3


def test_an_own_standard_is_an_input(town):
    own = town / "own.toml"
    own.write_text("# mine", "utf-8")
    result = run_study(town)
    result = replace(result, study=result.study.model_copy(update={"standard": "own.toml"}))
    before = run_made_of(result)
    own.write_text("# mine, changed", "utf-8")
    assert "own.toml" in before.inputs
    assert run_made_of(result).id != before.id
