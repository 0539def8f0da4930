"""Coverage of a case by every cut: in the whole study, by polygon, by group, by what is counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.cuts import DENOMINATORS, Cut
from geo.measures.cause_words import CAUSES
from geo.measures.causes import NOTHING_UNKNOWN, CauseResult, causes_by_area
from geo.measures.coverage import coverage_by, coverage_by_area, coverage_table
from geo.measures.inequality import sensitivity
from geo.measures.requirements import concerned, required_minutes
from geo.types import Floats

# How far the share rests on the speed that a profile assumes: ten per cent either way (a choice, no source).
_SLOWER, _FASTER = 0.9, 1.1


def coverage_of(answer: CaseAssessment) -> pd.DataFrame:
    """Return coverage of the whole study; nobody counts as covered who finds the place full.

    Those are `without_room`, or `room_unknown` where its capacity is not known: parts of `left_out` who get
    there in time. The columns of `geo.measures.causes.Unknown` say what is not known and may come to.
    """
    results = answer.assessment.results
    table = coverage_table(results, answer.people)
    no_room = np.zeros(len(table))
    no_room[: len(answer.causes)] = [float(each.no_room.sum()) for each in answer.causes]
    table = _less(table, no_room)
    rooms = _rooms(answer.causes, len(table))
    speeds = [_at_speeds(answer, position) for position in range(len(answer.causes))]
    blank = [(np.nan, np.nan)] * (len(table) - len(speeds))
    slower, faster = zip(*(speeds + blank), strict=True) if len(table) else ((), ())
    return table.assign(**rooms, share_slower=slower, share_faster=faster)


def _rooms(causes: Sequence[CauseResult], size: int) -> dict[str, list[float]]:
    """Return columns of who finds no room and of what is not known, 0 for the tests beyond the causes."""
    rows = [
        {
            "without_room": float(each.people["full"].sum()),
            "room_unknown": float(each.people["room_unknown"].sum()),
            **each.unknown.named(),
        }
        for each in causes
    ]
    rows += [dict.fromkeys(_ROOM_COLUMNS, 0.0)] * (size - len(rows))
    return {name: [row[name] for row in rows] for name in _ROOM_COLUMNS}


_ROOM_COLUMNS = ("without_room", "room_unknown", *NOTHING_UNKNOWN.named())


def people_within(answer: CaseAssessment) -> pd.DataFrame:
    """Return coverage of the whole study by category at each of the study's minutes.

    Returns
    -------
    DataFrame
        `category, minutes, requirement, count, combine, by_standard, demanded, total, covered, left_out,
        share` and the columns of room and of what is not known, as `coverage_of` has them: at the minutes of
        a requirement its figures.
    """
    rows = []
    for view in answer.views:
        total = view.total
        covered = float(view.people["covered"].sum())
        rows.append({
            **_view(view),
            "requirement": view.requirement.key,
            "count": view.requirement.count,
            "combine": view.requirement.combine,
            "by_standard": view.requirement.by_standard,
            "demanded": view.requirement.demanded,
            "total": total,
            "covered": covered,
            "left_out": total - covered,
            "share": covered / total if total > 0 else np.nan,
        })  # fmt: skip
    columns = [
        "category", "minutes", "requirement", "count", "combine", "by_standard", "demanded", "total",
        "covered", "left_out", "share",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).assign(**_rooms(answer.views, len(rows)))


def _view(view: CauseResult) -> dict[str, object]:
    return {"category": view.requirement.category, "minutes": float(required_minutes(view.requirement))}


def _at_speeds(answer: CaseAssessment, position: int) -> tuple[float, float]:
    """Return the share covered 10 % slower and faster; room is not looked at, so missing where it binds."""
    if answer.no_room(position).any():
        return np.nan, np.nan
    requirement = answer.assessment.reach[position].requirement
    times = answer.times[requirement.category]
    counted = concerned(answer.assessment.reach[position], answer.people)
    table = sensitivity(requirement, times, counted, factors=(_SLOWER, _FASTER))
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
        full, unknown = np.zeros(len(table)), np.zeros(len(table))
        for position, each in enumerate(answer.causes):
            here = slice(position * size, (position + 1) * size)
            full[here] = np.asarray(cut.shares @ each.people["full"])[:size]
            unknown[here] = np.asarray(cut.shares @ each.people["room_unknown"])[:size]
        tables.append(_less(table, full + unknown).assign(without_room=full, room_unknown=unknown))
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
            sums = np.bincount(codes, weights=answer.no_room(position), minlength=len(values))
            full[position * len(values) : (position + 1) * len(values)] = sums
        table = _less(table, full).assign(without_room=full)
        tables.append(table.rename(columns={cut: "of"}).assign(cut=cut))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return table[table["total"] > 0].reset_index(drop=True) if len(table) else table


def coverage_by_denominator(ground: Ground, answer: CaseAssessment) -> pd.DataFrame:
    """Return coverage of what is counted beside people: of the dwellings and floor area of those counted.

    Of a demand point where only some find room, the dwellings count in the same share.
    """
    tables = []
    counted_here = answer.people > 0
    for column in DENOMINATORS:
        if column in ground.demand and ground.demand[column].notna().any():
            weights = pd.to_numeric(ground.demand[column]).fillna(0.0).to_numpy(np.float64) * counted_here
            table = coverage_table(answer.assessment.results, weights, denominator=column)
            full = np.zeros(len(table))
            full[: len(answer.causes)] = [
                float((weights * _part(each.no_room, answer.people)).sum()) for each in answer.causes
            ]
            tables.append(_less(table, full).assign(without_room=full))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _part(some: Floats, people: Floats) -> Floats:
    return np.divide(some, people, out=np.zeros(len(people)), where=people > 0)


def minutes_by_polygon(answer: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return people covered at each of the study's minutes, and without room, by polygon and category."""
    frames = []
    for cut in cuts:
        size = len(cut.areas)
        for view in answer.views:
            people = np.asarray(cut.shares @ np.sum(list(view.people.values()), axis=0))[:size]
            row = {"grid_id": cut.areas["id"], **_view(view)}
            covered = np.asarray(cut.shares @ view.people["covered"])[:size]
            full = np.asarray(cut.shares @ view.no_room)[:size]
            row |= {"people": people, "people_covered": covered, "people_without_room": full}
            frames.append(pd.DataFrame(row))
    columns = ["grid_id", "category", "minutes", "people", "people_covered", "people_without_room"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def gaps_at_minutes(answer: CaseAssessment, cuts: Sequence[Cut]) -> pd.DataFrame:
    """Return people left out by polygon, category and the study's minutes, with the main cause of each.

    Returns
    -------
    DataFrame
        `grid_id, category, minutes, people_left_out, cause, cause_en, cause_zh`, only of services that the
        standard demands; rows without a gap among them.
    """
    frames = []
    for cut in cuts:
        size = len(cut.areas)
        for view in (each for each in answer.views if each.requirement.demanded):
            names = [cause for cause in view.people if cause != "covered"]
            left = np.stack([np.asarray(cut.shares @ view.people[cause])[:size] for cause in names])
            main = [names[position] for position in left.argmax(axis=0)]
            frames.append(
                pd.DataFrame(
                    {
                        "grid_id": cut.areas["id"],
                        **_view(view),
                        "people_left_out": left.sum(axis=0),
                        "cause": main,
                        "cause_en": [CAUSES[cause].en for cause in main],
                        "cause_zh": [CAUSES[cause].zh for cause in main],
                    }
                )
            )
    columns = ["grid_id", "category", "minutes", "people_left_out", "cause", "cause_en", "cause_zh"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
