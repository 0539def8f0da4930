"""One question, one answer: by options, the study, the file the map saves, and a real HTTP port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.run import run_study
from layers.study.siting.door_words import option_of
from layers.study.siting.question import SiteQuestion
from maps.page.run import map_content
from maps.page.web_map import render_map
from tests.support.browser import CHROMIUM, FLAGS
from tests.support.paths import ROOT
from tests.support.town import STUDY, at, rows, write_town

LAYER = """
[[layer]]
id = "{id}"
kind = "{kind}"
source = "{source}"
crs = "{crs}"
{more}licence = "test use only"
attribution = "others"
"""
QUIET = {"curve": 0, "alternatives": 0}

QUESTIONS: dict[str, dict[str, Any]] = {
    "a number": {"new": 2},
    "a budget": {"budget": 9},
    "a share": {"cover": "SHARE"},
    "least minutes": {"new": 2, "goal": "minutes"},
    "longest way": {"new": 2, "goal": "worst"},
    "floors by grid and by area": {"new": 3, "grid_floor": "5%", "area_floor": "1%"},
    "one moved by name": {"new": 1, "move": 1, "must_close": ["STANDING"]},
    "closed, another kept": {"close": 1, "keep": ["STANDING"], "new": 1},
    "room": {"new": 2, "capacity": "limits"},
    "fair by area": {"new": 2, "fair": "area"},
    "backup and distance": {"new": 2, "copies": 2, "apart_metres": 60},
    "an insisted site": {"new": 2, "keep": ["CANDIDATE"]},
    "years": {"phases": [1, 1]},
    "money each year": {"phase_budgets": [5, 4], "forbid": ["CANDIDATE"]},
    "two cases": {"new": 1, "cases": ["day", "slow"], "robust": "worst"},
    "weighted cases": {"new": 2, "cases": ["day", "slow"], "case_weights": {"slow": 2.0}},
    "decay and weights": {"new": 2, "decay": "gaussian", "group_weights": {"children": 2.0}},
    "slow decay": {"new": 2, "decay": "exponential", "decay_minutes": 2, "gap": "1%"},
    "weights of shifts": {"new": 2, "shift_weights": {"out": 3.0}, "group_floor": {"elderly": "10%"}},
    "competitors": {"new": 2, "competitors": ["rivals"]},
    "a share for money": {"cover": "SHARE", "new": 3, "budget": 12},
    "an insisted budget": {"new": 2, "budget": 9, "keep": ["CANDIDATE"]},
    "least inequality": {"new": 2, "fair": "group", "fair_by": "gini", "give_up": "20%"},
    "one an area": {"new": 2, "each_area": 1, "each_thousand": 2, "areas_first": False},
    "on a grid within an area": {
        "new": 1,
        "candidates": "grid",
        "spacing_metres": "SPACING",
        "within": ["AREA"],
        "seed": 3,
    },
    "one of two closed on a day": {
        "close": 1,
        "may_close": ["STANDING", "OTHER"],
        "new": 1,
        "on": "2027-03-01",
    },
}


AT_ONCE = ("floors by grid and by area", "years", "weighted cases", "decay and weights", "competitors")


def some_slow(questions: dict[str, dict[str, Any]]) -> list[Any]:
    """Return the names of questions; most of them are asked by the slow tests alone."""
    return [name if name in AT_ONCE else pytest.param(name, marks=pytest.mark.slow) for name in questions]


@dataclass(frozen=True)
class Place:
    """A study that is served, what its form offers, and how its questions are written."""

    folder: Path
    address: str
    html: Path
    values: dict[str, Any]

    def fields(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return a question with the names of this place, its service and its minutes."""
        text = json.dumps(question | {"category": self.values["category"], "minutes": self.values["minutes"]})
        text = text.replace('"SPACING"', str(self.values["SPACING"]))
        for name in ("STANDING", "CANDIDATE", "SHARE", "OTHER", "AREA"):
            text = text.replace(name, self.values[name])
        fields: dict[str, Any] = json.loads(text)
        return fields


