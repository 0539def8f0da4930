"""Page, workbook, screen and HTTP say the same for every service, case and minute of three studies."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from api.http.app import create_app
from api.outputs import write_results
from api.run import run_study
from api.settings import Settings
from geo.assessment.headline import percent, rounded
from geo.text import Text
from layers.write.read_back import read_book
from maps.page.run import map_content
from maps.result import StudyResult
from maps.words.summary import category_name, summary
from tests.support.browser import CHROMIUM, FLAGS, IN_BROWSER
from tests.support.map_town import HEAD, write_map_town
from tests.support.town import STUDY, at, rows, streets, with_areas, write_town

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx, which is not among the project's dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

pytestmark = IN_BROWSER

ROOM = 'category = "station"\n'
CASES = '\n[[case]]\nid = "any"\n[[case]]\nid = "day"\nat = "Tue 10:00"\n'
HOMES = """[[layer]]
id = "people"
kind = "demand"
source = "extract"
tags = { building = true }
people = { method = "buildings", default_levels = 31 }
"""
BEFORE, GRID = (STUDY.index(f'[[layer]]\nid = "{name}"') for name in ("people", "grid"))


def with_room(folder: Path) -> Path:
    """Stations with room for some, one of unknown hours, one of unknown room."""
    stations = rows(
        "id,name,lon,lat,capacity,opening_hours",
        f"alpha,Alpha,{at(0, 0)},12,Mo-Fr 09:00-17:00",
        f"beta,Beta,{at(300, 300)},8,",
        f"gamma,Gamma,{at(0, 300)},,Mo-Fr 09:00-17:00",
    )
    people = rows(
        "id,lon,lat,people", f"near,{at(100, 50)},10", f"also,{at(0, 100)},9.5", f"far,{at(300, 250)},20"
    )
    study = 'language = "en"\nminutes = [3, 5, 15]\n' + STUDY.replace(ROOM, ROOM + 'capacity = "limits"\n')
    return write_town(folder, study=study + CASES, files={"stations.csv": stations, "people.csv": people})


def estimated(folder: Path) -> Path:
    """Dwellings whose people are reckoned from their floor area, in a study in Chinese."""
    houses = [((10 + 30 * i, 10, 20 + 30 * i, 20), "building=apartments") for i in range(9)]
    study = 'language = "zh"\nminutes = [2, 4, 15]\n' + STUDY[:BEFORE] + HOMES + STUDY[GRID:] + CASES
    return write_town(folder, study=study, files={"town.osm": with_areas(streets(), *houses)})


CASE, SERVICE = Text("Case", "情景"), Text("Service", "设施类别")
LIMIT = Text("Limit (min)", "时限（分钟）")
TOTAL, COVERED = Text("Total", "总量"), Text("Covered", "已覆盖")

STUDIES = {
    "services and travellers": lambda folder: write_map_town(folder, HEAD),
    "room": with_room,
    "estimated": estimated,
}


@dataclass(frozen=True)
class Run:
    result: StudyResult
    said: list[dict[str, Any]]
    """What the page shows, choice by choice."""


SHOWN = """() => {
    const { model } = lifecircle;
    return model.content.totals.map(([shown, category, minutes]) => {
        model.set({ case: shown, category, minutes });
        const read = (selector) => [...document.querySelectorAll(selector)].map((node) => node.innerText);
        return {
            case: model.content.cases[shown].id, category: model.content.categories[category].id,
            minutes: model.content.minutes[minutes], headline: read(".headline")[0],
            parts: read(".parts-line .key b"),
        };
    });
}"""


@pytest.fixture(scope="module", params=STUDIES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    playwright = pytest.importorskip("playwright.sync_api")
    folder = STUDIES[request.param](tmp_path_factory.mktemp("study"))
    result = run_study(folder)
    write_results(result)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page()
        page.goto((result.study.out_folder / "map.html").as_uri())
        page.wait_for_selector("body.ready")
        yield Run(result, page.evaluate(SHOWN))
        browser.close()


def number(result: StudyResult, people: float) -> str:
    """A number of people as the page says it: of two digits where it is an estimate."""
    if map_content(result).cases[0].estimated:
        return rounded(people, result.study.language)
    return f"{int(people + 0.5):,}"


def expected(result: StudyResult) -> dict[tuple[str, str, float], dict[str, Any]]:
    return {
        (row["case"], row["category"], row["minutes"]): row for row in result.tables.within.to_dict("records")
    }


def test_the_page_shows_every_choice_as_it_is_counted(run: Run) -> None:
    table = expected(run.result)
    assert {(each["case"], each["category"], each["minutes"]) for each in run.said} == set(table)
    for each in run.said:
        row = table[each["case"], each["category"], each["minutes"]]
        full = row["without_room"] + row["room_unknown"]
        parts = [row["covered"], *([full] if full >= 0.5 else []), row["left_out"] - full]
        assert each["parts"] == [number(run.result, part) for part in parts]
        share = percent(row["covered"], row["total"])
        said = each["headline"].replace("\u00a0", " ")
        if 0 < row["covered"] < row["total"]:
            assert (share if run.result.study.language == "en" else share.replace(" ", "")) in said


def test_http_says_the_same(run: Run) -> None:
    with TestClient(create_app(Settings(study=run.result.study.folder), run.result)) as client:
        seen = 0
        for case in run.result.cases:
            for row in client.get("/assessment", params={"case": case.case.id}).json()["within"]:
                own = expected(run.result)[case.case.id, row["category"], row["minutes"]]
                keys = ("total", "covered", "without_room", "room_unknown")
                assert [row[key] for key in keys] == pytest.approx([own[key] for key in keys])
                seen += 1
        assert seen == len(run.said)


def test_the_screen_says_the_same(run: Run) -> None:
    result = run.result
    for case in result.cases:
        first = replace(result, cases=tuple(sorted(result.cases, key=lambda each: each is not case)))
        said = summary(first, seconds={})
        title = {"en": "Share covered within", "zh": "时限内覆盖率"}[result.study.language]
        table = said[said.index(title) :].splitlines()[1:]
        shares = [[int(share) for share in re.findall(r"(\d+)%", line)] for line in table]
        wanted: dict[str, list[int]] = {}
        for (shown, category, _), row in expected(result).items():
            if shown == case.case.id and row["by_standard"]:
                wanted.setdefault(category, []).append(round(100 * row["share"]))
        assert shares[: len(wanted)] == list(wanted.values())


def test_the_workbook_says_the_same(run: Run) -> None:
    result = run.result
    book = read_book(result.study.out_folder / "assessment.xlsx")
    names = {each.case.name.to(result.study.language): each.case.id for each in result.cases}
    language = result.study.language
    services = {category_name(result, each).to(language): each for each in result.times}
    heads = [each.to(language) for each in (CASE, SERVICE, LIMIT, TOTAL, COVERED)]
    seen = set()
    for sheet in (book.tables.get(key) for key in ("reach", "reach_beside")):
        if sheet is None or sheet.table is None:
            continue
        columns = [column.header.to(language) for column in sheet.table.columns]
        for line in sheet.table.frame.iloc[:, : len(columns)].to_numpy().tolist():
            case, service, minutes, total, covered = (line[columns.index(head)] for head in heads)
            row = expected(result)[names[case], services[service], float(minutes)]
            assert (float(total), float(covered)) == pytest.approx((row["total"], row["covered"]), abs=0.5)
            seen.add((case, service))
    assert len(seen) == len(result.cases) * len(services)
