"""What insisting on sites costs, against all plans tried one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.siting import (
    Rules,
    regret,
)
from tests.support import siting_oracle as oracle
from tests.support.siting_questions import EFFORT, problems


@EFFORT
@given(problems(), st.integers(1, 3))
def test_insisting_costs_what_the_best_plan_with_the_site_loses(problem, new):
    free = np.flatnonzero(~problem.sites.flag("existing") & ~problem.sites.flag("forbidden"))
    if not free.size:
        return
    rules = Rules(new=new, limit_seconds=10)
    told = regret(problem, "cover_most", rules, [int(free[0])])
    every = {
        p: oracle.value(problem, rules, "cover_most", p) for p in oracle.plans(problem, rules, "cover_most")
    }
    those = [v for p, v in every.items() if free[0] in p]
    if not those:
        assert np.isnan(told.loss)
        return
    assert told.loss == pytest.approx(max(every.values()) - max(those))
