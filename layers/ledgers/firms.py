"""The enterprises of a study by grid and by officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.day import today
from geo.ledgers.firms import firms_by_grid, firms_by_officer, firms_together, not_visited
from layers.load import Layers, all_polygons

VISIT_DAYS: Final = 30
"""Days after which an enterprise counts as not visited."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FirmTables:
    """The enterprises of a study.

    Attributes
    ----------
    by_grid, by_officer
        From `geo.ledgers.firms`.
    whole
        The figures of all of them.
    late
        Ids of those not visited for `VISIT_DAYS`; none where the sheet has no visits at all.
    """

    by_grid: pd.DataFrame
    by_officer: pd.DataFrame
    whole: pd.Series
    late: tuple[str, ...]


def firms_of(layers: Layers, answer: CaseAssessment) -> FirmTables | None:
    """Return the enterprises of a study on the day of a case; None where it has none."""
    firms, polygons = layers.firms, all_polygons(layers)
    if not len(firms):
        return None
    day = answer.case.on or today()
    late = not_visited(firms, today=day, days=VISIT_DAYS)
    known = firms["last_visit"].notna().any()
    return FirmTables(
        by_grid=firms_by_grid(firms, polygons),
        by_officer=firms_by_officer(firms[firms["officer"].notna()], today=day, days=VISIT_DAYS),
        whole=firms_together(firms),
        late=tuple(firms["id"][late]) if known else (),
    )
