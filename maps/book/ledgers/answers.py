"""The rows of a table as plain values, for whoever asks for them by their keys."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np

from geo.text import Text
from layers.write.cells import is_missing, values_of
from layers.write.table import Table
from maps.result import StudyResult

OF_PERSONS: Final = frozenset({"officers", "not_visited"})
"""Tables that name persons of the office: they stay in the workbook."""

COUNTS_ALONE: Final = frozenset({"coverage", "gaps", "by_area", "caveats", "needs", "needs_by_place"})
"""Tables that name no place of a layer but polygons."""


def may_be_answered(result: StudyResult, key: str) -> bool:
    """Return whether a table may leave the house: none that names persons, or rows of a layer kept in."""
    if key in OF_PERSONS:
        return False
    return key in COUNTS_ALONE or all(layer.publish is not False for layer in result.study.layers)


def plain_rows(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table by the keys of its columns.

    Texts in two languages are ``{"en": ..., "zh": ...}``, days are ISO 8601, numbers are not rounded.

    Examples
    --------
    >>> import pandas as pd
    >>> from layers.write.table import Column
    >>> frame = pd.DataFrame({"n": [1.0, np.nan]})
    >>> plain_rows(Table((Column("n", Text("Number", "数")),), frame))
    [{'n': 1.0}, {'n': None}]
    """
    columns = [(column.key, values_of(table, column)) for column in table.columns]
    size = len(table.frame)
    return [{key: _plain(values[row]) for key, values in columns} for row in range(size)]


def _plain(value: object) -> object:
    if is_missing(value):
        return None
    if isinstance(value, Text):
        return {"en": value.en, "zh": value.zh}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple | list):
        return [str(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
