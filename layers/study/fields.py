"""What the tables of a study share: a base that refuses unknown keys, and the types of its texts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints


def as_text(value: object) -> object:
    """Return a TOML number, date or flag as text, for keys that hold text: ``capacity = 20``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | date | datetime | time) else value


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""Text of 1 to 500 characters, without spaces around it."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[\w][\w.-]{0,63}$")]
"""A short name: letters of any script, digits, ``_ - .``, at most 64."""

TextValue = Annotated[str, BeforeValidator(as_text)]
"""Text that may be written as a TOML number, date or flag."""


class StudyTable(BaseModel):
    """A table that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, allow_inf_nan=False)
