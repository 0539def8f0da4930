"""A linear model built row by row and given to HiGHS, which can be watched and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix

from geo.siting.engines.proof import Verdict, Watch, is_there
from geo.types import Floats, Index

INFINITE = highspy.kHighsInf
RELAXING = "bounding"
"""Stage of a linear programme on its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What HiGHS found and proved.

    Attributes
    ----------
    x, objective
        The best point so far and its cost; None and ``inf`` where there is none yet.
    bound
        A cost below which no point goes: ``inf`` only where HiGHS has proven that there is none, ``-inf``
        where it has proven nothing.
    stopped_by
        Empty where HiGHS came to its end, else "time", "user", "enough" or "engine".
    prices
        Of a linear programme, what each row adds to the cost; as good as HiGHS got, and proving nothing
        until they are counted afresh. Else None.
    """

    x: Floats | None
    objective: float
    bound: float
    stopped_by: str
    prices: Floats | None = None

    @property
    def exists(self) -> Verdict:
        """Whether the model has a feasible point."""
        return is_there(self.objective, self.bound)


class Model:
    """A minimisation with columns and rows added in blocks."""

    def __init__(self) -> None:
        self._columns: list[tuple[Floats, Floats, Floats, np.ndarray]] = []
        self._rows: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Index, Index, Floats]] = []
        self.width = 0
        self.height = 0

    def columns(
        self,
        count: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = 1.0,
        whole: bool = False,
    ) -> Index:
        """Add columns; return their numbers."""
        spread = (np.broadcast_to(np.asarray(part, dtype=float), (count,)) for part in (cost, lower, upper))
        self._columns.append((*spread, np.full(count, whole)))  # type: ignore[arg-type]
        self.width += count
        return np.arange(self.width - count, self.width)

    def rows(
        self, lower: ArrayLike, upper: ArrayLike, row: Index, column: Index, value: ArrayLike, count: int
    ) -> None:
        """Add ``count`` rows; ``row`` counts from 0 within the block."""
        low, high = (np.broadcast_to(np.asarray(part, dtype=float), (count,)) for part in (lower, upper))
        self._rows.append((low, high))
        values = np.broadcast_to(np.asarray(value, dtype=float), np.shape(row))
        self._entries.append((np.asarray(row) + self.height, np.asarray(column), values))
        self.height += count

    def row(self, lower: float, upper: float, column: Index, value: ArrayLike) -> None:
        """Add one row."""
        column = np.asarray(column, dtype=np.int64)
        self.rows(lower, upper, np.zeros(column.size, dtype=np.int64), column, value, 1)

    def _program(self, cost: Floats | None, *, whole: bool = True) -> Any:
        parts = [np.concatenate(part) for part in zip(*self._columns, strict=True)]
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self.width, self.height
        program.col_cost_, program.col_lower_, program.col_upper_ = (
            parts[0] if cost is None else cost,
            parts[1],
            parts[2],
        )
        limits = [np.concatenate(part) if part else np.empty(0) for part in zip(*self._rows, strict=True)]
        program.row_lower_, program.row_upper_ = limits if limits else (np.empty(0), np.empty(0))
        entries = [np.concatenate(part) for part in zip(*self._entries, strict=True)] or [np.empty(0)] * 3
        matrix = csr_matrix((entries[2], (entries[0], entries[1])), shape=(self.height, self.width))
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        if whole:
            program.integrality_ = [kinds[int(part)] for part in parts[3]]
        return program

    def solve(
        self,
        watch: Watch,
        *,
        cost: Floats | None = None,
        seed: int = 0,
        start: tuple[Index, Floats] | None = None,
        enough: Callable[[float, float], bool] | None = None,
        stage: str = "proving",
        plans_known: bool = False,
        below: float = np.inf,
    ) -> Outcome:
        """Minimise.

        Parameters
        ----------
        watch
            Clock and progress.
        cost
            Costs instead of those of the columns.
        start
            Columns and values of a plan to begin with.
        enough
            Called with value and bound; the search ends where it says so.
        plans_known
            Whether better plans have been looked for already, so that HiGHS had better not.
        below
            Points that cost more are of no interest: where there is no other, the bound says only that.
        """
        if watch.over:
            return Outcome(None, np.inf, -np.inf, watch.why)
        if not self.width:
            return self._without_columns()
        engine = _engine(watch, seed)
        if plans_known:
            engine.setOptionValue("mip_heuristic_effort", 0.0)
            engine.setOptionValue("mip_lp_solver", "ipm")
        if np.isfinite(below):
            engine.setOptionValue("objective_bound", below)
        engine.passModel(self._program(cost))
        if start is not None:
            engine.setSolution(int(start[0].size), start[0].astype(np.int32), start[1].astype(float))
        stopped = _run(engine, watch, enough, stage)
        whole = any(bool(part[3].any()) for part in self._columns)
        return _outcome(engine, stopped, whole=whole)

    def relaxed(self, watch: Watch) -> Outcome:
        """Minimise with parts of columns allowed, by the interior point method; look at ``prices``."""
        if watch.over or not self.width:
            return Outcome(None, np.inf, -np.inf, watch.why)
        engine = _engine(watch, 0)
        # A vertex is not needed: going to one takes longer than all the rest.
        engine.setOptionValue("solver", "ipm")
        engine.setOptionValue("run_crossover", "off")
        engine.passModel(self._program(None, whole=False))
        stopped = _run(engine, watch, None, RELAXING)
        found = _outcome(engine, stopped, whole=False)
        prices = np.array(engine.getSolution().row_dual)
        return replace(found, prices=prices if prices.size == self.height else None)

    def _without_columns(self) -> Outcome:
        """Nothing is to be decided: the rows hold as they are, or never."""
        holds = all(bool(((low <= 0.0) & (high >= 0.0)).all()) for low, high in self._rows)
        return Outcome(np.empty(0), 0.0, 0.0, "") if holds else Outcome(None, np.inf, np.inf, "")


def _engine(watch: Watch, seed: int) -> Any:
    engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False), ("random_seed", seed), ("time_limit", max(watch.left, 0.01)),
        ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9), ("mip_feasibility_tolerance", 1e-7),
    ):  # fmt: skip
        engine.setOptionValue(option, value)
    return engine


def _run(engine: Any, watch: Watch, enough: Callable[[float, float], bool] | None, stage: str) -> str:
    """Run HiGHS on another thread, so that an interrupt reaches us and the plan so far is kept."""
    why = {"stop": ""}

    def look_at_clock(event: Any) -> None:
        if watch.over:
            why["stop"] = why["stop"] or watch.why
            event.interrupt()

    def look(event: Any) -> None:
        value, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        if enough is not None and enough(value, bound):
            why["stop"] = why["stop"] or "enough"
        if watch.over:
            why["stop"] = why["stop"] or watch.why
        if why["stop"]:
            event.interrupt()

    if stage == RELAXING:
        # Not hooked in otherwise: the programmes within a search are many and short.
        engine.cbIpmInterrupt += look_at_clock
        engine.cbSimplexInterrupt += look_at_clock
    else:
        engine.cbMipInterrupt += look
    worker = threading.Thread(target=engine.run, daemon=True)
    begun = False
    while worker.is_alive() or not begun:
        try:
            if not begun:
                begun = True
                worker.start()
            worker.join(0.2)
            watch.report(stage, np.nan, np.nan)
        except KeyboardInterrupt:
            watch.interrupt()
    return "user" if watch.stopped_by_user else why["stop"]


def _outcome(engine: Any, stopped: str, *, whole: bool) -> Outcome:
    """Read value and bound; no status but "optimal" and "infeasible" proves anything by itself."""
    status, info = engine.getModelStatus(), engine.getInfo()
    kinds = highspy.HighsModelStatus
    if status == kinds.kInfeasible:
        return Outcome(None, np.inf, np.inf, "")
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(engine.getSolution().col_value) if feasible else None
    value = float(info.objective_function_value) if feasible else np.inf
    optimal = status == kinds.kOptimal and feasible
    bound = value if optimal else -np.inf
    if whole:
        # Of a linear programme that was stopped HiGHS reports 0 as the bound, which proves nothing.
        dual = float(info.mip_dual_bound)
        bound = dual if np.isfinite(dual) else bound
    limit = "time" if status == kinds.kTimeLimit else "engine"
    return Outcome(x, value, bound, "" if optimal else stopped or limit)
