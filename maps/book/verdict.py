"""What was asked for and what came out, a row a requirement: both shares, the target, met or not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.assessment.gaps import leaves_out
from geo.assessment.tables import of_case
from geo.text import Text
from layers.targets import target_of
from layers.write.table import Column
from maps.result import StudyResult
from maps.values import texts

NO_TARGET: Final = Text("no target set", "未设目标")
MET: Final = Text("met", "达到")
NOT_MET: Final = Text("not met", "未达到")
STRAIGHT: Final = Text("straight line", "直线距离")
WALKED: Final = Text("along streets", "步行距离")
ASKED: Final = Column("asked", Text("Limit", "标准要求"))
"""What a requirement asks for, in words: minutes, metres, and along what these are measured."""
GAP: Final = Column("gap", Text("Below target by (percentage points)", "与目标差距（百分点）"), "amount")
_SMALLEST_DIFFERENCE = 1e-9


def with_both_shares(result: StudyResult, frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of coverage with the share who get there and the share who find room, never mixed.

    Returns
    -------
    DataFrame
        `reach_share`: who gets there in time, whether or not there is room; `room_share`: who finds room,
        too, missing where no capacity limits the requirement; `metres_share`: who has one within the
        distance of the standard. Each is missing for rows of another test.
    """
    if not {"covered", "total", "test"} <= set(frame.columns):
        return frame
    rooms = sum(
        (
            frame[name].fillna(0.0).to_numpy(float)
            for name in ("without_room", "room_unknown")
            if name in frame
        ),
        np.zeros(len(frame)),
    )
    total = frame["total"].astype(float)
    counted = total.where(total > 0)
    timed = frame["test"] == "reach"
    limited = _limited_by_room(result, frame)
    share = frame["covered"].astype(float) / counted
    return frame.assign(
        reach_share=((frame["covered"].astype(float) + rooms) / counted).where(timed),
        room_share=share.where(timed & limited),
        metres_share=share.where(~timed),
    )


def _limited_by_room(result: StudyResult, frame: pd.DataFrame) -> pd.Series:
    keys = {case.case.id: {key for key, _ in case.methods} for case in result.cases}
    first = result.first.case.id
    cases: Sequence[Hashable] = list(frame["case"]) if "case" in frame else [first] * len(frame)
    both = zip(cases, frame["requirement"], strict=True)
    return pd.Series([key in keys.get(str(case), set()) for case, key in both], index=frame.index, dtype=bool)


def measured(result: StudyResult, requirement: object) -> Text:
    """Return along what the metres of a requirement are measured."""
    straight = {r.key for r in result.standard.requirements if r.measure == "straight"}
    return STRAIGHT if requirement in straight else WALKED


def verdicts(result: StudyResult) -> pd.DataFrame:
    """Return a row for each requirement of the standard in the first case, the most people left out first.

    Returns
    -------
    DataFrame
        What names the requirement, `minutes_limit`, `metres_limit`, `measured`, `asked` (in words);
        `reach_share, room_share, metres_share`; `total`, `left_out` (of the test that leaves most out),
        `target`, `value` (the lowest of the shares that are asked for), `gap` (target less value in
        percentage points, none where it is met), `met`.
    """
    table = result.tables.coverage
    if not len(table):
        return pd.DataFrame()
    rows = with_both_shares(result, of_case(table[table["by_standard"].astype(bool)], result.first.case.id))
    found = [_verdict(result, part) for _, part in rows.groupby("requirement", sort=False)]
    if not found:
        return pd.DataFrame()
    order = ["required", "left_out"]
    table = pd.DataFrame(found).sort_values(order, ascending=[False, False], kind="stable", ignore_index=True)
    return table.assign(asked=texts((_asked(row) for row in table.to_dict("records")), table.index))


def _verdict(result: StudyResult, rows: pd.DataFrame) -> Mapping[Hashable, Any]:
    first = rows.iloc[0]
    target = target_of(result.study, requirement=first["requirement"], category=first["category"])
    shares = {name: _only(rows[name]) for name in ("reach_share", "room_share", "metres_share")}
    value = float(np.nanmin([*shares.values(), np.inf]))
    value = value if np.isfinite(value) else float("nan")
    met = None if target is None or np.isnan(value) else value >= target - _SMALLEST_DIFFERENCE
    metres = _only(rows["metres_limit"])
    return dict(first[[name for name in _NAMES if name in first]]) | {
        **shares,
        "minutes_limit": _only(rows["minutes_limit"]),
        "metres_limit": metres,
        "measured": None if np.isnan(metres) else measured(result, first["requirement"]),
        "total": float(rows["total"].max()),
        "left_out": float(rows["left_out"].max()),
        "target": target,
        "value": value,
        "gap": float("nan") if target is None or met is not False else 100 * (target - value),
        "met": met,
        "met_words": NO_TARGET if met is None else MET if met else NOT_MET,
    }


_NAMES = (
    "requirement", "category", "name_en", "name_zh", "tier", "count", "combine",
    "required", "by_standard", "verified",
)  # fmt: skip


def _asked(row: dict[object, object]) -> Text:
    """Return what a requirement asks for: minutes, metres and along what these are measured."""
    parts = []
    minutes, metres, way = row["minutes_limit"], row["metres_limit"], row["measured"]
    if isinstance(minutes, float) and minutes == minutes:
        parts.append(Text(f"{minutes:g} min", f"{minutes:g}分钟"))
    if isinstance(metres, float) and metres == metres and isinstance(way, Text):
        parts.append(Text(f"{metres:g} m, {way.en}", f"{way.zh}{metres:g}米"))
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _only(values: pd.Series) -> float:
    known = values.dropna()
    return float(known.iloc[0]) if len(known) else float("nan")


def is_short(rows: pd.DataFrame) -> pd.Series:
    """Return which verdicts are below their target or, where there is none, leave somebody out."""
    below = rows["met"].map(lambda met: met is not None and not met)
    untold = rows["met"].map(lambda met: met is None)
    return below.astype(bool) | (untold.astype(bool) & leaves_out(rows["left_out"]))
