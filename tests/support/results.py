"""A run of the town of sixteen corners, whose tables a test may replace."""

from __future__ import annotations

import tempfile
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pandas as pd

from api.run import run_study
from geo.assessment.tables import AssessmentTables
from geo.assessment.week import WeekTables
from maps.result import StudyResult
from tests.support.town import STUDY, write_town


@cache
def town_result() -> StudyResult:
    """Return a run of the town in Chinese, made once."""
    with tempfile.TemporaryDirectory() as folder:
        return run_study(write_town(Path(folder), study='language = "zh"\n' + STUDY))


def result_of(*, by_hour: pd.DataFrame, shifts: pd.DataFrame, **tables: pd.DataFrame) -> StudyResult:
    """Return the town with these tables and no others."""
    nothing = {field.name: pd.DataFrame() for field in fields(AssessmentTables)}
    return replace(
        town_result(),
        tables=AssessmentTables(**(nothing | tables)),
        week=WeekTables(by_hour=by_hour, shifts=shifts),
    )


def with_tables(result: StudyResult, **tables: pd.DataFrame) -> StudyResult:
    """Return a run with some of its tables replaced."""
    return replace(result, tables=replace(result.tables, **tables))
