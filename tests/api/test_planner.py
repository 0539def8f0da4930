"""A planner's rules from the study to the plan: each by hand in the town, and the same by every door."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import typer
from typer.testing import CliRunner

from api.cli.site import register
from api.compare import compare_plans
from api.outputs import CHANGE_FILE, siting_folder, write_compared, write_siting
from api.run import run_study
from api.site import site_result, site_study
from geo.errors import InputError
from geo.siting.coverage import nearest_seconds
from layers.change import changed
from layers.study.changes import change_text, parse_change, read_change
from layers.study.siting.question import SiteQuestion, site_question
from maps.book.siting import siting_edition
from maps.book.siting_tables import candidate_table
from maps.book.spec import workbook_sheets
from maps.compared import headline, places_of_both, sides_by_group, sides_by_polygon
from maps.siting_loads import case_table, equal_candidates, load_table, site_names, stage_table, way_lines
from maps.words.siting import proof, value_words
from maps.words.siting_notes import fewer_words, further_rules, reach_notes
from tests.support.town import STUDY, at, place, rows, write_town

PLOTS = rows(
    "id,name,lon,lat,cost,capacity,category",
    f"a,North,{at(300, 300)},5,12,",
    f"b,South,{at(200, 0)},1,5,station",
    f"c,East,{at(300, 100)},4,8,clinic",
)
"""Within three minutes, 180 m: a and c reach the 20 people far away, b the 10 near that have a station."""

LAYERS = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[layer]]
id = "rivals"
kind = "merchant"
source = "rivals.csv"
category = "station"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
[[case]]
id = "day"
[[case]]
id = "slow"
profile = "older"
[[site]]
name = "two years"
phases = [1, 1]
minutes = 3
"""
RIVALS = rows("id,name,lon,lat", f"r,Rival,{at(300, 250)}")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planner") / "study"
    files = {"plots.csv": PLOTS, "rivals.csv": RIVALS}
    return write_town(folder, study=STUDY + LAYERS, files=files)


@pytest.fixture(scope="module")
def ran(town):
    return run_study(town)


@pytest.fixture
def ask(ran):
    usual = {"minutes": 3.0, "category": "station", "competitors": ["rivals"], "curve": 0, "alternatives": 0}

    def asked(**fields):
        question = {**usual, **fields}
        if "competitors" in fields and not fields["competitors"]:
            del question["competitors"]
        if "categories" in fields:
            del question["category"]
        return site_result(ran, site_question({k: v for k, v in question.items() if v is not None}))

    return asked


def chosen(result):
    return sorted(result.sites["id"].iloc[list(result.plan.opened)])


def test_a_competitor_as_near_keeps_its_people(ask):
    # The rival stands where the 20 far away live; the 10 near have a station of today already.
    assert ask(new=1).plan.people_covered == 10
    assert ask(new=1, forbid=["plots:b"]).plan.opened == ()


@pytest.mark.parametrize("limits", ["shown", "limits"])
def test_room(ask, limits):
    result = ask(new=1, capacity=limits, minutes=4.0, competitors=["plots"])
    # Far away are 20 people with the rival of their own; whatever opens has room for so many.
    assert result.covered(result.after).sum() == result.plan.people_covered


def test_an_empty_area_is_filled_first_and_said(ask):
    result = ask(new=1, each_area=1)
    assert result.rules.missing_sites > 0
    assert any(name.en == "Areas without their sites" for name, _ in reach_notes(result))
    with pytest.raises(InputError):
        ask(new=1, each_area=1, areas_first=False)


def test_years_are_nested_and_priced(ask):
    result = ask(phases=[1, 1], new=None)
    first, second = result.phasing.stages
    assert set(first.nested.opened) <= set(second.nested.opened)
    assert stage_table(result)["price"].tolist() == [0.0, 0.0]


def test_two_cases_and_the_worst_of_them(ask):
    result = ask(new=1, cases=["day", "slow"], robust="worst")
    table = case_table(result)
    assert table["id"].tolist() == ["day", "slow"]
    assert result.plan.value == pytest.approx(table["share_after"].min())
    notes = {name.en: text.en for name, text in further_rules(result)}
    assert result.cases[0].name.en in notes["Map and tables"]


def test_the_worst_case_cut_short_is_not_called_proven_for_all_cases(ask):
    result = ask(new=1, cases=["day", "slow"], robust="worst", competitors=[])
    assert proof(result).en.startswith("Optimal")
    cut = replace(result, plan=replace(result.plan, status="stopped", stopped_by="time"))
    assert proof(cut).en.endswith("not proven for all parts")


