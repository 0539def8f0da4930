"""Targets of a study: by requirement before category, and of nothing the standard does not know."""

import pytest

from geo.errors import InputError
from layers.settings import standard_of, under_standard
from layers.targets import target_of
from tests.support.results import town_result


def study_with(targets):
    return town_result().study.model_copy(update={"targets": targets})


def test_the_key_of_a_requirement_goes_before_its_category():
    study = study_with({"clinic": 0.8, "clinic@c15": 0.9})
    assert target_of(study, requirement="clinic@c15", category="clinic") == 0.9
    assert target_of(study, requirement="clinic@c5", category="clinic") == 0.8
    assert target_of(study, requirement="school", category="school") is None


def test_a_target_of_something_unknown_is_a_fault():
    with pytest.raises(InputError, match="targets"):
        standard_of(study_with({"no_such_thing": 0.5}))


def test_another_standard_takes_over_the_targets_it_knows():
    study = under_standard(study_with({"kindergarten": 0.9, "no_such_thing": 0.5}), "gb50180-2018")
    assert study.targets == {"kindergarten": 0.9}
