"""The doubtful joins of a check: listed, drawn, and nothing of small groups."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from api.check import check_study, write_check_files
from maps.words.check import check_text
from tests.api.test_joins import PLOTS_LAYER, with_more
from tests.support.town import STUDY, at, place, rows, write_town

WALL = ("a wall", {"barrier": "wall"}, [(40, 40), (60, 40), (60, 60), (40, 60), (40, 40)])
GROUPS = "id,name,lon,lat,people,group"


def checked(tmp_path, *people, study=STUDY + PLOTS_LAYER):
    files = {
        "town.osm": with_more(WALL),
        "people.csv": rows(GROUPS, *people),
        "stations.csv": rows("id,name,lon,lat", f"a,Alpha,{at(51, 50)}", f"b,Beta,{at(0, 0)}"),
        "plots.csv": rows("id,name,lon,lat", f"p,Plot P,{at(52, 52)}"),
    }
    result = check_study(write_town(tmp_path, study=study, files=files))
    paths = {path.name: path for path in write_check_files(result)}
    return result, paths


def test_doubtful_joins_are_listed_by_name_and_drawn_with_what_they_cross(tmp_path):
    result, paths = checked(tmp_path, f"h,Home H,{at(50, 50)},10,residents")
    page = paths["check.html"].read_text("utf-8")
    section = page[page.index('<section id="joins">') : page.index("</section>")]
    for name in ("Home H", "Alpha", "Plot P"):
        assert section.count(name) >= 2
    assert "Beta" not in section
    assert "through a wall or fence" in section
    assert section.count('class="wall"') == 3 + 1
    # One overview, a key of seven signs, three close-ups.
    assert section.count("<svg") == 1 + 7 + 3
    assert not re.search(r"<script|https?://", page)
    sheet = pd.read_excel(paths["check.xlsx"], sheet_name="Doubtful joins", header=None, engine="openpyxl")
    assert {"Home H", "Alpha", "Plot P"} <= set(sheet.astype(str).to_numpy().ravel())
    assert "people 10 of 10 people (through a wall or fence 10)" in check_text(result)


def test_the_counts_of_every_layer_are_on_the_page(tmp_path):
    _, paths = checked(tmp_path, f"h,Home H,{at(50, 50)},10,residents")
    page = paths["check.html"].read_text("utf-8")
    assert "1 of 2 rows: through a wall or fence 1" in page
    assert "1 of 1 rows (10 people): through a wall or fence 1" in page


def test_both_joins_of_a_row_are_given_in_metres(tmp_path):
    # All ways lead through a wall; the nearest street, 20 m to the south, is across a canal too.
    around = ("a wall", {"barrier": "wall"}, [(40, 15), (60, 15), (60, 25), (40, 25), (40, 15)])
    canal = ("a canal", {"waterway": "canal"}, [(-50, 10), (350, 10)])
    files = {
        "town.osm": with_more(around, canal),
        "people.csv": rows("id,lon,lat,people", f"h,{at(50, 20)},9"),
    }
    result = check_study(write_town(tmp_path, files=files))
    (row,) = result.doubtful.to_dict("records")
    assert (row["metres"], row["nearest_metres"]) == pytest.approx((50, 20), abs=0.5)
    page = {path.name: path for path in write_check_files(result)}["check.html"].read_text("utf-8")
    assert "through a wall or fence; 50 m to the street taken, nearest 20 m" in page
    # The first of each is the key.
    taken, nearest = (re.findall(f'class="{key}" d="(M[^"]+)"', page)[1:] for key in ("taken", "nearest"))
    assert len(taken) == len(nearest) == 1
    assert taken[0].split("L")[0] == nearest[0].split("L")[0]


def units_of(page):
    return re.findall(r'class="dots[^"]*" d="([^"]*)"', page)


def test_small_groups_leave_no_place_anywhere_on_the_page(tmp_path):
    shown, few = f"h,Home H,{at(50, 50)},10,residents", f"s,Secret House,{at(49, 50)},3,elderly"
    _, paths = checked(tmp_path / "with", shown, few)
    _, without = checked(tmp_path / "without", shown)
    page, plain = (each["check.html"].read_text("utf-8") for each in (paths, without))
    assert "Secret House" not in page
    assert units_of(page) == units_of(plain)
    assert "1 join of small groups is counted and shown nowhere" in page
    assert "1 row of fewer than 5 people of a special group is counted" in page
    sheet = pd.read_excel(paths["check.xlsx"], sheet_name="Doubtful joins", header=None, engine="openpyxl")
    assert "Secret House" not in set(sheet.astype(str).to_numpy().ravel())


def test_a_larger_group_is_shown(tmp_path):
    _, paths = checked(tmp_path, f"s,Old House,{at(49, 50)},5,elderly")
    assert "Old House" in paths["check.html"].read_text("utf-8")


def test_cells_that_say_where_somebody_of_a_group_lives_are_not_shown(tmp_path):
    _, paths = checked(
        tmp_path, f"h,Home H,{at(50, 50)},10,elderly", f"s,Odd,{place(0, 0)[0]}x,{place(0, 0)[1]},3,elderly"
    )
    page = paths["check.html"].read_text("utf-8")
    assert f"{place(0, 0)[0]}x" not in page


def test_what_the_study_decides_is_said_and_no_longer_doubted(tmp_path):
    decided = '\n[[join]]\nlayer = "stations"\nname = "Alpha"\nnearest = true\n'
    study = STUDY + PLOTS_LAYER + decided
    result, paths = checked(tmp_path, f"h,Home H,{at(50, 50)},10,residents", study=study)
    assert "stations" not in set(result.doubtful["layer"])
    assert "stations Alpha joined to the plain nearest street" in paths["check.html"].read_text("utf-8")


def test_a_decision_about_nothing_is_a_fault_of_the_check(tmp_path):
    study = STUDY + PLOTS_LAYER + '\n[[join]]\nlayer = "stations"\nname = "Alpah"\nnearest = true\n'
    result, paths = checked(tmp_path, f"h,Home H,{at(50, 50)},10,residents", study=study)
    assert [fault.source for fault in result.faults] == ["join[1].name"]
    assert "Nearest known ids: a (Alpha)" in paths["check.html"].read_text("utf-8")