def test_over_two_cases_people_are_counted_twice_and_minutes_a_person_once(ask):
    both = {"new": 1, "cases": ["day", "slow"], "competitors": []}
    people = ask(**both)
    assert value_words(people, people.plan.value).en == (
        f"{people.plan.value:.0f} people, counted once for each case and service"
    )
    minutes = ask(**both, goal="minutes")
    ways = [nearest_seconds(block.times, minutes.plan.open_sites) / 60 for block in minutes.blocks]
    mean = np.mean([np.average(each, weights=minutes.people) for each in ways])
    assert value_words(minutes, minutes.plan.value).en.endswith(f"({mean:.1f} a person)")


def test_the_longest_way_is_that_of_any_case(ask):
    result = ask(new=1, cases=["day", "slow"], goal="worst", competitors=[])
    notes = {name.en: text.en for name, text in further_rules(result)}
    assert notes["Over the cases"] == "the longest way in any of them"
    worst = ask(new=1, cases=["day", "slow"], goal="worst", competitors=[], robust="worst")
    assert worst.plan.value == result.plan.value


def test_several_services_are_reached_together(ask):
    result = ask(new=2, categories=["station", "clinic"], competitors=[])
    offers = result.problem.sites.offers
    by_id = dict(zip(result.sites["id"], offers.tolist(), strict=True))
    assert by_id["plots:a"] == [True, True]
    assert by_id["plots:b"] == [True, False]
    assert by_id["plots:c"] == [False, True]
    assert result.plan.status == "optimal"


def test_a_site_may_move(ask):
    result = ask(move=1)
    assert len(result.plan.closed) == 1
    assert len(result.plan.opened) <= 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"group_weights": {"nobody": 2}}, "group_weights"),
        ({"shift_weights": {"night": 2}}, "shift_weights"),
        ({"cases": ["never"]}, "cases"),
        ({"competitors": ["nothing"]}, "competitors"),
        ({"grid_floor": {"nowhere": 0.5}}, "grid_floor"),
        ({"area_floor": 0.5}, "area_floor"),
        ({"copies": 2, "capacity": "limits"}, "copies"),
        ({"decay": "gaussian", "goal": "minutes"}, "decay"),
        ({"phases": [1]}, "phases"),
        ({"fair": "grid", "area_floor": 0.5}, "area_floor"),
    ],
)
def test_what_cannot_be_asked_is_named(ask, fields, named):
    with pytest.raises(InputError) as raised:
        ask(new=1, **fields)
    assert named in {fault.source for fault in raised.value.faults}


@pytest.mark.parametrize(
    "fields",
    [
        {"copies": 1, "close": 0, "move": 0, "each_area": 0},
        {"gap": 0.0, "give_up": 0.0, "fair": "grid", "fair_by": "gini"},
        {"grid_floor": {"*": 0.0}},
        {"group_floor": {"*": 0.0}, "group_weights": {"*": 1.0}, "shift_weights": {"*": 1.0}},
        {"decay": "exponential"},
        {"goal": "minutes"},
        {"goal": "worst"},
        {"cover": 0.3, "new": None},
    ],
)
def test_each_rule_at_nothing_changes_nothing(ask, fields):
    if fields.get("goal") or "cover" in fields:
        fields = {**fields, "competitors": []}
    result = ask(**{"new": 1, **fields})
    assert result.plan.status == "optimal"


def test_loads_and_ways_add_up(ask):
    result = ask(new=1, competitors=[])
    loads, ways = load_table(result), way_lines(result)
    assert loads["served"].sum() == pytest.approx(result.plan.people_covered)
    assert ways["people"].sum() == pytest.approx(result.plan.people_covered)
    assert (ways["minutes"] <= 3.0).all()


def test_a_place_that_nothing_limits_has_no_load(ask):
    loads = load_table(ask(new=1, competitors=[])).set_index("id")
    assert math.isnan(loads.loc["stations:alpha", "capacity"])
    assert math.isnan(loads.loc["stations:alpha", "use"])
    new = loads[loads["new"]]
    assert (new["use"] == new["served"] / new["capacity"]).all()


def test_equally_good_candidates_and_fewer_sites(ask):
    result = ask(new=3, category="clinic", competitors=[])
    assert fewer_words(result) is not None
    one = ask(new=1, category="clinic", competitors=[])
    assert {name for names in equal_candidates(one).values() for name in names} <= {"plots:a", "plots:c"}


def test_sites_are_listed_by_their_names(ask):
    result = ask(phases=[1, 1], new=None)
    names, opened = site_names(result), stage_table(result)["opened"]
    assert names["plots:a"] == "North"
    tables = {each.table.key: each.table for each in workbook_sheets(siting_edition(result)) if each.table}
    assert [text.en for text in tables["years"].frame["opened"]] == [
        ", ".join(names[key] for key in keys) for keys in opened
    ]


