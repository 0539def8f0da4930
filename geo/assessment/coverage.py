"""Coverage of a case by every cut: in the whole study, by polygon, by group, by what is counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.cuts import DENOMINATORS, Cut
from geo.limits import minutes_to_seconds, within
from geo.measures.causes import causes_by_area
from geo.measures.coverage import coverage_by, coverage_by_area, coverage_table
from geo.measures.inequality import sensitivity
from geo.types import Floats

# How far the share rests on the speed that a profile assumes: ten per cent either way (a choice, no source).
_SLOWER, _FASTER = 0.9, 1.1


def coverage_of(answer: CaseAssessment) -> pd.DataFrame:
    """Return coverage of the whole study; nobody counts as covered who finds the place full.

    Those are `without_room`, a part of `left_out`: they get there in time.
    """
    results = answer.assessment.results
    table = coverage_table(results, answer.people)
    full = np.zeros(len(table))
    full[: len(answer.causes)] = [
        float(answer.without_room(position).sum()) for position in range(len(answer.causes))
    ]
    table = _less(table, full)
    speeds = [_at_speeds(answer, position) for position in range(len(answer.causes))]
    blank = [(np.nan, np.nan)] * (len(table) - len(speeds))
    slower, faster = zip(*(speeds + blank), strict=True) if len(table) else ((), ())
    return table.assign(without_room=full, share_slower=slower, share_faster=faster)


def _at_speeds(answer: CaseAssessment, position: int) -> tuple[float, float]:
    """Return the share covered 10 % slower and faster; room is not looked at, so missing where it binds."""
    if answer.without_room(position).any():
        return np.nan, np.nan
    requirement = answer.assessment.reach[position].requirement
    times = answer.times[requirement.category]
    table = sensitivity(requirement, times, answer.people, factors=(_SLOWER, _FASTER))
    slower, faster = table["share"]
    return float(slower), float(faster)


def _less(table: pd.DataFrame, full: Floats) -> pd.DataFrame:
    """Return coverage without the people who find a place full."""
    if not full.any():
        return table
    covered = np.maximum(table["covered"].to_numpy(np.float64) - full, 0.0)
    total = table["total"].to_numpy(np.float64)
    share = np.divide(covered, total, out=np.full(len(table), np.nan), where=total > 0)
    return table.assign(covered=covered, left_out=np.maximum(total - covered, 0.0), share=share)


def coverage_by_polygon(answer: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return coverage by polygon, one kind below the other; who finds the place full is not covered."""
    tables = []
    for cut in cuts:
        table = coverage_by_area(answer.assessment.results, answer.people, cut.shares, cut.areas)
        table = table.assign(kind=cut.kind)
        size = len(table) // max(len(answer.assessment.results), 1)
        full = np.zeros(len(table))
        for position in range(len(answer.causes)):
            held = np.asarray(cut.shares @ answer.without_room(position))[:size]
            full[position * size : (position + 1) * size] = held
        tables.append(_less(table, full))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def causes_by_polygon(answer: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return people by cause and polygon, a kind of polygons below the other."""
    tables = [causes_by_area(answer.causes, cut.shares, cut.areas).assign(kind=cut.kind) for cut in cuts]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def coverage_by_group(ground: Ground, answer: CaseAssessment) -> pd.DataFrame:
    """Return coverage by group and by shift, each only where the people differ in it."""
    tables = []
    for cut in ("group", "shift"):
        if ground.demand[cut].nunique(dropna=False) < 2:
            continue
        table = coverage_by(answer.assessment.results, answer.people, ground.demand[cut])
        codes, values = pd.factorize(ground.demand[cut], use_na_sentinel=False)
        full = np.zeros(len(table))
        for position in range(len(answer.causes)):
            sums = np.bincount(codes, weights=answer.without_room(position), minlength=len(values))
            full[position * len(values) : (position + 1) * len(values)] = sums
        table = _less(table, full)
        tables.append(table.rename(columns={cut: "of"}).assign(cut=cut))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return table[table["total"] > 0].reset_index(drop=True) if len(table) else table


def coverage_by_denominator(ground: Ground, answer: CaseAssessment) -> pd.DataFrame:
    """Return coverage of what is counted beside people: of the dwellings and floor area of those counted."""
    tables = []
    counted_here = answer.people > 0
    for column in DENOMINATORS:
        if column in ground.demand and ground.demand[column].notna().any():
            weights = pd.to_numeric(ground.demand[column]).fillna(0.0).to_numpy(np.float64) * counted_here
            tables.append(coverage_table(answer.assessment.results, weights, denominator=column))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def minutes_by_polygon(answer: CaseAssessment, cuts: Sequence[Cut], minutes: Sequence[float]) -> pd.DataFrame:
    """Return people within each of the minutes, by polygon and category."""
    frames = []
    for cut in cuts:
        size = len(cut.areas)
        people = np.asarray(cut.shares @ answer.people)[:size]
        for category, times in answer.times.items():
            for limit in minutes:
                met = answer.people * within(times.nearest_seconds, minutes_to_seconds(limit))
                row = {"grid_id": cut.areas["id"], "category": category, "minutes": float(limit)}
                covered = np.asarray(cut.shares @ met)[:size]
                frames.append(pd.DataFrame({**row, "people": people, "people_covered": covered}))
    columns = ["grid_id", "category", "minutes", "people", "people_covered"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
