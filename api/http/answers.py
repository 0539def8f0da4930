"""The tables of an assessment as answers of the HTTP service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api.http.models import (
    About,
    AccessRow,
    AssessmentAnswer,
    CaseSummary,
    CauseCount,
    CaveatRow,
    DenominatorCoverage,
    GapRow,
    OverallRow,
    RequirementCoverage,
    WithinRow,
)
from geo.assessment.assess import CaseAssessment
from geo.assessment.tables import of_case
from geo.text import Text
from maps.book.rows import counted_words
from maps.result import StudyResult
from maps.values import Row, bilingual, table_rows
from maps.words.caveats import Caveat, caveats
from maps.words.people import estimated_by
from maps.words.unassessed import unassessed


def case_summary(result: StudyResult, assessed: CaseAssessment) -> CaseSummary:
    """Return who travels in a case, when, and how many are counted."""
    case, estimated = assessed.case, estimated_by(result.layers, assessed.people)
    return CaseSummary(
        id=case.id,
        name_en=case.name.en,
        name_zh=case.name.zh,
        profile=assessed.traveller.profile.id,
        hour_en=case.hour.en,
        hour_zh=case.hour.zh,
        shift=case.shift,
        people=float(assessed.people.sum()),
        estimated_en=None if estimated is None else estimated.en,
        estimated_zh=None if estimated is None else estimated.zh,
    )


def assessment_answer(
    result: StudyResult, assessed: CaseAssessment, *, about: About, most_gaps: int
) -> AssessmentAnswer:
    """Return coverage, causes and the largest gaps of one case."""
    tables, case = result.tables, assessed.case.id
    causes = table_rows(of_case(tables.causes, case))
    coverage = table_rows(of_case(tables.coverage, case))
    gaps = table_rows(of_case(tables.gaps, case))
    denominators = table_rows(of_case(result.denominators, case))
    words = counted_words(result)
    left = unassessed(result)
    access = table_rows(of_case(result.access.summary, case))
    return AssessmentAnswer(
        about=about,
        study=result.study.name,
        standard=result.standard.id,
        case=case_summary(result, assessed),
        asked=left.asked,
        not_assessed=left.count,
        overall=[OverallRow.model_validate(row) for row in table_rows(of_case(tables.overall, case))],
        caveats=caveat_rows(caveats(result, assessed)),
        coverage=[_coverage(row, causes) for row in coverage],
        within=[WithinRow.model_validate(row) for row in table_rows(of_case(tables.within, case))],
        gaps_total=len(gaps),
        gaps=[GapRow.model_validate(row) for row in gaps[:most_gaps]],
        denominators=[_denominator(row, words) for row in denominators],
        accessibility=[AccessRow.model_validate(row) for row in access],
    )


def caveat_rows(said: Iterable[Caveat]) -> list[CaveatRow]:
    """Return what a reader must know to trust the figures."""
    return [CaveatRow.model_validate({"kind": each.kind, **bilingual("text", each.text)}) for each in said]


def _coverage(row: Row, causes: list[Row]) -> RequirementCoverage:
    """Return the coverage of a requirement; tests of reach name the causes of who is left out."""
    counts = [
        CauseCount(
            cause=cause["cause"],
            name_en=cause["cause_en"],
            name_zh=cause["cause_zh"],
            remedy_en=cause["remedy_en"],
            remedy_zh=cause["remedy_zh"],
            people=cause["people"],
        )
        for cause in causes
        if row["test"] == "reach"
        and cause["requirement"] == row["requirement"]
        and cause["cause"] != "covered"
        and cause["people"] > 0
    ]
    return RequirementCoverage.model_validate(row | {"causes": counts})


def _denominator(row: Row, words: Mapping[str, Text]) -> DenominatorCoverage:
    name = words[str(row["denominator"])]
    return DenominatorCoverage.model_validate(row | bilingual("denominator", name))
