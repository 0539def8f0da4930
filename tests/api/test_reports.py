"""What is said of joins, of the extract's edge and of the sheets, on every door, counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from api.outputs import write_siting
from api.record import run_record
from api.run import run_study
from api.site import site_study
from geo.errors import InputError
from layers.study.siting.question import SiteQuestion
from maps.page.siting import siting_map
from maps.words.caveats import caveat_line, caveats
from maps.words.joins import near_the_cut_words
from maps.words.summary import summary
from tests.api.test_joins import CANAL, FOOTWAY, PLOTS_LAYER, with_more
from tests.support.town import STUDY, at, place, rows, streets, write_town

WALL = ("a wall", {"barrier": "wall"}, [(40, 40), (60, 40), (60, 60), (40, 60), (40, 40)])


def said(result, kind):
    return [each.text.en for each in caveats(result) if each.kind == kind]


def test_facilities_and_candidates_are_counted_as_people_are(tmp_path):
    # One of each inside a wall; a candidate 150 m off, a station 190 m off, people 300 m off.
    files = {
        "town.osm": with_more(WALL),
        "people.csv": rows("id,lon,lat,people", f"in,{at(50, 50)},10", f"off,{at(600, 0)},7"),
        "stations.csv": rows("id,name,lon,lat", f"a,A,{at(51, 50)}", f"b,B,{at(490, 0)}"),
        "plots.csv": rows("id,name,lon,lat", f"p,P,{at(52, 50)}", f"q,Q,{at(450, 0)}", f"r,R,{at(0, 0)}"),
    }
    result = run_study(write_town(tmp_path, study=STUDY + PLOTS_LAYER, files=files))
    assert said(result, "joins") == [
        "joined to a street that may not be theirs: people 10 of 17 people (through a wall or fence 10); "
        "stations 1 of 2 (through a wall or fence 1); plots 1 of 3 (through a wall or fence 1)"
    ]
    assert said(result, "off_streets") == [
        "farther than 200 m from any street, not covered: people 7 of 17 people"
    ]
    assert said(result, "far") == ["joined by a walk of more than 100 m: stations 1 of 2; plots 1 of 3"]
    record = json.loads(run_record(result))["joins"]
    assert record["plots"]["rows"]["doubtful_by"] == {"wall": 1}
    assert record["people"]["people"]["not_joined"] == 7
    assert "plots 1 of 3" in summary(result, seconds={})


def test_a_row_on_an_isolated_piece_is_counted(tmp_path):
    # A footway 1 km away that hangs on nothing: the station beside it has no other street.
    lonely = ("a path that hangs on nothing", {"highway": "footway"}, [(1300, 0), (1320, 0)])
    stations = rows("id,name,lon,lat", f"a,A,{at(0, 0)}", f"b,B,{at(1310, 2)}")
    result = run_study(write_town(tmp_path, files={"town.osm": with_more(lonely), "stations.csv": stations}))
    assert said(result, "isolated") == [
        "on streets that are isolated, or that one-way traffic lets one only enter or only leave: "
        "stations 1 of 2"
    ]


def cut_town(home: str, *stations: str) -> dict[str, str]:
    """The town whose northern street goes on to the east, to a node that the extract lacks."""
    extract = streets().replace('<nd ref="16"/><tag', '<nd ref="16"/><nd ref="999"/><tag', 1)
    return {
        "town.osm": extract,
        "people.csv": rows("id,lon,lat,people", home),
        "stations.csv": rows("id,name,lon,lat", *stations),
    }


MINUTES = 'minutes = [5]\nname = "Town"'


def first_cause(result, minutes=5):
    causes = next(
        each
        for each in result.first.views
        if each.requirement.minutes == minutes and each.requirement.category
    )
    assert causes.total == result.first.people.sum()
    return causes.cause


def test_where_the_extract_ends_nobody_is_said_to_be_cut_off_and_the_station_beyond_is_named(tmp_path):
    files = cut_town(f"edge,{at(300, 280)},100", f"alpha,Alpha,{at(0, 0)}", f"beyond,Beyond,{at(600, 300)}")
    study = STUDY.replace('name = "Town"', MINUTES, 1)
    result = run_study(write_town(tmp_path, study=study, files=files))
    assert first_cause(result) == ["streets_end"]
    assert said(result, "past_the_cut") == [
        "the streets of the extract end before these places, which therefore serve nobody: Beyond"
    ]


def test_the_uncovered_who_reach_the_cut_in_time_are_counted_once(tmp_path):
    # 100 people live 20 s from the cut and 40 some 220 s: both within five minutes, neither is covered.
    homes = (f"edge,{at(300, 280)},100", f"home,{at(100, 280)},40")
    files = cut_town("\n".join(homes), f"alpha,Alpha,{at(0, -100)}")
    study = STUDY.replace('name = "Town"', MINUTES, 1)
    case = run_study(write_town(tmp_path, study=study, files=files)).first
    at_five = tuple(each for each in case.views if each.requirement.minutes == 5)
    (words,) = near_the_cut_words(replace(case, causes=at_five))
    assert at_five[0].cause == ["streets_end", "nothing_near"]
    assert words.en == (
        "140 of the uncovered people live within 5 minutes of the extract's edge; "
        "places beyond it are not known"
    )


def test_a_station_past_the_cut_is_named_inside_the_box_too(tmp_path):
    # A street far in the west makes the box 900 m tall; the cut one stops 250 m before the station.
    files = cut_town(f"edge,{at(300, 280)},100", f"alpha,Alpha,{at(0, 0)}", f"beyond,Beyond,{at(300, 550)}")
    west = with_more(
        ("long", {"highway": "residential"}, [(-100, 0), (-100, 900)]),
        ("s", {"highway": "residential"}, [(-100, 0), (0, 0)]),
    )
    files["town.osm"] = west.replace('<nd ref="16"/><tag', '<nd ref="16"/><nd ref="999"/><tag', 1)
    result = run_study(write_town(tmp_path, files=files))
    (words,) = said(result, "past_the_cut")
    assert words.endswith(": Beyond")


def test_the_same_home_in_a_town_that_was_not_cut_has_nothing_near(tmp_path):
    files = cut_town(f"edge,{at(300, 280)},100", f"alpha,Alpha,{at(0, 0)}") | {"town.osm": streets()}
    study = STUDY.replace('name = "Town"', MINUTES, 1)
    assert first_cause(run_study(write_town(tmp_path, study=study, files=files))) == ["nothing_near"]


def test_no_way_to_the_category_is_not_a_gate_to_be_opened(tmp_path):
    # A street of 3 km, too long to be an isolated piece, with a shop and a home; the station is 120 m off.
    far_side = ("over there", {"highway": "residential"}, [(420, 0), (420, 3000)])
    stations = rows("id,name,lon,lat", f"a,A,{at(300, 0)}")
    shops = rows("id,name,lon,lat", f"s,S,{at(420, 10)}")
    study = STUDY.replace('name = "Town"', MINUTES, 1) + PLOTS_LAYER.replace("plots", "shops").replace(
        'kind = "candidate"', 'kind = "merchant"\ncategory = "supermarket"'
    )
    people = rows("id,lon,lat,people", f"x,{at(420, 5)},9")
    town = {
        "town.osm": with_more(far_side),
        "stations.csv": stations,
        "people.csv": people,
        "shops.csv": shops,
    }
    result = run_study(write_town(tmp_path, study=study, files=town))
    assert first_cause(result) == ["not_connected"]


JOIN = '\n[[join]]\nlayer = "{layer}"\n{row}\n{how}\n'


def joined(tmp_path, *tables, layers=""):
    files = {
        "town.osm": with_more(FOOTWAY, CANAL),
        "people.csv": rows("id,lon,lat,people", f"h,{at(150, 150)},10"),
    }
    study = STUDY + layers + "".join(JOIN.format(layer=layer, row=row, how=how) for layer, row, how in tables)
    return run_study(write_town(tmp_path, study=study, files=files))


@pytest.mark.parametrize(
    ("how", "metres", "joins"),
    [
        ("nearest = true", 1, True),
        ("near = [{}, {}]".format(*place(150, 105)), 50, True),
        ("not_joined = true", 50, False),
    ],
)
def test_a_study_decides_a_join(tmp_path, how, metres, joins):
    result = joined(tmp_path, ("people", 'id = "h"', how))
    access = result.first.traveller.demand
    assert access.snapped.tolist() == [joins]
    assert access.doubt.tolist() == [0]
    if joins:
        assert access.snap_metres[0] == pytest.approx(metres, abs=1)
    assert len(said(result, "decided")) == 1
    (decided,) = json.loads(run_record(result))["joins_decided_by_the_study"]
    assert (decided["layer"], decided["row"]) == ("people", "h")


@pytest.mark.parametrize(
    ("row", "source", "fix"),
    [
        ('id = "alpa"', "join[1].id", "Nearest known ids: alpha"),
        ('name = "Alphaa"', "join[1].name", "Nearest known ids: alpha"),
        ('name = "quite another"', "join[1].name", "Nearest known ids: alpha"),
    ],
)
def test_a_decision_that_matches_nothing_names_the_nearest_ids(tmp_path, row, source, fix):
    with pytest.raises(InputError) as caught:
        joined(tmp_path, ("stations", row, "nearest = true"))
    (fault,) = caught.value.faults
    assert (fault.source, fault.fix.en) == (source, fix)


@pytest.mark.parametrize(
    ("tables", "place_of_fault"),
    [
        ([("people", 'id = "h"\nname = "x"', "nearest = true")], "join[1]"),
        ([("people", 'id = "h"', "")], "join[1]"),
        ([("people", 'id = "h"', "nearest = true\nnot_joined = true")], "join[1]"),
        ([("peopel", 'id = "h"', "nearest = true")], "join[1].layer"),
        ([("grid", 'id = "h"', "nearest = true")], "join[1].layer"),
        ([("people", 'id = "h"', "nearest = true")] * 2, "join[2]"),
        ([("people", 'id = "h"', "near = [24.9]")], "join[1].near"),
    ],
)
def test_a_decision_that_is_not_clear_is_a_fault(tmp_path, tables, place_of_fault):
    with pytest.raises(InputError) as caught:
        joined(tmp_path, *tables)
    assert {fault.source.split("[1]")[0].rstrip("]") for fault in caught.value.faults}
    assert all(fault.source.startswith(place_of_fault) for fault in caught.value.faults)


def test_a_plan_says_what_a_run_says_of_joins_and_rows(tmp_path):
    plots = rows("id,name,lon,lat", f"p,P,{at(52, 50)}", f"q,Q,{at(300, 300)}")
    people = rows("id,lon,lat,people", f"in,{at(50, 50)},10", "bad,,,3", f"far,{at(300, 250)},20")
    files = {"town.osm": with_more(WALL), "plots.csv": plots, "people.csv": people}
    folder = write_town(tmp_path, study=STUDY + PLOTS_LAYER, files=files)
    plan, run = site_study(folder, SiteQuestion(minutes=1.0, new=1)), run_study(folder)
    shared = ("rejected", "joins", "people_estimated", "occupancy", "past_the_cut", "far")
    for kind in shared:
        assert said(plan, kind) == said(run, kind)
    assert said(plan, "rejected")
    assert said(plan, "joins")
    names = {path.name: path for path in write_siting(plan)}
    record = json.loads(names["run.json"].read_text("utf-8"))
    assert [each["kind"] for each in record["caveats"]] == [each.kind for each in caveats(plan)]
    assert siting_map(plan).notes == tuple(caveat_line(each) for each in caveats(plan))


def test_homes_under_construction_house_nobody_before_their_day(tmp_path):
    people = rows(
        "id,lon,lat,people,状态,启用日期", f"h,{at(0, 50)},10,,", f"i,{at(99, 50)},7,在建,2099-06-01"
    )
    counted = {}
    for name, line in {"now": "week = true", "then": 'week = true\non = "2099-06-01"'}.items():
        study = STUDY.replace('name = "Town"', f'name = "Town"\n{line}')
        result = run_study(write_town(tmp_path / name, study=study, files={"people.csv": people}))
        record = json.loads(run_record(result))
        totals = set(result.week.shifts["total"].tolist())
        counted[name] = (result.first.people.tolist(), record["people"]["total"], totals)
    assert counted == {"now": ([10, 0], 10, {10}), "then": ([10, 7], 17, {17})}


def test_a_place_that_opens_later_is_not_open_and_that_is_said(tmp_path):
    stations = rows(
        "id,name,lon,lat,opens_on", f"a,A,{at(0, 0)},2099-06-01", f"b,B,{at(300, 300)},2019-06-01"
    )
    result = run_study(write_town(tmp_path, files={"stations.csv": stations}))
    assert result.first.usable.now.tolist() == [False, True]
    assert said(result, "not_yet") == [
        "stations: 1 row: the opening date lies after the day of this run: counted from that date where the "
        "study has a date (on), and not at all without one"
    ]
