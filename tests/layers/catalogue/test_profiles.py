"""Travel profiles: the built-in ones, a user's own, and files that are none."""

from __future__ import annotations

import re

import pytest

from geo.errors import InputError
from geo.network.profiles import way_speed
from layers.catalogue.profiles import list_profiles, read_profile

MINE = """\
id = "mine"
based_on = "_foot"
speed_kph = 2.88
source = "our own count"
verified = true

[name]
en = "With a stick"
zh = "拄拐"
"""


@pytest.fixture
def read(tmp_path):
    """Read a profile of a user's own from its text."""

    def make(text: str):
        (tmp_path / "mine.toml").write_text(text, "utf-8")
        return read_profile("mine.toml", tmp_path)

    return make


@pytest.mark.parametrize("name", list_profiles())
def test_a_built_in_profile_is_complete(name):
    profile = read_profile(name)
    assert profile.id == name
    assert profile.name.en
    assert profile.name.zh
    assert len(profile.source.en) > 10
    assert re.search(r"[\u4e00-\u9fff]", profile.source.zh)
    assert 0 < profile.metres_per_second <= 25 / 3.6
    assert way_speed(profile, {"highway": "residential"}).forward_kph > 0
    assert way_speed(profile, {"highway": "motorway"}).forward_kph == 0


@pytest.mark.parametrize(
    ("name", "metres_per_second"),
    [("walk", 1.0), ("adult", 1.24), ("metres", 1.0)],
)
def test_the_speed_of_a_profile(name, metres_per_second):
    assert read_profile(name).metres_per_second == pytest.approx(metres_per_second)


def test_those_who_walk_slower_are_slower():
    speed = {name: read_profile(name).metres_per_second for name in list_profiles()}
    assert (
        max(speed["older"], speed["child"], speed["wheelchair"], speed["pram"])
        < speed["adult"]
        < speed["bicycle"]
    )


@pytest.mark.parametrize(("name", "passes"), [("walk", True), ("adult", True), ("wheelchair", False)])
def test_who_may_take_steps(name, passes):
    assert (way_speed(read_profile(name), {"highway": "steps"}).forward_kph > 0) is passes


def test_the_names_are_listed_without_the_bases():
    assert list_profiles() == tuple(sorted(list_profiles()))
    assert not any(name.startswith("_") for name in list_profiles())


def test_a_profile_of_ones_own_takes_over_its_base(read):
    profile = read(MINE)
    assert profile.metres_per_second == pytest.approx(0.8)
    assert profile.ways == read_profile("walk").ways


def test_a_table_of_ones_own_changes_only_what_it_names(read):
    profile = read(MINE + '[ways]\nsteps = "no"\n')
    assert way_speed(profile, {"highway": "steps"}).forward_kph == 0
    assert way_speed(profile, {"highway": "footway"}).forward_kph == pytest.approx(2.88)


def test_a_profile_may_start_from_a_built_in_one(read):
    profile = read('id = "slow"\nbased_on = "wheelchair"\nspeed_kph = 1\n')
    assert profile.ways == read_profile("wheelchair").ways
    assert profile.speed_kph == 1


def test_a_source_may_be_given_in_both_languages_or_in_one(read):
    assert read(MINE).source == ("our own count", "our own count")
    both = MINE.replace('"our own count"', '{ en = "our own count", zh = "自行实测" }')
    assert read(both).source == ("our own count", "自行实测")


def test_a_source_of_ones_own_says_nothing_of_its_base(read):
    with pytest.raises(InputError, match="source"):
        read('id = "slow"\nbased_on = "walk"\nspeed_kph = 1\nsource = { en = "our own count" }\n')


def test_a_profile_cannot_be_changed(read):
    with pytest.raises(TypeError):
        read(MINE).ways["steps"] = "no"


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(
        InputError, match=r"there is no such travel profile \(car\). Use one of adult, bicycle"
    ):
        read_profile("car")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_profile("gone.toml", tmp_path)


