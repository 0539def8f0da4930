"""The tables of an assessment as answers of the HTTP service."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from api.http.models import (
    AccessRow,
    AssessmentAnswer,
    CaseSummary,
    CauseCount,
    DenominatorCoverage,
    GapRow,
    RequirementCoverage,
)
from geo.assessment.assess import CaseAssessment
from geo.assessment.cuts import DENOMINATORS
from geo.assessment.tables import of_case
from maps.result import StudyResult

Row = Mapping[Hashable, Any]


def case_summary(one: CaseAssessment) -> CaseSummary:
    """Return who travels in a case, when, and how many are counted."""
    case = one.case
    return CaseSummary(
        id=case.id,
        name_en=case.name.en,
        name_zh=case.name.zh,
        profile=one.traveller.profile.id,
        hour_en=case.hour.en,
        hour_zh=case.hour.zh,
        shift=case.shift,
        people=float(one.people.sum()),
    )


def assessment_answer(result: StudyResult, one: CaseAssessment, *, most_gaps: int) -> AssessmentAnswer:
    """Return coverage, causes and the largest gaps of one case."""
    tables = result.tables
    causes = of_case(tables.causes, one.case.id)
    gaps = of_case(tables.gaps, one.case.id)
    coverage = of_case(tables.coverage, one.case.id)
    denominators = of_case(result.denominators, one.case.id)
    access = of_case(result.access.summary, one.case.id)
    return AssessmentAnswer(
        study=result.study.name,
        standard=result.standard.id,
        case=case_summary(one),
        coverage=[_coverage(row, causes) for row in coverage.to_dict("records")],
        gaps=[GapRow.model_validate(_known(row)) for row in gaps.head(most_gaps).to_dict("records")],
        denominators=[_denominator(row) for row in denominators.to_dict("records")],
        accessibility=[AccessRow.model_validate(_known(row)) for row in access.to_dict("records")],
    )


def _coverage(row: Row, causes: pd.DataFrame) -> RequirementCoverage:
    mine = causes.iloc[:0]
    if row["test"] == "reach":
        mine = causes[(causes["requirement"] == row["requirement"]) & (causes["cause"] != "covered")]
    counts = [
        CauseCount(
            cause=one["cause"],
            name_en=one["cause_en"],
            name_zh=one["cause_zh"],
            remedy_en=one["remedy_en"],
            remedy_zh=one["remedy_zh"],
            people=one["people"],
        )
        for one in mine[mine["people"] > 0].to_dict("records")
    ]
    return RequirementCoverage.model_validate(_known(row) | {"causes": counts})


def _denominator(row: Row) -> DenominatorCoverage:
    name = DENOMINATORS[str(row["denominator"])]
    return DenominatorCoverage.model_validate(
        _known(row) | {"denominator_en": name.en, "denominator_zh": name.zh}
    )


def _known(row: Row) -> dict[Hashable, Any]:
    """Return the row with None where a number or a text is missing."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()
    }
