"""A siting question from study to plan: a town counted by hand, and the streets of the demo."""

from __future__ import annotations

import shutil
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import typer

from api.cli.site import register
from api.http.site_answers import site_answer
from api.outputs import SITE_FILES, write_siting
from api.run import run_study
from api.site import site_study
from geo.errors import InputError
from geo.search.reach import nearest
from geo.siting import solve
from geo.siting.coverage import nearest_seconds, travel_times
from layers.joined import join_layer
from layers.study.siting.question import SiteQuestion
from layers.write.verify import verify
from layers.write.workbook import write_workbook
from maps.book.siting import siting_edition
from maps.book.siting_tables import (
    by_group,
    by_polygon,
    candidate_table,
    chosen_table,
    curve_table,
    near_table,
    people_alone,
)
from maps.book.spec import workbook_sheets
from maps.page.siting import siting_map
from maps.words.siting import answer, goal_words, insisting_words, proof
from tests.support.town import STUDY, at, rows, write_town

PLOTS = rows(
    "id,name,lon,lat,cost", f"a,North,{at(300, 300)},5", f"b,South,{at(200, 0)},1", f"c,East,{at(300, 100)},4"
)
"""Within three minutes, 180 m: a and c reach the 20 people far away, b the 10 near that have a station."""

PLOTS_LAYER = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "study"
    return write_town(folder, study=STUDY + PLOTS_LAYER, files={"plots.csv": PLOTS})


def ask(folder, **asked):
    return site_study(folder, SiteQuestion(**{"minutes": 3.0, **asked}))


def chosen(result):
    return sorted(result.sites["id"].iloc[list(result.plan.opened)])


def test_one_new_site_by_hand(town):
    result = ask(town, new=1)
    assert chosen(result) in (["plots:a"], ["plots:c"])
    assert (result.people.sum(), result.plan.people_before, result.plan.people_covered) == (30, 10, 30)
    assert result.plan.status == "optimal"
    assert result.name.en == "a service station"


def test_the_station_of_today_is_kept_and_counted(town):
    result = ask(town, new=0)
    assert result.plan.people_covered == 10
    assert result.sites["existing"].tolist() == [True, False, False, False]


def test_the_budget_decides(town):
    assert chosen(ask(town, budget=4.0)) == ["plots:c"]
    assert chosen(ask(town, budget=3.0)) == []


def test_sites_far_enough_apart(town):
    assert chosen(ask(town, new=1, apart_metres=400.0)) == ["plots:a"]


def test_a_forbidden_candidate_is_not_chosen(town):
    assert chosen(ask(town, new=1, forbid=("plots:a",))) == ["plots:c"]


def test_insisting_has_its_price(town):
    result = ask(town, new=1, keep=("plots:b",))
    assert chosen(result) == ["plots:b"]
    assert result.insisted.loss == pytest.approx(20)
    assert insisting_words(result).en == "100.0 % of the gain: 10 people with them, 30 people without"


def test_insisting_on_what_is_best_anyway_costs_nothing(town):
    result = ask(town, new=1, keep=("plots:a",))
    assert insisting_words(result).en == "nothing: 30 people with them and without"
    assert insisting_words(result).zh == "无损失：包含与不包含时均为 30 人"


def test_the_price_of_insisting_is_a_number_only_where_it_is_proven(town):
    result = ask(town, new=1, keep=("plots:b",))
    assert site_answer(result).price_of_insisting == pytest.approx(1.0)
    best = replace(result.insisted.best, status="stopped")
    cut_short = replace(result, insisted=replace(result.insisted, best=best))
    assert site_answer(cut_short).price_of_insisting is None


def test_fewest_sites_for_everybody(town):
    result = ask(town, cover=1.0)
    assert (result.plan.value, result.plan.people_covered) == (1, 30)


def test_least_minutes_and_the_worst_minute(town):
    assert chosen(ask(town, new=1, goal="minutes")) == ["plots:a"]  # 50 m from the twenty far away
    assert ask(town, new=1, goal="worst").plan.value == pytest.approx(2.5, abs=1e-3)  # the near stay at 150 m


def test_what_no_candidate_reaches_is_named_and_nothing_is_written(town):
    with pytest.raises(InputError) as raised:
        ask(town, cover=1.0, forbid=("plots:a", "plots:c"))
    assert "20" in str(raised.value)
    assert "people:far" in str(raised.value)
    assert not (town / "out").exists()


def test_too_few_sites_are_the_culprit_and_giving_way_helps(town):
    with pytest.raises(InputError) as raised:
        ask(town, cover=1.0, new=0)
    assert "new" in [fault.source for fault in raised.value.faults]
    assert ask(town, cover=1.0, new=1).plan.status == "optimal"


