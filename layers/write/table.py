"""What a workbook is made of: columns, tables, pictures and sheets, and what the file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from geo.text import Text

Kind = Literal["text", "count", "amount", "share", "minutes", "metres", "ratio", "degrees", "yes"]
NUMBER_FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "amount": "#,##0.0",
    "share": "0.0%",
    "minutes": "0",
    "metres": "#,##0",
    "ratio": "#,##0.00",
    "degrees": "0.000000",
}
NO_WORDS = Text("", "")
NONE = Text("(none)", "（无）")
TOTAL = Text("Total", "合计")
TABLE_NAME = "table_"
"""What the defined name of a table's range begins with; its key follows."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: which column of the frame, what it is called, how it is written.

    `missing` stands in cells without a value; without it these are empty. Who reads the table writes into
    a column that is `to_fill`; any other without a value is left out. Shares that are `scaled` are the
    darker the smaller they are.
    """

    key: str
    header: Text
    kind: Kind = "text"
    missing: Text | None = None
    to_fill: bool = False
    scaled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is drawn of a table: some of its columns along another.

    Attributes
    ----------
    kind
        ``radar`` where few things are compared by many shares, ``line`` along time or number, ``bar`` where
        things are compared by one figure.
    along
        The column of what is compared, or of the horizontal axis.
    series
        The columns that are drawn, each a line.
    title
        Stands above it.
    x, y
        What the axes are called.
    suffix
        What the title says and the names of the lines need not repeat.
    most
        How many rows are drawn, from the first.
    from_zero
        Whether the axis of values begins at zero; not where the lines would hardly differ.
    """

    kind: Literal["line", "radar", "bar"]
    along: str
    series: tuple[str, ...]
    title: Text
    x: Text = NO_WORDS
    y: Text = NO_WORDS
    suffix: Text = NO_WORDS
    most: int = 400
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A frame with a caption.

    Attributes
    ----------
    doubt
        A boolean column whose false rows are marked.
    total
        Columns that are summed in a last row, where there is more than one row.
    annex
        Whether the table belongs behind all others.
    key
        Names it in the file, so that it is found again whatever its sheet is called; none where empty.
    chart
        A chart of it, drawn below.
    tab
        What its tab is called, where that is not its caption.
    print_rows
        How many of its rows are printed; all, where it is None.
    """

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    caption: Text = NONE
    doubt: str = ""
    total: tuple[str, ...] = ()
    annex: bool = False
    key: str = ""
    chart: Chart | None = None
    tab: Text = NO_WORDS
    print_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture below the table: a PNG, its size in pixels, and a legend of colours with their words."""

    png: bytes
    width: int
    height: int
    legend: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its tab, title, a line on units and what is counted, remarks, and its table.

    Attributes
    ----------
    table
        None where there is nothing but remarks.
    after, picture
        Stand below the table, in this order.
    signed
        Fields at the foot that are filled in by hand.
    one_page
        Whether the sheet is one upright page of A4, shrunk until it fits.
    """

    name: Text
    title: Text
    unit: Text
    table: Table | None
    remarks: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    picture: Picture | None = None
    signed: tuple[Text, ...] = ()
    one_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What the file says of itself: title, author, and the short id of the run it was made by."""

    title: str = ""
    author: str = ""
    run: str = ""
