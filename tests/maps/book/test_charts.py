"""Which charts the tables of areas get."""

import pandas as pd
import pytest

from layers.write.table import Table
from maps.book import columns
from maps.book.charts import with_area_chart


def areas(count, *first):
    shown = (*first, columns.AREA[1], columns.MEAN_COVERAGE, columns.REACH_SHARE)
    names = [f"a{number}" for number in range(count)]
    frame = pd.DataFrame({"area_name": names, "mean_coverage": 0.5, "reach_share": 0.4, "case_name": "日间"})
    return with_area_chart(Table(shown, frame)).chart


@pytest.mark.parametrize(("count", "kind"), [(2, None), (3, "radar"), (12, "radar"), (13, "bar"), (41, None)])
def test_few_areas_are_a_radar_some_are_bars_many_are_not_drawn(count, kind):
    chart = areas(count)
    assert (None if chart is None else chart.kind) == kind


def test_areas_of_several_cases_are_not_drawn_as_if_they_were_more_areas():
    assert areas(6, columns.CASE) is None
