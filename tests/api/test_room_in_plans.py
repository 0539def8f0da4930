"""What a plan makes of the room of places: told where it is left aside, never assumed where unknown."""

from __future__ import annotations

import pytest

from api.site import site_study
from layers.study.siting.question import SiteQuestion
from maps.words.caveats import caveats
from maps.words.siting import answer
from tests.support.town import STUDY, at, rows, write_town

ROOM = STUDY.replace('category = "station"\n', 'category = "station"\ncapacity = "limits"\n')
STATIONS = rows(
    "id,name,lon,lat,service_capacity",
    f"a,A,{at(0, 0)},12",
    f"b,B,{at(300, 300)},",
)
PEOPLE = rows("id,lon,lat,people", f"near,{at(50, 0)},30", f"far,{at(300, 250)},20")


@pytest.fixture
def folder(tmp_path):
    return write_town(tmp_path / "town", study=ROOM, files={"stations.csv": STATIONS, "people.csv": PEOPLE})


def kinds(result):
    return {each.kind for each in caveats(result)}


def test_a_plan_that_leaves_room_aside_says_so_and_claims_no_cover(folder):
    result = site_study(folder, SiteQuestion(new=1, minutes=15))
    assert "room_left_aside" in kinds(result)
    assert "covered" not in answer(result).en
    assert "已覆盖" not in answer(result).zh


def test_a_place_whose_room_is_not_known_serves_nobody_in_a_plan_with_room(folder):
    """A takes 12 of the 50; B, which does not say its room, none; one site without a limit takes all 38."""
    result = site_study(folder, SiteQuestion(new=1, minutes=15, capacity="limits"))
    assert "room_left_aside" not in kinds(result)
    assert result.as_asked is not None
    today, then = (float(people.sum()) for people in result.as_asked)
    assert (today, then) == (12, 50)
    assert "capacity_unknown" in kinds(result)
    said = next(each.text for each in caveats(result) if each.kind == "capacity_unknown")
    assert said.zh.endswith("服务站点1处")
