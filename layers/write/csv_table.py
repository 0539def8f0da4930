"""A table as CSV, as Excel in Chinese opens it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Final

from geo.text import Language
from layers.write.cells import in_words, is_missing, number_in, values_of
from layers.write.staging import replace_file
from layers.write.table import Column, Kind, Table

_DIGITS: Final[dict[Kind, int]] = {"share": 3, "count": 3, "amount": 3, "minutes": 3, "metres": 3}
"""Shares as they are shown, to a tenth of a percent; people to a thousandth, so that sums stay."""
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|]")


def write_csv(path: Path, table: Table, *, language: Language = "zh") -> Path:
    """Write one table as CSV in UTF-8 with a byte order mark, as Excel in Chinese opens it.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, the way Excel itself
    marks text. Shares stay fractions, to the tenth of a percent that is shown; missing values are empty.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    headers = [column.header.to(language) for column in table.columns]
    values = [
        [_plain(value, column, language) for value in values_of(table, column)] for column in table.columns
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(zip(*values, strict=True))
    return replace_file(path, text.getvalue().encode("utf-8-sig"))


def _plain(value: object, column: Column, language: Language) -> str:
    if is_missing(value):
        return ""
    number = number_in(value, column)
    if number is not None:
        digits = _DIGITS.get(column.kind)
        number = number if digits is None else round(number, digits)
        # Zero has no sign.
        return repr(number + 0.0).removesuffix(".0")
    words = in_words(value, language)
    return f"'{words}" if _FORMULA.match(words) else words
