"""The coordinate system of the files: known, of the ground, and meant for the place of the study."""

import pytest

from geo.errors import InputError
from layers.study.model import parse_study
from layers.study.outputs import must_suit
from tests.support.town import STUDY

JIADING = (121.1, 31.3, 121.4, 31.5)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:4527"])
def test_systems_of_the_place_are_taken(crs):
    must_suit(crs, JIADING)


def test_a_system_of_another_place_is_refused_with_both_places():
    with pytest.raises(InputError, match=r"24\.9.* E") as error:
        must_suit("EPSG:4549", (24.9, 60.1, 25.0, 60.2))
    assert "而项目位于东经 24.95°" in error.value.faults[0].what.zh


@pytest.mark.parametrize("crs", ["gcj02", "EPSG:1", "EPSG:5773", "4549"])
def test_what_is_no_system_of_the_ground_is_refused(crs, tmp_path):
    with pytest.raises(InputError, match="crs_out"):
        parse_study(f'crs_out = "{crs}"\n' + STUDY, tmp_path)
