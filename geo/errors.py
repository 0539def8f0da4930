"""Faults said in the user's words, and the few errors that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.text import Language, Text, printable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what the user gave, where it is, and what to do.

    Attributes
    ----------
    what, fix
        What was found, and what the user can do about it.
    source
        The file, the layer or the key of the study (``layer[2].columns.lon``).
    sheet, row, column
        The place inside the file; ``row`` counts as the user's own program does, from 1.
    value
        What stands there, shortened where it is long.
    code
        A stable name of the kind of fault, for tables and tests.
    """

    what: Text
    fix: Text
    source: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    code: str = ""

    def place(self, language: Language = "en") -> str:
        """Return where the fault is, as one phrase.

        Examples
        --------
        >>> Fault(Text("", ""), Text("", ""), source="shops.csv", row=7, column="lon").place()
        'shops.csv, row 7, column lon'
        """
        row, column, sheet = ("row", "column", "sheet") if language == "en" else ("行", "列", "工作表")
        parts = [
            self.source,
            f"{sheet} {self.sheet}" if self.sheet else "",
            f"{row} {self.row}" if self.row is not None else "",
            f"{column} {self.column}" if self.column else "",
        ]
        return (", " if language == "en" else "，").join(part for part in parts if part)

    def to(self, language: Language) -> str:
        """Return place, finding and remedy as one line."""
        place, what, fix = self.place(language), self.what.to(language), self.fix.to(language)
        if language == "en":
            found = f"{what} ({self.value})" if self.value else what
            stop = " " if found.endswith("?") else ". "
            return printable(f"{place}: {found}{stop}{fix}".removeprefix(": "))
        found = f"{what}（{self.value}）" if self.value else what
        stop = "" if found.endswith("？") else "。"
        return printable(f"{place}：{found}{stop}{fix}".removeprefix("："))


class LifecircleError(Exception):
    """Base of every error this project raises on purpose."""


class InputError(LifecircleError, ValueError):
    """What the user gave cannot be used; carries every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.to("en") for fault in self.faults))

    def to(self, language: Language) -> str:
        """Return all faults, one a line, in the language asked for."""
        return "\n".join(fault.to(language) for fault in self.faults)


class OutputError(LifecircleError, OSError):
    """A result cannot be written where the user wants it."""
