"""Columns of frames as the page reads them: texts, numbers and days, missing values as None."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.text import Text


def both(text: Text) -> dict[str, str]:
    """Return a text by language."""
    return {"en": text.en, "zh": text.zh}


def positions_of(values: pd.Series, known: pd.Series | list[str] | list[float]) -> NDArray[np.int64]:
    """Return where each value stands among the known ones.

    Raises
    ------
    ValueError
        Where a value is unknown: a figure that finds no place on the map would be missing unseen.
    """
    positions: NDArray[np.int64] = pd.Index(list(known)).get_indexer(pd.Index(values)).astype(np.int64)
    if (positions < 0).any():
        strange = sorted(set(values[positions < 0].astype(str)))[:5]
        msg = f"{values.name}: the map has no {', '.join(strange)}"
        raise ValueError(msg)
    return positions


def column(frame: pd.DataFrame, name: str) -> list[object]:
    """Return the values of a column, None for each where there is no such column."""
    return frame[name].tolist() if name in frame else [None] * len(frame)


def texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return the values of a column as they are written."""
    return [None if _missing(value) else str(value) for value in column(frame, name)]


def one_of(frame: pd.DataFrame, name: str, allowed: tuple[str | None, ...]) -> list[str | None]:
    """Return the texts of a column of which the page knows every value.

    Raises
    ------
    ValueError
        Where there is another value: the page has no symbol and no word for it.
    """
    values = texts(frame, name)
    strange = sorted({str(value) for value in values if value not in allowed})
    if strange:
        msg = f"{name}: a map cannot show {', '.join(strange)}"
        raise ValueError(msg)
    return values


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value


def listed(value: object) -> list[str]:
    """Return the texts of a value that may be several; none of one that is not."""
    return [str(each) for each in value] if isinstance(value, tuple | list | np.ndarray) else []


def number(value: object) -> float | None:
    """Return a number, None for a missing one."""
    return None if _missing(value) else float(value)  # type: ignore[arg-type]


def iso_date(value: object) -> str | None:
    """Return a day as ``2026-11-25``, and as it is written where it is none."""
    return None if _missing(value) else value.isoformat()[:10] if isinstance(value, date) else str(value)


def as_text(value: object) -> Text | None:
    """Return a text in both languages, one of the user's own as it is."""
    if isinstance(value, Text):
        return value
    return None if _missing(value) else Text(str(value), str(value))