CASES = {
    "no TOML": ("id = \n", "cannot be read"),
    "an unknown key": ("colour = 1\n" + MINE, "the key 'colour' is not known"),
    "an unknown base": (MINE.replace('"_foot"', '"feet"'), "based_on names no built-in profile: 'feet'"),
    "a base elsewhere": (MINE.replace('"_foot"', '"../_foot"'), "based_on names no built-in profile"),
    "a base that is a number": (MINE.replace('"_foot"', "3"), "based_on"),
    "no name": (MINE.split("[name]")[0], "the key 'name' is missing"),
    "a name in one language": (MINE.replace('zh = "拄拐"\n', ""), "name"),
    "a name that is a word": (MINE.split("[name]")[0] + 'name = "mine"\n', "name"),
    "an id that is a number": (MINE.replace('"mine"', "3"), "id"),
    "a source that is a number": (MINE.replace('"our own count"', "3"), "source"),
    "no speed": (MINE.replace("2.88", "0"), "speed_kph must be a speed"),
    "a speed below nothing": (MINE.replace("2.88", "-1"), "speed_kph must be a speed"),
    "a speed that is no number": (MINE.replace("2.88", "nan"), "speed_kph must be a speed"),
    "a speed in words": (MINE.replace("2.88", '"fast"'), "speed_kph must be a speed"),
    "a speed that is a flag": (MINE.replace("2.88", "true"), "speed_kph must be a speed"),
    "an unknown rule": (MINE + '[ways]\nsteps = "maybe"\n', "ways know yes, tagged and no"),
    "ways that are a word": ('ways = "all"\n' + MINE, "ways"),
    "access keys that are a word": ('access_keys = "foot"\n' + MINE, "access_keys"),
    "barriers that are a number": ("blocking_barriers = 3\n" + MINE, "blocking_barriers"),
    "barriers that are a word": ('blocking_barriers = "gate"\n' + MINE, "blocking_barriers"),
    "a wait below nothing": (MINE + "[delays_seconds]\ncrossing = -5\n", "delays_seconds"),
    "a wait in words": (MINE + '[delays_seconds]\ncrossing = "long"\n', "delays_seconds"),
    "a speed of a way below nothing": (MINE + "[way_speed_kph]\nsteps = -1\n", "way_speed_kph"),
    "a speed of a way in words": (MINE + '[way_speed_kph]\nsteps = "slow"\n', "way_speed_kph"),
    "a factor below nothing": (MINE + "[surface_factor]\nsand = -1\n", "surface_factor"),
    "an unknown slope": ('slope = "hilly"\n' + MINE, "slope"),
    "a flag in words": ('oneway = "yes"\n' + MINE, "oneway"),
}


@pytest.mark.parametrize(("text", "words"), CASES.values(), ids=CASES)
def test_a_file_that_is_no_profile_is_a_fault_that_names_the_key(read, text, words):
    with pytest.raises(InputError) as caught:
        read(text)
    assert words in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_all_faults_of_a_profile_are_said_at_once(read):
    with pytest.raises(InputError) as caught:
        read("colour = 1\n" + MINE.replace("2.88", "-1").replace("[name]", '[ways]\nsteps = "maybe"\n[name]'))
    assert len(caught.value.faults) == 3


def test_an_own_profile_is_spoken_of_in_its_own_words(tmp_path):
    """It takes the speed of walking from the built-in one, and neither its name nor its words."""
    own = 'id = "mine"\nbased_on = "walk"\n[name]\nen = "With a stick"\nzh = "拄拐步行"\n'
    (tmp_path / "mine.toml").write_text(own, "utf-8")
    profile = read_profile("mine.toml", tmp_path)
    assert profile.by == ("as “With a stick”", "按“拄拐步行”")
    assert profile.travel_mode == "walker"


@pytest.mark.parametrize(
    ("keys", "mode"), [(["foot"], "pram"), (["bicycle", "vehicle"], "cyclist"), (["motorcar"], "driver")]
)
def test_how_one_travels_is_told_by_the_ways_one_uses(tmp_path, keys, mode):
    own = f'id = "mine"\nspeed_kph = 5\nsource = "us"\nverified = false\naccess_keys = {keys}\n'
    own += 'ways = { residential = "yes" }\nname = { en = "Mine", zh = "自定" }\n'
    (tmp_path / "mine.toml").write_text(own.replace("'", '"'), "utf-8")
    assert read_profile("mine.toml", tmp_path).travel_mode == mode


def test_a_speed_that_is_chosen_or_derived_is_not_verified():
    assert not [name for name in ("walk", "child", "pram") if read_profile(name).verified]
