"""Every cause for every traveller, read: a remedy speaks of the way its people travel."""

from __future__ import annotations

import re
from itertools import product
from typing import get_args

import pytest

from geo.measures.cause_words import CAUSES, Cause, remedy
from geo.network.profiles import TravelMode
from layers.catalogue.profiles import list_profiles, read_profile
from tests.support.words import english_left_over, faults_of

ON_WHEELS = {"cyclist", "rider", "driver"}
WAYS = ("not_connected", "slow_way", "cut_off")
PROFILES = [read_profile(name) for name in list_profiles()]
EVERY = [(cause, profile) for cause, profile in product(CAUSES, PROFILES)]


def said(cause, profile):
    return remedy(cause, profile.travel_mode)


def test_every_cause_has_a_name_and_is_named_once():
    assert tuple(CAUSES) == get_args(Cause)
    assert (
        len({text.zh for text in CAUSES.values()})
        == len({text.en for text in CAUSES.values()})
        == len(CAUSES)
    )


@pytest.mark.parametrize(("cause", "mode"), [*product(CAUSES, get_args(TravelMode))])
def test_every_remedy_is_a_sentence_in_both_languages(cause, mode):
    text = remedy(cause, mode)
    assert re.fullmatch(r"[a-z][a-z ,;:-]+", text.en)
    assert faults_of(text.zh) == english_left_over(text.zh) == []
    assert not text.zh.endswith("。")


@pytest.mark.parametrize(("cause", "profile"), EVERY, ids=lambda each: getattr(each, "id", each))
def test_nobody_on_wheels_is_told_to_walk_and_no_walker_to_ride(cause, profile):
    text = said(cause, profile)
    on_foot, on_wheels = (
        r"步行|人行|台阶|候梯|\b(foot|path|walk|stairs)",
        r"骑行|车行|自行车|cycl|vehicle|\broad\b",
    )
    wrong = on_foot if profile.travel_mode in ON_WHEELS else on_wheels
    assert re.search(wrong, text.zh + text.en) is None


@pytest.mark.parametrize("name", ["pram", "wheelchair"])
@pytest.mark.parametrize("cause", WAYS)
def test_whoever_takes_no_stairs_is_offered_none(cause, name):
    text = said(cause, read_profile(name))
    assert re.search("无障碍|坡道", text.zh)
    assert "台阶" not in text.zh
    assert "stairs" not in text.en
    assert "footbridge" not in text.en


def test_an_older_adult_is_not_sent_over_a_footbridge():
    older, walker = (said("cut_off", read_profile(name)).zh for name in ("older", "walk"))
    assert "人行桥" in walker
    assert "电梯" in older
    assert "人行桥" not in older


def test_each_way_is_mended_for_its_traveller():
    named = {
        name: [said(cause, read_profile(name)).zh for cause in WAYS] for name in ("walk", "bicycle", "ebike")
    }
    assert all("骑行" in named["bicycle"][i] for i in (0, 2))
    assert all("电动自行车" in named["ebike"][i] for i in (0, 2))
    assert len({tuple(texts) for texts in named.values()}) == 3


def test_how_one_gets_there_stands_in_a_sentence():
    ways = {profile.id: profile.by for profile in PROFILES}
    assert ways["bicycle"] == ("by bicycle", "骑自行车")
    assert len({way.zh for way in ways.values()}) == len(PROFILES)
