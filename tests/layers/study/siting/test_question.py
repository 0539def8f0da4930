"""The siting question: its fields, its contradictions, and its words in the file, the command and JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from geo.errors import InputError
from layers.study.model import parse_study
from layers.study.siting.door_words import COMMAND_WORDS, JSON_WORDS, file_words, in_words, option_of
from layers.study.siting.question import SiteQuestion, site_question


@pytest.mark.parametrize(
    ("text", "share"), [("95%", 0.95), ("0.95", 0.95), ("95", 0.95), (" 100％", 1.0), ("1", 1.0), (0.5, 0.5)]
)
def test_a_share_in_the_ways_people_write_it(text, share):
    assert site_question({"cover": text}).cover == pytest.approx(share)


@pytest.mark.parametrize("share", ["", "all", "0", "-5%", "120%", "nan", 95, True])
def test_what_is_no_share(share):
    with pytest.raises(InputError) as raised:
        site_question({"cover": share})
    assert [fault.source for fault in raised.value.faults] == ["cover"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "new"),
        ({"new": -1}, "new"),
        ({"new": 1, "minutes": 0}, "minutes"),
        ({"new": 1, "minutes": float("nan")}, "minutes"),
        ({"new": 1, "goal": "nonsense"}, "goal"),
        ({"new": 1, "cover": 0.5, "goal": "people"}, "cover"),
        ({"cover": 0.5, "fair": "grid"}, "fair"),
        ({"new": 1, "keep": ("a",), "forbid": ("a",)}, "keep"),
        ({"new": 1, "time_limit_seconds": 0}, "time_limit_seconds"),
        ({"new": 1, "apart_metres": -1}, "apart_metres"),
        ({"new": 1, "on": "soon"}, "on"),
        ({"new": 1, "robust": "worst", "cases": ("day", "evening"), "goal": "minutes"}, "robust"),
        ({"new": 1, "robust": "worst"}, "robust"),
        ({"new": 1, "robust": "worst", "cases": ("day", "day")}, "robust"),
        ({"new": 1, "case_weights": {"day": 2.0}, "cases": ("day",)}, "case_weights"),
        (
            {"new": 1, "case_weights": {"day": 2.0}, "cases": ("day", "night"), "robust": "worst"},
            "case_weights",
        ),
        (
            {"new": 1, "case_weights": {"day": 2.0}, "cases": ("day", "night"), "goal": "worst"},
            "case_weights",
        ),
        ({"new": 1, "colour": "red"}, "colour"),
    ],
)
def test_a_fault_names_its_field(fields, named):
    with pytest.raises(InputError) as raised:
        site_question(fields)
    [fault] = raised.value.faults
    assert (fault.source, fault.code) == (named, "siting")
    assert fault.what.zh
    with pytest.raises(ValidationError):
        SiteQuestion(**fields)


def test_the_worst_of_two_cases_is_a_question():
    question = site_question({"new": 1, "robust": "worst", "cases": ("day", "evening")})
    assert (question.robust, question.aim) == ("worst", "people")


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as raised:
        site_question({"new": -1, "minutes": 0, "goal": "worst", "cover": 0.5})
    assert {fault.source for fault in raised.value.faults} == {"new", "minutes", "cover"}


def test_a_share_alone_asks_for_the_fewest_sites():
    assert SiteQuestion(cover=0.95).aim == "cover"
    assert SiteQuestion(new=3).aim == "people"


@pytest.mark.parametrize(
    ("words", "place", "fix"),
    [
        (COMMAND_WORDS, "--new", "Add --new 3 or --budget 500000, or ask for --cover 0.95"),
        (JSON_WORDS, "new", 'Add "new": 3 or "budget": 500000, or ask for "cover": 0.95'),
        (file_words(2), "site[2].new", "Add new = 3 or budget = 500000, or ask for cover = 0.95"),
    ],
)
def test_a_fault_in_the_words_of_each_door(words, place, fix):
    with pytest.raises(InputError) as raised:
        site_question({})
    fault = in_words(raised.value.faults[0], words)
    assert (fault.source, fault.fix.en) == (place, fix)
    assert "`" not in fault.to("zh")


def test_a_word_is_quoted_where_the_door_wants_quotes():
    with pytest.raises(InputError) as raised:
        site_question({"cover": 0.5, "goal": "people", "new": 1})
    [fault] = raised.value.faults
    said = [in_words(fault, words).what.en for words in (COMMAND_WORDS, JSON_WORDS, file_words(1))]
    assert [text.removeprefix("a share is used only with ") for text in said] == [
        "--goal cover", '"goal": "cover"', 'goal = "cover"',
    ]  # fmt: skip


def test_words_of_the_user_are_left_alone():
    with pytest.raises(InputError) as raised:
        site_question({})
    fault = replace(raised.value.faults[0], value="`new`", source="people.csv")
    assert in_words(fault, COMMAND_WORDS).place() == "people.csv"
    assert in_words(fault, COMMAND_WORDS).value == "`new`"


def test_an_option_is_the_field_without_its_unit():
    options = [option_of(field) for field in SiteQuestion.model_fields]
    assert len(set(options)) == len(options)
    assert {"--new", "--apart", "--spacing", "--time-limit"} <= set(options)


# In the study file ---------------------------------------------------------------------------------

STUDY = """
name = "town"
[streets]
extract = "town.osm"
[[layer]]
id = "grid"
kind = "grid"
source = "grid"
"""


def study(folder, sites):
    (folder / "town.osm").touch()
    return parse_study(STUDY + sites, folder)


def test_questions_of_a_study_are_named(tmp_path):
    sites = '[[site]]\nname = "two more"\nnew = 2\n[[site]]\nname = "everybody"\ncover = "95%"\n'
    first, second = study(tmp_path, sites).questions
    assert (first.name, first.new, second.name, second.cover) == ("two more", 2, "everybody", 0.95)


@pytest.mark.parametrize(
    ("sites", "place"),
    [
        ("[[site]]\nnew = 2\n", "site[1].name"),
        ('[[site]]\nname = "a"\n', "site[1].new"),
        ('[[site]]\nname = "a"\nnew = 1\n[[site]]\nname = "a"\nnew = 2\n', "site[2].name"),
        ('[[site]]\nname = "a"\nnew = 1\nspaces = 2\n', "site[1].spaces"),
        ('[[site]]\nname = "a"\nnew = -1\n', "site[1].new"),
    ],
)
def test_faults_of_a_question_name_the_key_of_the_file(tmp_path, sites, place):
    with pytest.raises(InputError) as raised:
        study(tmp_path, sites)
    assert [fault.source for fault in raised.value.faults] == [place]