@pytest.mark.parametrize(
    "asked",
    [
        {"category": "nonsense"},
        {"within": ("nowhere",)},
        {"keep": ("nothing",)},
        {"budget": 1.0, "candidates": "junctions"},
    ],
)
def test_questions_the_study_cannot_answer(town, asked):
    with pytest.raises(InputError):
        ask(town, **{"new": 1, **asked})


@pytest.mark.parametrize("source", ["junctions", "grid"])
def test_other_candidates(town, source):
    result = ask(town, new=1, candidates=source, spacing_metres=100.0)
    assert result.candidates >= 6
    assert result.plan.people_covered == 30


def test_candidates_within_a_cell(town):
    cell = next(iter(ask(town, new=1).layers.grids["id"]))
    result = ask(town, new=1, candidates="junctions", within=(cell,))
    inside = result.layers.grids.geometry.iloc[0]
    assert result.sites[~result.sites["existing"]].intersects(inside).all()


def test_under_construction_counts_from_its_day(tmp_path):
    stations = rows(
        "id,name,lon,lat,status,opens_on",
        f"alpha,Alpha,{at(0, 0)},open,",
        f"beta,Beta,{at(300, 300)},building,2027-05-01",
    )
    folder = write_town(
        tmp_path, study=STUDY + PLOTS_LAYER, files={"plots.csv": PLOTS, "stations.csv": stations}
    )
    from datetime import date

    early, late = ask(folder, new=1), ask(folder, new=1, on=date(2027, 6, 1))
    assert (early.plan.people_before, early.not_counted) == (10, 1)
    assert (late.plan.people_before, late.not_counted) == (30, 0)


def test_near_equal_plans_and_the_curve(town):
    result = ask(town, new=1)
    assert near_table(result)["people"].tolist() == [30, 30]
    curve = curve_table(result)
    assert curve["people"].tolist() == [10, 30, 30, 30]
    assert curve["more"].tolist()[1:] == [20, 0, 0]
    assert ask(town, new=1, curve=0, alternatives=0).curve == ()


def test_tables_sum_to_the_plan(town):
    result = ask(town, new=1)
    for table in (by_group(result), by_polygon(result)):
        assert table[["people", "before", "after", "gained"]].sum().tolist() == pytest.approx(
            [30, 10, 30, 20]
        )
    assert chosen_table(result)[["served", "added", "alone"]].to_numpy().tolist() == [[20, 20, 20]]
    assert people_alone(result).tolist() == [0, 20, 0, 20]
    assert candidate_table(result)["chosen"].sum() == 1


# Words ---------------------------------------------------------------------------------------------


def test_the_answer_in_words(town):
    result = ask(town, new=1)
    assert answer(result).en == (
        "With 1 new site, 100 % of 30 people reach a service station within 3 minutes, 20 more than the 33 % "
        "of today; nobody is left out"
    )
    assert proof(result).en.startswith("Optimal")


@pytest.mark.parametrize(
    ("status", "stopped", "words"),
    [
        ("within", "", "Within 0.4 % of the best possible"),
        (
            "stopped",
            "time",
            "Stopped by the time limit: the best plan so far, within 0.4 % of the best possible",
        ),
        ("stopped", "user", "Stopped by you: the best plan so far, within 0.4 % of the best possible"),
    ],
)
def test_what_is_not_proven_is_not_called_optimal(town, status, stopped, words):
    result = ask(town, new=1, curve=0, alternatives=0)
    plan = replace(result.plan, status=status, stopped_by=stopped, gap=0.004)
    assert proof(replace(result, plan=plan)).en == words


def test_fairness_cut_short_is_not_called_optimal(town):
    result = ask(town, new=1, fair="grid", curve=0)
    assert proof(result).en.startswith("Optimal")
    plan = replace(result.plan, stopped_by="time")
    assert proof(replace(result, plan=plan)).en == (
        "Stopped by the time limit: the best plan so far, not proven for all parts"
    )


@pytest.mark.parametrize("fair", ["grid", "group"])
def test_a_fair_plan_helps_who_had_nothing(town, fair):
    assert ask(town, new=1, fair=fair).plan.people_covered == 30


def test_the_curve_of_a_fair_plan_counts_people(town):
    result = ask(town, new=1, fair="group", curve=1)
    said = [goal_words(result, value).en for value in curve_table(result)["value"]]
    assert said == ["10 people", "30 people"]
    [curve] = [
        sheet
        for sheet in workbook_sheets(siting_edition(result))
        if sheet.table is not None and "nested_people" in sheet.table.frame
    ]
    assert [value.en for value in curve.table.frame["value"]] == said


