"""The worst grids of the summary: which are named, and in which order."""

from __future__ import annotations

import pandas as pd

from maps.words.summary import _worst_grids
from tests.support.results import town_result, with_tables


def named(*grids: tuple[str, float, float]) -> list[str]:
    """Name the worst of some grids with share and people."""
    case = town_result().first.case.id
    table = pd.DataFrame(grids, columns=["area_name", "share", "total"]).assign(
        kind="grid", case=case, case_en="", case_zh=""
    )
    lines = _worst_grids(with_tables(town_result(), ranking=table), "en").splitlines()
    return [line.split(": ")[0].strip() for line in lines[1:]]


def test_the_least_covered_stand_first_and_the_fullest_of_equals_before_the_others():
    assert named(("good", 0.9, 50), ("empty", 0.1, 5), ("full", 0.1, 500), ("middle", 0.5, 50))[:3] == [
        "full",
        "empty",
        "middle",
    ]
