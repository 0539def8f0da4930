"""How old the data of a study are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from geo.day import today
from layers.study.model import Study


def data_date(study: Study) -> date:
    """Return the day the data are of: the study's own date, else that of its newest file."""
    if study.on is not None:
        return study.on
    days = [datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date() for file in _files(study)]
    return max(days, default=today())


def _files(study: Study) -> Iterator[Path]:
    named = [study.path_of(layer) for layer in study.layers]
    for file in named:
        if file is not None and file.is_file():
            yield file
