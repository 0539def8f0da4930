"""The ledger of a layer's rows: which were rejected or left out, with reasons, and notes on the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Fault
from geo.text import Text
from geo.types import Bools
from layers.cells.values import as_arrow
from layers.read.raw_table import RawTable
from layers.rows.report import TakenCategory

MAX_LISTED = 1_000
"""Row faults written out one by one; the counts and the rejects table hold all of them."""


@dataclass(slots=True)
class Ledger:
    """What happens to each row of a table while it is being checked.

    Attributes
    ----------
    table
        The rows as read.
    rejected, left_out
        Masks over the rows: faulty, and put aside because the study asks so.
    listed
        Rows that go on and stand in the table of rejects all the same, to be mended.
    merged
        Rows whose number stands in a merged cell and counts for the first of its rows.
    taken
        What each text of the category column was taken for.
    headers
        The header of the file by role: notes name it where they are given a role.
    questions
        What somebody who knows the sheet must answer, a row at a time, beside the faults of rejected rows.
    """

    table: RawTable
    rejected: Bools = field(init=False)
    listed: Bools = field(init=False)
    left_out: Bools = field(init=False)
    merged: Bools = field(init=False)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    row_faults: list[Fault] = field(default_factory=list)
    questions: list[Fault] = field(default_factory=list)
    taken: tuple[TakenCategory, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    _reasons: list[tuple[NDArray[np.int64], str, Text, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.table.cells)
        self.rejected = np.zeros(count, dtype=bool)
        self.listed = np.zeros(count, dtype=bool)
        self.left_out = np.zeros(count, dtype=bool)
        self.merged = np.zeros(count, dtype=bool)

    @property
    def accepted(self) -> Bools:
        """Mask of the rows that go on."""
        accepted: Bools = ~(self.rejected | self.left_out)
        return accepted

    def stop(self, what: Text, fix: Text, *, code: str, column: str = "", value: str = "") -> None:
        """Write down a fault that makes the whole layer unusable."""
        self.faults.append(self._fault(what, fix, code, column, value, None))

    def note(self, what: Text, fix: Text, *, code: str, column: str = "", value: str = "") -> None:
        """Write down something to be looked at that keeps no row out."""
        self.notes.append(self._fault(what, fix, code, column, value, None))

    def reject(self, mask: Bools, what: Text, fix: Text, *, code: str, column: str = "") -> None:
        """Reject rows, with the value found in each of them."""
        at = np.flatnonzero(mask & self.accepted)
        if at.size == 0:
            return
        self.rejected[at] = True
        self._reasons.append((at, column, what, code))
        self._list(self.row_faults, at, what, fix, code, column)

    def rejected_as(self, code: str) -> Bools:
        """Return the rows that were rejected under a code."""
        mask = np.zeros(len(self.table.cells), dtype=bool)
        for at, _, _, why in self._reasons:
            mask[at] |= why == code
        return mask

    def note_rows(
        self, mask: Bools, what: Text, fix: Text, *, code: str, column: str = "", ask: bool = False
    ) -> None:
        """Write down rows to be looked at: one note with their number and the first of them.

        With `ask`, each row is a question too.
        """
        at = np.flatnonzero(mask & self.accepted)
        column = self.headers.get(column, column)
        if at.size:
            if ask:
                self._list(self.questions, at, what, fix, code, column)
            rows = [str(row) for row in self.table.rows[at[:5]]]
            noun = "row" if at.size == 1 else "rows"
            counted = Text(f"{at.size:,} {noun}: {what.en}", f"{at.size:,} 行：{what.zh}")
            en = ", ".join(rows) + (" and more" if at.size > 5 else "")
            zh = "、".join(rows) + (" 等" if at.size > 5 else " ")
            place = Text(f"{noun.capitalize()} {en}. {fix.en}", f"第 {zh}行。{fix.zh}")
            self.note(counted, place, code=code, column=column, value=self._value(int(at[0]), column))

    def list_for_mending(self, mask: Bools, what: Text, fix: Text, *, code: str, column: str = "") -> None:
        """Ask about rows and list them beside the rejected ones, though they go on; each is listed once."""
        at = np.flatnonzero(mask & self.accepted & ~self.listed)
        if at.size:
            self.listed[at] = True
            self._reasons.append((at, column, what, code))
            self._list(self.questions, at, what, fix, code, column)

    def leave_out(self, mask: Bools) -> None:
        """Put rows aside that the study does not want."""
        self.left_out |= mask & ~self.rejected

    def rejects(self) -> pd.DataFrame:
        """Return the rows to be mended as they stand in the file, with row number and reason in front."""
        at = np.flatnonzero(self.rejected | self.listed)
        reasons = {int(i): (column, what) for where, column, what, _ in self._reasons for i in where}
        frame = pd.DataFrame(
            {
                "row": self.table.rows[at],
                "column": [reasons[int(i)][0] for i in at],
                "reason": [reasons[int(i)][1].en for i in at],
                "reason_zh": [reasons[int(i)][1].zh for i in at],
            }
        )
        cells = self.table.cells.iloc[at].reset_index(drop=True).astype(object)
        frame = pd.concat([frame, cells.rename(columns=_beside(frame.columns))], axis=1)
        broken = pd.DataFrame(
            {
                "row": [fault.row for fault in self.table.broken],
                "column": "",
                "reason": [fault.what.en for fault in self.table.broken],
                "reason_zh": [fault.what.zh for fault in self.table.broken],
                "line": list(self.table.broken_text),
            }
        )
        return pd.concat([frame, broken], ignore_index=True) if len(broken) else frame

    def _list(
        self, into: list[Fault], at: NDArray[np.int64], what: Text, fix: Text, code: str, column: str
    ) -> None:
        for index in at[: MAX_LISTED - len(into)] if len(into) < MAX_LISTED else ():
            row = int(self.table.rows[index])
            into.append(self._fault(what, fix, code, column, self._value(int(index), column), row))

    def _value(self, index: int, column: str) -> str:
        cells = self.table.cells
        return as_arrow(cells[column].iloc[index : index + 1])[0].as_py()[:80] if column in cells else ""

    def _fault(self, what: Text, fix: Text, code: str, column: str, value: str, row: int | None) -> Fault:
        table: Any = self.table
        return Fault(
            what, fix, source=table.source, sheet=table.sheet, row=row, column=column, value=value, code=code
        )


def _beside(taken: pd.Index[Any]) -> dict[str, str]:
    """Return new names for the user's columns that are called like those put in front of them."""
    return {name: f"{name} (file)" for name in taken}