def test_an_interrupt_keeps_the_plan_so_far_and_compares_no_more(town, monkeypatch):
    def interrupted(*given):
        return replace(solve(*given), status="stopped", stopped_by="user", gap=0.01)

    monkeypatch.setattr("geo.siting.compare.solve", interrupted)
    result = ask(town, new=1)
    assert len(result.plan.opened) == 1
    assert (result.curve, len(result.near)) == ((), 1)
    assert proof(result).zh.startswith("由用户中止")
    assert [sheet.name.en for sheet in workbook_sheets(siting_edition(result))].count("Curve") == 0


# Files ---------------------------------------------------------------------------------------------


def test_all_files_whole_and_none_replaced_unasked(town, tmp_path):
    shutil.copytree(town, tmp_path, dirs_exist_ok=True)
    result = ask(town, new=1)
    result = replace(result, study=result.study.model_copy(update={"folder": tmp_path}))
    paths = write_siting(result)
    assert tuple(path.name for path in paths) == SITE_FILES
    folder = tmp_path / "out" / "siting" / "plan"
    assert {path.name for path in folder.iterdir()} == set(SITE_FILES)
    layers = {name for name, _ in pyogrio.list_layers(folder / "siting.gpkg")}
    drawn = {"chosen", "candidates", "today", "coverage", "people", "loads", "ways", "reach"}
    assert layers == drawn | {"layer_styles", "dictionary"}
    with pytest.raises(InputError, match="already"):
        write_siting(result)
    assert verify(folder) == len(SITE_FILES) - 1
    people = gpd.read_file(folder / "siting.gpkg", layer="people")
    assert people["minutes_before"].tolist() == pytest.approx([2.5, 9.1667], abs=1e-3)
    assert (people["minutes_after"] <= people["minutes_before"]).all()


def test_a_plan_without_grid_or_areas_is_written(tmp_path):
    study = STUDY[: STUDY.index('[[layer]]\nid = "grid"')]
    result = ask(write_town(tmp_path / "town", study=study), new=1)
    assert by_polygon(result).empty
    layers = {name for name, _ in pyogrio.list_layers(write_siting(result)[1])}
    assert {"people", "today"} <= layers
    assert "coverage" not in layers


