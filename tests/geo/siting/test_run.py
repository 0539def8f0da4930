"""How far long work is, and what an interrupt leaves: the best of each part, years in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from geo.siting import Limit, Rules, Run, SearchProgress, alternatives, curve, phase, regret
from geo.siting.run import GRACE_SECONDS, Halt
from tests.support.siting_questions import plane

RULES = Rules(new=4, limit_seconds=150)
YEARS = [Limit(new=1), Limit(new=2), Limit(new=4)]
WORK: dict[str, Callable[[Run], Any]] = {
    "curve": lambda run: curve(plane(40, 200, seed=2), "cover_most", RULES, 3, run),
    "alternatives": lambda run: alternatives(
        plane(40, 200, seed=2), "cover_most", RULES, run, within=0.05, most=4
    ),
    "years": lambda run: phase(plane(40, 200, seed=2), "cover_most", RULES, YEARS, run),
    "insisting": lambda run: regret(plane(40, 200, seed=2), "cover_most", RULES, [1], run),
}


@pytest.mark.parametrize("work", WORK)
def test_long_work_tells_how_far_it_is(work: str) -> None:
    seen: list[SearchProgress] = []
    WORK[work](Run(progress=seen.append).begin())
    shares = [each.share for each in seen]
    assert len(set(shares)) > 2
    assert 0 <= min(shares) <= max(shares) <= 1
    falls = -np.diff(shares)
    # A part that is done early goes back to where the next begins; never before where it began itself.
    assert falls.max(initial=0.0) < 0.5


@pytest.mark.parametrize("after", [1, 2, 4, 7])
@pytest.mark.parametrize("work", WORK)
def test_an_interrupt_ends_all_parts_and_keeps_the_best_of_each(work: str, after: int) -> None:
    left, halt = [after], Halt()

    def stop(_: SearchProgress) -> None:
        left[0] -= 1
        if left[0] == 0:
            halt.ask(time.perf_counter())

    made = WORK[work](Run(progress=stop, halt=halt).begin())
    assert halt.asked or left[0] > 0
    if work == "years":
        opened = [len(stage.nested.opened) for stage in made.stages]
        assert opened in ([1, 2, 4], [4])
        for one, two in zip(made.stages, made.stages[1:], strict=False):
            assert set(one.nested.opened) <= set(two.nested.opened)
    if work == "insisting":
        assert 1 in made.insisted.opened
    if work == "curve":
        assert [point.new for point in made] + list(made.left_out) == [0, 1, 2, 3]


def test_after_an_interrupt_only_a_moment_is_left_and_none_after_two() -> None:
    now = [100.0]
    run = Run(clock=lambda: now[0], halt=Halt()).begin()
    assert (run.left, run.over) == (60.0, False)
    run.halt.ask(now[0])
    assert (run.left, run.part(0.5).left, run.over) == (GRACE_SECONDS, GRACE_SECONDS / 2, True)
    run.halt.ask(now[0])
    assert run.left == 0.0
