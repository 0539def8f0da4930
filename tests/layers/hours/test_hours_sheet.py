"""Cells of opening hours in a layer: known, missing, refused, each row kept and counted."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.hours.cells import read_hours_cell, unknown_hours


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("周一至周五 9:00-17:00", "known"),
        ("24/7", "known"),
        ("暂停营业", "known"),
        (None, "missing"),
        ("", "missing"),
        ("  ", "missing"),
        ("无", "missing"),
        ("周一闭馆", "refused"),
        ("9:00-5:00", "refused"),
        ("电话预约", "refused"),
        ("x" * 100_000, "refused"),
    ],
)
def test_states(cell, state):
    reading = read_hours_cell(cell)
    assert reading.state == state
    assert (reading.osm is not None, reading.fault is not None) == (state == "known", state == "refused")


def test_a_tag_counts_to_24_and_is_not_asked_about():
    assert read_hours_cell("10:00-05:00", osm_only=True).osm == "10:00-05:00"
    assert read_hours_cell("10:00-26:00", osm_only=True).state == "known"
    assert read_hours_cell("周一至周五", osm_only=True).state == "refused"
    assert read_hours_cell("10:00-05:00").state == "refused"


def test_what_is_refused_is_counted_apart_from_what_is_missing():
    hours = ["24/7", None, None, None]
    states = ["known", "missing", "refused", "refused"]
    assert unknown_hours(pd.DataFrame({"opening_hours": hours, "hours_state": states})) == (1, 2)
    assert unknown_hours(pd.DataFrame({"opening_hours": hours})) == (3, 0)
