"""Cases passed on to departments: days counted by hand, what is not known left out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from geo.ledgers.whistles import whistle_figures

CASES = pd.DataFrame(
    [
        ("交通局", "2025-03-01", "2025-03-03", "2025-03-11", True),
        ("交通局", "2025-03-01", "2025-03-07", "2025-03-21", True),
        ("交通局", "2025-03-11", None, None, False),
        ("财政局", "2025-03-30", None, "2025-03-20", True),
    ],
    columns=["department", "called_on", "came_on", "closed_on", "settled"],
)


def test_days_to_come_days_there_and_days_open() -> None:
    table = whistle_figures(CASES, today=date(2025, 3, 31)).set_index("department")
    row = table.loc["交通局"]
    assert (row["called"], row["came"], row["settled"], row["open"]) == (3, 2, 2, 1)
    # 2 and 6 days to come; 10 and 20 days there; open since the 11th.
    assert (row["mean_days_to_come"], row["mean_days"], row["longest_open_days"]) == (4, 15, 20)


def test_a_case_settled_before_it_was_passed_on_counts_in_no_mean() -> None:
    table = whistle_figures(CASES, today=date(2025, 3, 31)).set_index("department")
    assert table.loc["财政局", "settled"] == 1
    assert np.isnan(table.loc["财政局", "mean_days"])
