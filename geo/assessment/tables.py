"""The tables of an assessment: each case counted by every cut, with covered and the causes summing up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.coverage import (
    causes_by_polygon,
    coverage_by_denominator,
    coverage_by_group,
    coverage_by_polygon,
    coverage_of,
    gaps_at_minutes,
    minutes_by_polygon,
    people_within,
)
from geo.assessment.cuts import Counted, Cut
from geo.assessment.gaps import gaps_by_minutes, gaps_of, places_with_gap
from geo.assessment.headline import Headline
from geo.assessment.provision import (
    area_rules_of,
    fairness,
    functions_of,
    load_of,
    overall_of,
    quotas_of,
    rank_polygons,
    tiers_of,
)
from geo.measures.causes import Unknown, causes_table
from geo.text import Text


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AssessmentTables:
    """The figures of an assessment; every table begins with the case it speaks of.

    Attributes
    ----------
    coverage
        One row a requirement and test, the whole study; reach also 10 % slower and faster.
    within
        Coverage at each of the study's minutes, by category, as the requirement of the category counts.
    by_area
        One row a requirement and polygon.
    gaps, gaps_by_minutes
        From `geo.assessment.gaps`: by requirement with cause and remedy; by category at each of the minutes.
    causes, causes_by_area
        People by requirement and cause, ``covered`` among them.
    by_group
        Coverage by group and by shift, where the people differ in them.
    denominators
        Coverage of dwellings and floor area, where they are given.
    fairness
        Mean, Gini coefficient and worst tenth of the minutes.
    ranking
        Polygons by their mean coverage over what the standard requires, best first.
    grid_minutes
        People covered at each of the study's minutes, by polygon and category.
    tiers, functions, quotas, area_rules, load
        From `geo.measures.provision`.
    overall
        From `geo.measures.overall`; no rows where the standard has no figure over all its categories.
    """

    coverage: pd.DataFrame
    within: pd.DataFrame
    by_area: pd.DataFrame
    gaps: pd.DataFrame
    gaps_by_minutes: pd.DataFrame
    causes: pd.DataFrame
    causes_by_area: pd.DataFrame
    by_group: pd.DataFrame
    denominators: pd.DataFrame
    fairness: pd.DataFrame
    ranking: pd.DataFrame
    grid_minutes: pd.DataFrame
    tiers: pd.DataFrame
    functions: pd.DataFrame
    quotas: pd.DataFrame
    area_rules: pd.DataFrame
    load: pd.DataFrame
    overall: pd.DataFrame


def make_tables(
    ground: Ground, answers: Sequence[CaseAssessment], cuts: Sequence[Cut], counted: Counted
) -> AssessmentTables:
    """Count people in every case: in the whole study, by polygon, by group, and those left out."""
    coverage = _each(answers, coverage_of)
    by_area = _each(answers, lambda answer: coverage_by_polygon(answer, cuts))
    causes_there = _each(answers, lambda answer: causes_by_polygon(answer, cuts))
    return AssessmentTables(
        coverage=coverage,
        within=_each(answers, people_within),
        by_area=by_area,
        gaps=gaps_of(by_area, causes_there),
        gaps_by_minutes=gaps_by_minutes(_each(answers, lambda answer: gaps_at_minutes(answer, cuts))),
        causes=_each(answers, lambda answer: causes_table(answer.causes)),
        causes_by_area=causes_there,
        by_group=_each(answers, lambda answer: coverage_by_group(ground, answer)),
        denominators=_each(answers, lambda answer: coverage_by_denominator(ground, answer)),
        fairness=_each(answers, fairness),
        ranking=rank_polygons(by_area),
        grid_minutes=_each(answers, lambda answer: minutes_by_polygon(answer, cuts)),
        tiers=_each(answers, lambda answer: tiers_of(ground, answer, counted)),
        functions=_each(answers, lambda answer: functions_of(answer, counted)),
        quotas=_each(answers, lambda answer: quotas_of(ground, answer, counted)),
        area_rules=_each(answers, lambda answer: area_rules_of(ground, answer, cuts)),
        load=_each(answers, lambda answer: load_of(answer, cuts)),
        overall=_each(answers, lambda answer: overall_of(ground, answer)),
    )


def of_case(table: pd.DataFrame, case: str) -> pd.DataFrame:
    """Return the rows of one case without the columns that name it."""
    if "case" not in table:
        return table
    return table[table["case"] == case].drop(columns=["case", "case_en", "case_zh"]).reset_index(drop=True)


def headline_of(
    row: pd.Series, by_area: pd.DataFrame, *, travels: Text, counted: Text, estimated: bool = False
) -> Headline:
    """Return the headline of one row of the coverage table.

    Parameters
    ----------
    by_area
        The table by polygon, to count those with a gap; may be empty.
    travels, counted
        How people get there, and who they are.
    estimated
        Whether their number was reckoned, not counted.
    """
    places, kind = None, "area"
    if len(by_area):
        same = by_area[["case", "requirement", "test"]].eq(row[["case", "requirement", "test"]]).all(axis=1)
        places = places_with_gap(by_area[same])
        kind = str(by_area["kind"].iloc[0])
    timed = row["test"] == "reach"
    return Headline(
        category=Text(row["name_en"], row["name_zh"]),
        minutes=float(row["minutes_limit"]) if timed else None,
        metres=None if timed else float(row["metres_limit"]),
        total=float(row["total"]),
        covered=float(row["covered"]),
        places_with_gap=places,
        verified=bool(row["verified"]),
        profile=travels,
        counted=counted,
        kind=kind,
        count=int(row["count"]),
        mean=row["combine"] == "mean",
        by_standard=bool(row["by_standard"]),
        without_room=float(row["without_room"]),
        room_unknown=float(row.get("room_unknown", 0.0)),
        unknown=unknown_of(row),
        estimated=estimated,
    )


def unknown_of(row: pd.Series) -> Unknown:
    """Return what a row of the coverage table says is not known; nothing where it does not say."""
    return Unknown(
        hours_places=int(row.get("hours_unknown_places", 0)),
        more_if_open=float(row.get("more_if_open", 0.0)),
        room_places=int(row.get("room_unknown_places", 0)),
        more_if_room=float(row.get("more_if_room", 0.0)),
    )


def _each(answers: Sequence[CaseAssessment], make: Callable[[CaseAssessment], pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of all cases below each other, the case in front."""
    frames = [_of(answer, make(answer)) for answer in answers]
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else frames[0]


def _of(answer: CaseAssessment, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its case in front, its columns kept where it has no rows."""
    for position, (name, value) in enumerate(answer.case.named.items()):
        table.insert(position, name, value)
    return table