def said_of(result, key):
    table = candidate_table(result).set_index("id")
    return table.loc[key, "reason"]


def test_a_candidate_that_would_be_a_second_site_is_not_said_to_reach_nobody(ask):
    # Each of the 30 people has one place; the 20 far away get the second, b would give it to the 10 near.
    assert said_of(ask(new=1, competitors=[]), "plots:b") == "reaches nobody who is left out today"
    result = ask(new=1, competitors=[], copies=2)
    assert result.plan.people_covered == 20
    assert said_of(result, "plots:b") == "no better in place of a chosen site"
    cut_short = replace(result, plan=replace(result.plan, status="stopped"))
    assert "not proven" in said_of(cut_short, "plots:b")


def test_people_of_a_case_reach_every_service(ask):
    # Only a offers both; nobody has a clinic today, so nobody has both.
    result = ask(new=1, categories=["station", "clinic"], cases=["day", "slow"], competitors=[])
    table = case_table(result)
    assert table["before"].tolist() == [0, 0]
    assert table["after"].tolist() == [20, 20]


# Doors ---------------------------------------------------------------------------------------------


def test_command_file_and_http_give_the_same_plan(town, ran):
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    shared = ["-q", "--category", "station", "--overwrite", "--curve", "0", "--alternatives", "0"]
    by_file = ["site", str(town), "--question", "two years", *shared]
    flags = ["--phases", "1", "--phases", "1", "--minutes", "3", "--name", "by flags"]
    by_flags = ["site", str(town), *flags, *shared]
    for words in (by_file, by_flags):
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.exception
    kept = []
    for name in ("two years", "by flags"):
        record = json.loads((siting_folder(ran.study, name) / "run.json").read_text("utf-8"))
        kept.append((record["opened"], record["value"], record["question"]["phases"]))
    over_http = site_result(
        ran,
        site_question({"phases": [1, 1], "minutes": 3, "category": "station", "curve": 0, "alternatives": 0}),
    )
    assert kept[0] == kept[1]
    assert sorted(kept[0][0]) == chosen(over_http)


def test_a_plan_is_a_change_that_a_run_takes(town, ran):
    question = {"new": 1, "minutes": 3.0, "category": "station", "curve": 0, "alternatives": 0}
    result = site_study(town, site_question(question))
    write_siting(result, "taken", overwrite=True)
    change = read_change(siting_folder(ran.study, "taken") / CHANGE_FILE)
    after = run_study(town, change=change)
    assert after.study.out == "out/changes/taken"
    assert len(after.layers.facilities) == len(ran.layers.facilities) + len(result.plan.opened)


# Two plans -----------------------------------------------------------------------------------------

MOVE = """
name = "move it"
[[close]]
id = "stations:alpha"
[[open]]
id = "new"
category = "station"
lon = {}
lat = {}
"""


def test_two_plans_side_by_side(town, tmp_path):
    lon, lat = place(300, 250)
    file = tmp_path / "move.toml"
    file.write_text(MOVE.format(lon, lat), "utf-8")
    result = compare_plans(town, ("today", str(file)), category="station", minutes=3)
    groups = sides_by_group(result)
    # The rival serves the 20 far away in both; the 10 near lose the station they had.
    assert groups[["first", "second", "gain", "lose"]].sum().tolist() == [30, 20, 0, 10]
    assert "0 gain it and 10 lose it" in headline(result).en
    paths = write_compared(result, tmp_path / "out")
    assert {path.suffix for path in paths} == {".xlsx", ".gpkg", ".html"}
    places = pyogrio.read_dataframe(paths[1], layer="places")
    assert list(places) == ["id", "name", "kind", "plan", "geometry"]
    back = compare_plans(town, (str(file), "today"), category="station", minutes=3)
    assert sides_by_polygon(back)["gain"].sum() == 10


def test_a_change_may_open_the_first_place_of_a_category(town, tmp_path):
    lon, lat = place(300, 250)
    file = tmp_path / "first.toml"
    file.write_text(f'name = "f"\n[[open]]\nid = "b"\ncategory = "bakery"\nlon = {lon}\nlat = {lat}\n')
    result = compare_plans(town, ("today", str(file)), minutes=3)
    # It stands where the 20 far away live.
    assert (result.category, [covered.sum() for covered in result.covered]) == ("bakery", [0, 20])


