"""What every reader returns: cells as written, row numbers of the file, and where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Fault, InputError
from geo.text import Text
from geo.types import Bools

MAX_ROWS = 20_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 32_767
"""Characters of a cell; what a spreadsheet can hold. Geometry written as text may be longer."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows as a file or a database holds them, nothing converted.

    Attributes
    ----------
    cells
        A column per header, as read; RangeIndex.
    rows
        The number of each row as the user's own program shows it (a sheet's rows from 1 with the title
        and header rows counted, a GIS layer's features from 1).
    geometry
        The geometries in the file's own coordinates, or None where the place stands in the cells.
    keys
        The source's own identifier of each row (``n123`` of an extract), or None.
    crs
        The coordinate system the file itself states, as an authority code or WKT; None where it does not.
    source, sheet
        What to call the file and its sheet in a fault.
    details
        What the reader found out by itself: encoding, delimiter, sheet, header row ...
    broken
        Rows that could not even be cut into cells; they count as read and rejected.
    broken_text
        The text of the broken rows, by the same order, for the rejects table.
    notes
        What the reader wants looked at.
    units
        Units that the lines above the table name, for columns that name none themselves.
    spread
        By header, the rows whose cell was filled from a merged one: a number in it counts only once.
    points
        By header, what a point before three digits was said to mean: ``thousands`` or ``fractions``.
    hidden
        The rows that a person does not see in the sheet; None where the reader cannot tell.
    """

    cells: pd.DataFrame
    rows: NDArray[np.int64]
    geometry: gpd.GeoSeries | None = None
    keys: NDArray[np.object_] | None = None
    crs: str | None = None
    source: str = ""
    sheet: str = ""
    details: dict[str, str] = field(default_factory=dict)
    broken: tuple[Fault, ...] = ()
    broken_text: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = ()
    units: tuple[str, ...] = ()
    spread: Mapping[str, Bools] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    hidden: Bools | None = None

    def where(self, kept: Bools) -> RawTable:
        """Return the table with some of its rows only."""
        geometry = None if self.geometry is None else self.geometry[kept].reset_index(drop=True)
        return replace(
            self,
            cells=self.cells[kept].reset_index(drop=True),
            rows=self.rows[kept],
            geometry=geometry,
            keys=None if self.keys is None else self.keys[kept],
            spread={header: mask[kept] for header, mask in self.spread.items()},
            hidden=None if self.hidden is None else self.hidden[kept],
        )


def input_error(
    source: str, what: Text, fix: Text, *, code: str, value: str = "", sheet: str = ""
) -> InputError:
    """Return the error for a source that cannot be read at all."""
    return InputError([Fault(what, fix, source=source, sheet=sheet, value=value[:200], code=code)])


def unique_headers(headers: list[str]) -> tuple[list[str], list[str]]:
    """Return headers made unique and non-empty, and those that stood more than once.

    Examples
    --------
    >>> unique_headers(["name", "", "name"])
    (['name', 'column 2', 'name (2)'], ['name'])
    """
    seen: dict[str, int] = {}
    result: list[str] = []
    for number, header in enumerate(headers, start=1):
        name = header.strip() or f"column {number}"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result, [name for name, count in seen.items() if count > 1]


def duplicate_header_notes(names: list[str], source: str, sheet: str = "") -> tuple[Fault, ...]:
    """Return a note for every header that stands more than once."""
    what = Text("two columns have this header; the first one is used", "表头重复，仅使用第一列")
    fix = Text("Rename one of them", "请修改其中一个表头")
    return tuple(
        Fault(what, fix, source=source, sheet=sheet, column=name, code="duplicate_header") for name in names
    )