def test_an_error_while_writing_leaves_what_was_there(town, tmp_path, monkeypatch):
    result = ask(town, new=1)
    shutil.copytree(town, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out"))
    result = replace(result, study=result.study.model_copy(update={"folder": tmp_path}))
    folder = tmp_path / "out" / "siting" / "plan"
    folder.mkdir(parents=True)
    (folder / "siting.xlsx").write_text("mine")

    def fail(_content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.outputs.render_map", fail)
    with pytest.raises(OSError, match="No space"):
        write_siting(result, overwrite=True)
    assert [path.name for path in folder.iterdir()] == ["siting.xlsx"]
    assert (folder / "siting.xlsx").read_text() == "mine"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_in_both_languages(town, tmp_path, language):
    path = write_workbook(
        tmp_path / "siting.xlsx", workbook_sheets(siting_edition(ask(town, new=1))), language=language
    )
    book = openpyxl.load_workbook(path)
    plan = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows(min_row=4)}
    assert plan["Proof" if language == "en" else "证明"][:2] in ("Op", "最优")
    assert len(book.sheetnames) > 7
    cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
    words = [value for value in cells if isinstance(value, str)]
    assert not any(value.startswith("Text(") for value in words)
    # An official reads it, who knows nothing of how plans are searched.
    assert not [value for value in words if any(term in value for term in ("分支", "差距", "定界", "劣势"))]


def test_the_map_shows_today_and_the_plan(town):
    content = siting_map(ask(town, new=1))
    totals = content.totals[content.totals["minutes"] == 3.0].set_index("case")["people_covered"]
    assert totals.to_dict() == {"before": 10.0, "after": 30.0}
    kinds = content.facilities["kind"].value_counts().to_dict()
    assert kinds == {"station": 1, "chosen": 1, "rejected": 2}
    assert content.siting.curve[1][:2] == (1, 30.0)


# The command line ----------------------------------------------------------------------------------


@pytest.fixture
def command():
    from typer.testing import CliRunner

    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return lambda *words: CliRunner().invoke(app, ["site", *map(str, words)])


def test_the_command_says_what_it_found(town, tmp_path, command):
    folder = shutil.copytree(town, tmp_path / "study")
    result = command(folder, "--new", 1, "--minutes", 3, "-q", "--insist", "plots:b")
    assert result.exit_code == 0, result.output
    assert "Optimal" in result.output
    assert "100.0 % of the gain" in result.output
    assert all((folder / "out" / "siting" / "plan" / name).is_file() for name in SITE_FILES)
    again = command(folder, "--new", 1, "--minutes", 3, "-q")
    assert "--name: a plan of this name is there already" in str(again.exception)
    assert command(folder, "--new", 1, "--minutes", 3, "-q", "--overwrite").exit_code == 0


def test_the_command_refuses_in_the_words_of_the_option(town, tmp_path, command):
    folder = shutil.copytree(town, tmp_path / "study")
    result = command(folder, "--cover", "100%", "--minutes", 1, "-q")
    assert isinstance(result.exception, InputError)
    assert "--minutes: " in str(result.exception)
    assert not list((folder / "out").glob("*"))


# Real streets --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_study(tmp_path_factory):
    from api.cli.demo import make_demo

    folder = make_demo(tmp_path_factory.mktemp("demo") / "study")
    text = (folder / "study.toml").read_text("utf-8").replace("week = true", "week = false")
    (folder / "study.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def demo_plan(demo_study):
    return ask(demo_study, new=3, minutes=5.0, category="healthcare")


def covered_in(result, category, minutes):
    table = result.tables.within
    kept = (table["category"] == category) & (table["minutes"] == minutes)
    return float(table.loc[kept, "covered"].iloc[0])


@pytest.mark.slow
def test_people_gained_are_those_the_assessment_counts_with_the_sites_built(demo_study, demo_plan, tmp_path):
    folder = shutil.copytree(demo_study, tmp_path / "study")
    sites = chosen_table(demo_plan)
    lines = [f"{row.id},{row.lon!r},{row.lat!r}" for row in sites.itertuples()]
    (folder / "built.csv").write_text(rows("id,lon,lat", *lines), "utf-8")
    layer = PLOTS_LAYER.replace("plots", "built").replace("candidate", "facility") + 'category = "clinic"\n'
    today = run_study(folder)
    (folder / "study.toml").write_text((folder / "study.toml").read_text("utf-8") + layer, "utf-8")
    built = run_study(folder)
    plan = demo_plan.plan
    assert covered_in(today, "healthcare", 5.0) == pytest.approx(plan.people_before)
    assert covered_in(built, "healthcare", 5.0) == pytest.approx(plan.people_covered)
    assert by_group(demo_plan)["gained"].sum() == pytest.approx(plan.people_covered - plan.people_before)
    areas = built.tables.grid_minutes.query("category == 'healthcare' and minutes == 5")
    told = by_polygon(demo_plan).set_index("id")["after"]
    assert areas.set_index("grid_id")["people_covered"].reindex(told.index).tolist() == pytest.approx(
        told.tolist()
    )


@pytest.mark.slow
def test_times_searched_from_either_side_are_the_same(demo_plan):
    result = demo_plan
    access = [
        join_layer(result.study, result.network, result.layers, rows)
        for rows in (result.layers.demand, result.sites)
    ]
    seconds = nearest(result.network, *access).seconds[:, 0]
    some = nearest_seconds(result.times, np.arange(len(result.sites)))
    assert np.array_equal(np.where(seconds <= 900, seconds, np.inf), some)


@pytest.mark.slow
def test_few_sites_searched_outwards_and_many_inwards_agree(demo_plan):
    result, some = demo_plan, np.arange(50)
    assert result.network.symmetric
    access = join_layer(result.study, result.network, result.layers, result.sites).take(some)
    people = join_layer(result.study, result.network, result.layers, result.layers.demand)
    times = travel_times(result.network, people, access, max_seconds=900.0)
    assert times.sites == 50 < times.points < len(result.sites)
    for site in some:
        assert nearest_seconds(times, [site]).tolist() == nearest_seconds(result.times, [site]).tolist()


@pytest.mark.slow
def test_no_single_exchange_betters_the_plan(demo_plan):
    result, limit = demo_plan, 300.0
    opened = list(result.plan.opened)
    standing = np.flatnonzero(result.sites["existing"])
    for site in opened:
        rest = np.array([*standing, *(one for one in opened if one != site)])
        left = np.where(nearest_seconds(result.times, rest) > limit, result.people, 0.0)
        held = result.people.sum() - left.sum()
        near = result.times.milliseconds <= limit * 1000
        gains = np.add.reduceat(np.where(near, left[result.times.point], 0.0), result.times.start[:-1])
        assert held + gains.max() <= result.plan.people_covered + 1e-6