def test_two_plans_without_any_place_leave_everybody_out(town, tmp_path):
    file = tmp_path / "none.toml"
    file.write_text('name = "none"\n[[close]]\nid = "stations:alpha"\n[[close]]\nid = "rivals:r"\n', "utf-8")
    result = compare_plans(town, (str(file), str(file)), category="station", minutes=3)
    assert sides_by_group(result)[["people", "first", "second", "lose"]].sum().tolist() == [30, 0, 0, 0]
    assert len(places_of_both(result)) == 0
    assert write_compared(result, tmp_path / "out")


def test_a_plan_that_is_not_there_is_refused(town):
    with pytest.raises(InputError, match="no such plan"):
        compare_plans(town, ("today", "nothing"))


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ('[[close]]\nid = "nobody"', "close[1].id"),
        ('[[open]]\nid = "x"\ncategory = "unheard"\nlon = 24.9\nlat = 60.2', "open[1].category"),
        ('[[open]]\nid = "x"\ncategory = "clinic"\nlon = 240\nlat = 60.2', "open[1].lon"),
        ('[[close]]\nid = "stations:alpha"\n[[extend]]\nid = "stations:alpha"\ncapacity = 2', "extend[1].id"),
        ('[[shut]]\nid = "x"', "shut"),
    ],
)
def test_faults_of_a_change_are_named(town, tmp_path, rows, named):
    file = tmp_path / "change.toml"
    file.write_text(f'name = "c"\n{rows}\n', "utf-8")
    with pytest.raises(InputError) as raised:
        run_study(town, change=read_change(file))
    assert named in [fault.source for fault in raised.value.faults]


def test_a_change_moves_and_extends(ran):
    lon, lat = place(100, 100)
    change = parse_change(
        {"name": "m", "move": [{"id": "stations:alpha", "lon": lon, "lat": lat}],
         "extend": [{"id": "rivals:r", "capacity": 7}]}
    )  # fmt: skip
    places = changed(ran.study, ran.layers, change).facilities.set_index("id")
    assert places.loc["stations:alpha"].geometry.coords[0] == (lon, lat)
    assert places.loc["rivals:r", "capacity"] == 7
    # Nothing limits the rival, and more room does not turn anybody away.
    assert places.loc["rivals:r", "people_limit"] == math.inf


@pytest.mark.parametrize(("limit", "then"), [(math.inf, math.inf), (3.0, 7.0), (math.nan, 7.0)])
def test_an_extension_makes_the_room_known_and_never_less(ran, limit, then):
    layers = replace(ran.layers, facilities=ran.layers.facilities.assign(people_limit=limit))
    change = parse_change({"name": "m", "extend": [{"id": "rivals:r", "capacity": 7}]})
    places = changed(ran.study, layers, change).facilities.set_index("id")
    assert places.loc["rivals:r", "people_limit"] == then
    assert change == parse_change(tomllib.loads(change_text(change)))


def test_a_change_of_hours_shuts_a_place_at_the_hour_of_the_case(tmp_path):
    folder = write_town(tmp_path / "town", study='at = "Mon 19:00"\n' + STUDY)
    today = run_study(folder)
    covered = []
    for hours in ("周一至周五 8:30-17:30", "Mo-Fr 08:30-19:30"):
        row = {"id": "stations:alpha", "opening_hours": hours}
        change = parse_change({"name": "h", "hours": [row]})
        assert change == parse_change(tomllib.loads(change_text(change)))
        places = changed(today.study, today.layers, change).facilities
        assert places["opening_hours"].str.startswith("Mo-Fr 08:30-").all()
        covered.append(run_study(folder, change=change).tables.within["covered"].sum())
    assert covered[0] == 0
    assert covered[1] > 0


@pytest.mark.parametrize("hours", ["whenever", "无"])
def test_hours_that_say_nothing_are_refused(ran, hours):
    change = parse_change({"name": "h", "hours": [{"id": "rivals:r", "opening_hours": hours}]})
    with pytest.raises(InputError) as raised:
        changed(ran.study, ran.layers, change)
    assert [fault.source for fault in raised.value.faults] == ["hours[1].opening_hours"]


def test_a_siting_question_is_put_with_a_change_in_place(town):
    lon, lat = place(300, 250)
    row = {"id": "n", "category": "station", "lon": lon, "lat": lat}
    question = SiteQuestion(category="station", new=1, minutes=3.0)
    closing = {"name": "one less", "close": [{"id": "rivals:r"}]}
    before, after = (
        site_study(town, question, change=parse_change(each))
        for each in (closing, {**closing, "open": [row]})
    )
    # The place of the change stands where the 20 far away live: nobody of them is left for the plan.
    assert "change:n" in after.sites["id"].tolist()
    assert (after.people * (after.before <= 180)).sum() == (before.people * (before.before <= 180)).sum() + 20