def town(folder: Path) -> dict[str, Any]:
    """Forty homes, two stations and four plots in a square that is one area."""
    plots = rows(
        "id,name,lon,lat,cost,capacity",
        f"a,North,{at(300, 300)},5,9", f"b,South,{at(200, 0)},1,",
        f"c,West,{at(0, 300)},3,20", f"d,East,{at(300, 100)},4,15",
    )  # fmt: skip
    stations = rows("id,name,lon,lat,capacity", f"s,First,{at(0, 0)},30", f"t,Second,{at(150, 0)},")
    groups = ["elderly", "children", "children"]
    shifts = ["in", "out", ""]
    homes = [f"h{n},{at(37 * n % 300, 61 * n % 300)},{3 + n % 7},{groups[n % 3]},{shifts[n % 3]}"
             for n in range(40)]  # fmt: skip
    corners = [at(-50, -50), at(350, -50), at(350, 350), at(-50, 350), at(-50, -50)]
    ring = [[float(number) for number in corner.split(",")] for corner in corners]
    feature = {"type": "Feature", "properties": {"id": "all", "name": "All"}, "geometry": {
        "type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    layers = LAYER.format(id="plots", kind="candidate", source="plots.csv", crs="EPSG:4326", more="")
    rivals = 'category = "station"\n'
    layers += LAYER.format(id="rivals", kind="merchant", source="rivals.csv", crs="EPSG:4326", more=rivals)
    layers += LAYER.format(id="areas", kind="area", source="areas.geojson", crs="EPSG:4326", more="")
    write_town(
        folder, study=STUDY + CASES.format(slow='profile = "older"') + layers,
        files={
            "plots.csv": plots,
            "people.csv": rows("id,lon,lat,people,group,shift", *homes),
            "stations.csv": stations,
            "rivals.csv": rows("id,name,lon,lat", f"r,Rival,{at(300, 200)}"),
            "areas.geojson": json.dumps({"type": "FeatureCollection", "features": [feature]}),
        },
    )  # fmt: skip
    return {
        "category": "station",
        "minutes": 3,
        "STANDING": "stations:t",
        "CANDIDATE": "plots:d",
        "SHARE": "60%",
        "OTHER": "stations:s",
        "AREA": "All",
        "SPACING": 90,
    }


WEST_AND_EAST = {"west": (121.3, 31.1, 121.47, 31.4), "east": (121.47, 31.1, 121.7, 31.4)}


def boxes(named: dict[str, tuple[float, float, float, float]]) -> dict[str, Any]:
    """Return boxes of west, south, east and north as a GeoJSON collection of areas."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]],
            },
        }
        for name, (w, s, e, n) in named.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def shanghai(folder: Path, data: Path) -> dict[str, Any]:
    """Kindergartens of the centre as people, primary schools as the service, secondary schools as plots."""
    poi = data / "shanghai" / "poi"
    plots = pd.read_csv(poi / "secondary_schools.csv")[["name", "lon", "lat"]].drop_duplicates()
    plots = plots.assign(id=[f"p{n}" for n in range(len(plots))], cost=[1 + n % 5 for n in range(len(plots))],
                         capacity=[600 + 200 * (n % 4) for n in range(len(plots))])  # fmt: skip
    schools = pd.read_csv(poi / "primary_schools.csv")[["name", "lon", "lat"]].drop_duplicates("name")
    schools = schools.assign(id=[f"s{n}" for n in range(len(schools))], capacity=1500)
    homes = pd.read_csv(poi / "kindergartens.csv")[["lon", "lat"]].drop_duplicates()
    each = range(len(homes))
    homes = homes.assign(
        id=[f"h{n}" for n in each],
        people=[150 + 50 * (n % 5) for n in each],
        group=["children" if n % 4 else "elderly" for n in each],
        shift=[("in", "out")[n % 2] for n in each],
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (("plots", plots), ("stations", schools), ("people", homes)):
        frame.to_csv(folder / f"{name}.csv", index=False)
    study = (
        f'name = "上海中心城区"\nlanguage = "zh"\nminutes = [5, 10]\n[streets]\nextract = "{data}/shanghai/'
    )
    study += 'shanghai_center.osm"\n' + CASES.format(slow='profile = "older"')
    kinds = {"stations": "station", "people": "demand", "plots": "candidate"}
    for name, kind in kinds.items():
        more = 'category = "primary_school"\n' if kind == "station" else ""
        study += LAYER.format(id=name, kind=kind, source=f"{name}.csv", crs="EPSG:4326", more=more)
    study += '[[layer]]\nid = "grid"\nkind = "grid"\nsource = "grid"\ncell_metres = 20000\n'
    rivals = homes[["lon", "lat"]].iloc[::40]
    names = [f"r{n}" for n in range(len(rivals))]
    rivals = rivals.assign(id=names, name=names)
    rivals.to_csv(folder / "rivals.csv", index=False)
    rival = 'category = "primary_school"\n'
    study += LAYER.format(id="rivals", kind="merchant", source="rivals.csv", crs="EPSG:4326", more=rival)
    (folder / "halves.geojson").write_text(json.dumps(boxes(WEST_AND_EAST)), "utf-8")
    study += LAYER.format(id="halves", kind="area", source="halves.geojson", crs="EPSG:4326", more="")
    (folder / "study.toml").write_text(study, "utf-8")
    named = {"STANDING": "stations:s7", "CANDIDATE": "plots:p11", "SHARE": "25%", "OTHER": "stations:s3"}
    return {"category": "school", "minutes": 10, "AREA": "west", "SPACING": 900} | named


CASES = """
[[case]]
id = "day"
[[case]]
id = "slow"
{slow}
"""


def written(name: str, fields: dict[str, Any]) -> str:
    """Return a question as a table of the study."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in fields.items() if not isinstance(value, dict)]
    for key, table in fields.items():
        if isinstance(table, dict):
            lines.append(f"{key} = {{ {', '.join(f'{k} = {json.dumps(v)}' for k, v in table.items())} }}")
    return "\n[[site]]\n" + "\n".join([f"name = {json.dumps(name)}", *lines]) + "\n"


@pytest.fixture(
    scope="module",
    params=["town", pytest.param("shanghai", marks=[pytest.mark.shared_data, pytest.mark.slow])],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("doors") / "study"
    if request.param == "town":
        values = town(folder)
    else:
        values = shanghai(folder, request.getfixturevalue("shared_data"))
    made = Place(folder, "", folder / "map.html", values)
    with (folder / "study.toml").open("a", encoding="utf-8") as study:
        for name, question in QUESTIONS.items():
            study.write(written(name, made.fields(question) | QUIET))
    made.html.write_text(render_map(map_content(run_study(folder))), encoding="utf-8")
    program = [
        sys.executable,
        "-c",
        "from api.cli import start; start()",
        "serve",
        str(folder),
        "--port",
        "0",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = next(line.strip() for line in server.stderr if line.startswith("http://"))
        wait_for(address)
        yield Place(folder, address, made.html, values)
        server.terminate()


def wait_for(address: str) -> None:
    """Return when a server that has said its address listens there."""
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return


Answer = dict[str, Any]


def by_command(place: Place, *words: object) -> Answer:
    """Return what the command writes into its record."""
    result = CliRunner().invoke(
        app, ["site", str(place.folder), "-q", "--overwrite", "--name", "asked", *map(str, words)]
    )
    assert result.exit_code == 0, (result.output, result.exception)
    record = json.loads((place.folder / "out" / "siting" / "asked" / "run.json").read_text("utf-8"))
    change = tomllib.loads((place.folder / "out" / "siting" / "asked" / "change.toml").read_text("utf-8"))
    return {
        "opened": sorted(record["opened"]), "closed": sorted(record["closed"]), "value": record["value"],
        "bound": record["bound"], "status": record["status"], "cost": record["cost"],
        "people": (record["people"], record["people_before"], record["people_after"]),
        "said": (record["answer"]["zh"], record["proof"]["zh"]),
        "changed": sorted(row["id"] for row in change.get("open", [])),
    }  # fmt: skip


def raw_answer(place: Place, fields: dict[str, Any]) -> Answer:
    """Return what a running server answers to a client that knows nothing of the program."""
    request = urllib.request.Request(
        f"{place.address}site", json.dumps(fields).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        answer: Answer = json.load(response)
    return answer


def by_http(place: Place, fields: dict[str, Any]) -> Answer:
    """Return of the answer of a server what the record of the command holds too."""
    answer = raw_answer(place, fields)
    coverage = answer["coverage"]
    return {
        "opened": sorted(site["id"] for site in answer["chosen"]), "closed": sorted(answer["closed"]),
        "value": answer["value"], "bound": answer["bound"], "status": answer["status"],
        "cost": answer["cost"],
        "people": (coverage["people"], coverage["before"], coverage["after"]),
        "said": (answer["headline_zh"], answer["proof_zh"]),
        "changed": sorted(row["id"] for row in answer["change"].get("open", [])),
    }  # fmt: skip


def options(fields: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for field, value in fields.items():
        each = [f"{k}={v}" for k, v in value.items()] if isinstance(value, dict) else value
        for one in each if isinstance(each, list) else [each]:
            words += ["--no-" + option_of(field)[2:]] if one is False else [option_of(field), str(one)]
    return words


@pytest.mark.parametrize("name", some_slow(QUESTIONS))
def test_options_study_and_http_answer_alike(place: Place, name: str) -> None:
    fields = place.fields(QUESTIONS[name]) | QUIET
    asked = by_command(place, *options(fields))
    assert asked["status"] == ("within" if "gap" in fields else "optimal")
    assert by_command(place, "--question", name) == asked
    assert by_http(place, fields) == asked


def test_a_person_counts_once_over_cases_in_curve_sites_and_loads(place: Place) -> None:
    fields = place.fields(QUESTIONS["weighted cases"]) | {"curve": 2, "alternatives": 0}
    answer = raw_answer(place, fields)
    coverage, loads = answer["coverage"], {load["id"]: load["served"] for load in answer["loads"]}
    assert answer["curve"][-1]["people"] == pytest.approx(coverage["after"])
    assert answer["curve"][-1]["share"] == pytest.approx(coverage["share_after"])
    assert sum(loads.values()) == pytest.approx(coverage["after"])
    assert [site["served"] for site in answer["chosen"]] == [loads[site["id"]] for site in answer["chosen"]]
    first = next(case for case in answer["cases"] if case["id"] == "day")
    assert first["after"] == pytest.approx(coverage["after"])


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium.new_page(offline=True)
        chromium.close()


def fill(page: Any, field: str, value: Any) -> None:
    """Fill in a field of the form."""

    def control(label: str) -> Any:
        return page.locator(f'[data-question="{label}"]')

    if isinstance(value, dict):
        for label, number in value.items():
            control(f"{field}:{label}").fill(str(number).removesuffix("%"))
    elif field in ("cases", "competitors"):
        for label in value:
            control(f"{field}:{label}").check()
    elif field in ("phases", "phase_budgets"):
        control(field).fill("、".join(map(str, value)))
    elif isinstance(value, list):
        for name in value:
            control(field).fill(name)
            control(field).press("Tab")
    elif field in ("goal", "fair", "fair_by", "decay", "robust", "candidates", "copies"):
        control(field).select_option(str(value))
    elif field in ("capacity", "areas_first"):
        control(field).check()
    elif field != "category":
        control(field).fill(str(value).removesuffix("%"))


def saved_by_the_map(page: Any, place: Place, fields: dict[str, Any], file: Path) -> Path:
    """Fill in the form of the map as a planner does, and save."""
    page.goto(place.html.as_uri())
    page.wait_for_selector("body.ready", timeout=60_000)
    category = "lifecircle.model.content.categories.findIndex((each) => each.id === id)"
    page.evaluate(f"(id) => lifecircle.model.set({{ category: {category} }})", fields["category"])
    page.click(".question summary")
    asked = next((key for key in ("cover", "new", "budget") if key in fields), "new")
    asked = "years" if {"phases", "phase_budgets"} & set(fields) else asked
    page.select_option('[data-question="asked"]', asked)
    for field, value in fields.items():
        page.evaluate(
            "document.querySelectorAll('.question details').forEach((part) => { part.open = true; })"
        )
        fill(page, "most_new" if field == "new" and asked == "cover" else field, value)
    with page.expect_download() as download:
        page.click(".save-question")
    download.value.save_as(file)
    return file


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}: apt-get install chromium")
@pytest.mark.parametrize("name", some_slow(QUESTIONS))
def test_the_file_the_map_saves_is_answered_alike(place: Place, page: Any, name: str, tmp_path: Path) -> None:
    fields = place.fields(QUESTIONS[name])
    file = saved_by_the_map(page, place, fields, tmp_path / "question.toml")
    [table] = tomllib.loads(file.read_text("utf-8"))["site"]
    assert set(table) - {"name"} == set(fields)
    answer = by_command(place, "--question", file, *options(QUIET))
    assert answer == by_http(place, {key: value for key, value in table.items() if key != "name"} | QUIET)
    assert answer == by_http(place, fields | QUIET)


def test_what_cannot_be_asked_is_refused_alike(place: Place) -> None:
    fields = {"new": 1, "must_close": ["nobody"], "category": place.values["category"]}
    refused = CliRunner().invoke(app, ["site", str(place.folder), "-q", "--name", "no", *options(fields)])
    with pytest.raises(urllib.error.HTTPError) as raised:
        by_http(place, fields)
    said = json.load(raised.value)
    assert [fault["field"] for fault in said["faults"]] == ["must_close"]
    assert said["faults"][0]["what_en"] in str(refused.exception)


def test_every_field_is_asked_by_some_question_or_named_here() -> None:
    """What none of the questions above asks is held elsewhere, or asked in every one."""
    asked = {field for question in QUESTIONS.values() for field in question}
    elsewhere = {"categories", "curve", "alternatives", "time_limit_seconds", "minutes", "category"}
    assert asked | elsewhere == set(SiteQuestion.model_fields)
