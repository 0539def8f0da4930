"""Which requirement a map shows first: that of the first headline, the most people left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geo.assessment.tables import of_case
from maps.result import StudyResult
from maps.words.summary import headlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A requirement and the test of it that is shown."""

    requirement: str
    test: Literal["reach", "compliance"]


def lead_of(result: StudyResult) -> Lead | None:
    """Return the requirement that a map of a run shows first; None where nothing was tested."""
    said = headlines(result) or headlines(result, by_standard=False)
    table = of_case(result.tables.coverage, result.first.case.id)
    if not said or not len(table):
        return None
    rows = table[table["category"] == said[0][0]]
    timed = rows[rows["test"] == "reach"]
    row = (timed if len(timed) else rows).iloc[0]
    test: Literal["reach", "compliance"] = "reach" if row["test"] == "reach" else "compliance"
    return Lead(requirement=str(row["requirement"]), test=test)
