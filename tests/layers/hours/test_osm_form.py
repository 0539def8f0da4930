"""Hours in OpenStreetMap's syntax, typed a little beside it."""

from datetime import datetime

import pytest

from layers.hours.cells import read_hours, read_hours_cell
from layers.hours.opening import open_at
from layers.hours.osm_form import osm_form

MONDAY, SATURDAY = datetime(2026, 11, 16, 9, 30), datetime(2026, 11, 21, 9, 30)


@pytest.mark.parametrize(
    "text",
    [
        "mo-fr 09:00-17:00", "Mo - Fr 09:00 - 17:00", "Mo-Fr: 09:00-17:00", "Mo-Fr 09:00–17:00",
        "Mo-Fr 0900-1700", "Mo-Fr 8.30-17.30", "Mo–Fr 9:00–17:00 Uhr", "Mo-Fr 9h00-17h00",
        "MO-FR 09:00-17:00", "Mo-Fr09:00-17:00", "Mo/Tu/We/Th/Fr 09:00-17:00",
    ],
)  # fmt: skip
def test_spelling_is_mended_in_a_sheet_and_in_a_tag(text):
    for osm in (read_hours(text), read_hours_cell(text, osm_only=True).osm):
        assert [open_at([osm], when)[0] for when in (MONDAY, SATURDAY)] == [True, False]


@pytest.mark.parametrize("text", ["Mo-Fr 9-5", "Mo-Fr 09:00-", "Mo-Fr suljettu", "Mo-Fr 1.5-3.4"])
def test_what_is_no_spelling_is_refused(text):
    assert read_hours_cell(text, osm_only=True).state == "refused"


def test_comments_stay_as_they_are():
    assert osm_form('mo-fr 8.30-17.30 "ring mo 9.15"') == 'Mo-Fr 8:30-17:30 "ring mo 9.15"'


@pytest.mark.parametrize(
    "comment", ["nach Vereinbarung", "sur rendez-vous", "com marcação", "ajanvarauksella"]
)
def test_hours_by_appointment_are_unknown_in_any_of_these_languages(comment):
    assert not open_at([f'Mo-Fr 09:00-17:00 "{comment}"'], MONDAY)[0]
