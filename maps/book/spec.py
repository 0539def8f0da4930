"""What a sheet of a workbook is, as one entry, and how entries become sheets, CSV tables and notes.

A workbook is a tuple of `SheetSpec`: `maps.book.sheets.SHEETS` of a run, `maps.book.siting.SITING_SHEETS` of
a plan, `maps.check.sheets.CHECK_SHEETS` of a check. A new output sheet is one entry there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, Protocol, TypeVar

import pandas as pd

from geo.day import today
from geo.text import Language, Text
from layers.study.model import Study
from layers.write.cells import is_missing, values_of
from layers.write.table import NONE, Column, Properties, Sheet, Table
from maps.values import EMPTY, texts

R = TypeVar("R", bound="OfStudy")
Note = tuple[Text, Text]
"""What a note is about, and the note."""


class OfStudy(Protocol):
    """A result of any kind: of a run, a siting question or a check."""

    @property
    def study(self) -> Study:
        """The study that was asked about."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Edition(Generic[R]):
    """A result with the sheets it is written as.

    Attributes
    ----------
    sheets
        Every sheet there may be.
    language
        Of all words.
    short
        Whether only the sheets of the short workbook are meant.
    case
        Id of the only case whose rows are shown; without it those of all cases are.
    first
        Makes a sheet that stands before all others.
    made_on
        Stands under the titles.
    """

    result: R
    sheets: tuple[SheetSpec[R], ...]
    language: Language = "zh"
    short: bool = False
    case: str | None = None
    first: Callable[[Edition[R]], Sheet] | None = None
    made_on: date = field(default_factory=today)

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a frame that this edition shows."""
        if self.case is None or "case" not in frame:
            return frame
        return frame[frame["case"] == self.case]


def _no_remarks(result: object) -> Iterable[Text]:
    del result
    return ()


def _no_notes(result: object) -> Iterable[Note]:
    del result
    return ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TableSpec(Generic[R]):
    """One table of a sheet, or of a CSV file.

    Attributes
    ----------
    key
        Names the table among all of its workbook; as CSV it is written to ``KEY.csv``.
    caption
        Stands above it where a sheet has several tables.
    frame
        Makes its rows from the result; cells may be `Text`.
    columns
        Which columns of the frame are shown, or a function of result and frame that returns them. Where a
        layout adds columns of its own, those in front.
    layout
        Lays the rows out as tables: none, one, or several.
    doubt
        A boolean column of the frame whose false rows are marked.
    total
        Columns whose sum is worth a last row.
    notes
        What a reader must know to trust the table; stands on the sheet of notes.
    optional
        Whether its CSV file is written only where there are rows.
    tab
        What the tab of its sheet is called, where the caption is too long for one.
    every
        All columns there may be, where `columns` chooses among them.
    """

    key: str
    caption: Text
    frame: Callable[[R], pd.DataFrame]
    columns: tuple[Column, ...] | Callable[[R, pd.DataFrame], tuple[Column, ...]]
    layout: Layout[R] = field(default_factory=lambda: as_it_is)
    doubt: str = ""
    total: tuple[str, ...] = ()
    notes: Callable[[R], Iterable[Note]] = _no_notes
    optional: bool = False
    tab: Text = EMPTY
    every: tuple[Column, ...] = ()

    def columns_of(self, result: R, frame: pd.DataFrame) -> tuple[Column, ...]:
        """Return the columns that are shown of a frame."""
        return self.columns(result, frame) if callable(self.columns) else self.columns


Layout = Callable[[TableSpec[R], Edition[R], pd.DataFrame], Iterable[Table]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SheetSpec(Generic[R]):
    """One sheet of a workbook.

    Attributes
    ----------
    key
        Names the sheet among all of its workbook.
    name
        On its tab.
    title, unit
        Make the title, and the line under it: what is counted, by whom and when.
    tables
        From top to bottom; those without rows are left out.
    csv
        Tables that are written as CSV files beside the workbook.
    short
        Whether the sheet stands in the short workbook, too.
    optional
        Whether the sheet is left out where no table has rows; else it says that there is nothing.
    remarks
        What stands above the tables: what must be known beside their numbers.
    """

    key: str
    name: Text
    title: Callable[[R], Text]
    unit: Callable[[Edition[R]], Text]
    tables: tuple[TableSpec[R], ...]
    csv: tuple[TableSpec[R], ...] = ()
    short: bool = False
    optional: bool = False
    remarks: Callable[[R], Iterable[Text]] = _no_remarks


def as_csv(table: TableSpec[R]) -> TableSpec[R]:
    """Return the CSV file of a table as it stands on a sheet; none is written where it has no rows."""
    return replace(table, layout=whole, optional=True)


def sheet_of_one(
    table: TableSpec[R],
    *,
    title: Callable[[R], Text],
    unit: Callable[[Edition[R]], Text],
    csv: tuple[TableSpec[R], ...] = (),
    short: bool = False,
    optional: bool = False,
    remarks: Callable[[R], Iterable[Text]] = _no_remarks,
) -> SheetSpec[R]:
    """Return the sheet of one table, called as the table is."""
    return SheetSpec(
        key=table.key,
        name=table.caption,
        title=title,
        unit=unit,
        tables=(table,),
        csv=csv,
        short=short,
        optional=optional,
        remarks=remarks,
    )


def properties_of(study: Study, run: str) -> Properties:
    """Return what the workbooks of a study say of themselves.

    Parameters
    ----------
    run
        Short id of what they were made of.
    """
    return Properties(title=study.name, author=study.office or "", run=run)


def workbook_sheets(edition: Edition[R]) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in the order in which an office reads them, a table a sheet."""
    shown = (spec for spec in edition.sheets if spec.short or not edition.short)
    first = () if edition.first is None else (edition.first(edition),)
    sheets = [sheet for spec in shown for sheet in _sheets(spec, edition)]
    return tuple(_with_keys((*first, *sorted(sheets, key=_is_annex))))


def _with_keys(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield sheets whose tables have a key each, the second of a kind a number behind it."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        if sheet.table is None or not sheet.table.key:
            yield sheet
            continue
        key = sheet.table.key
        seen[key] += 1
        numbered = key if seen[key] == 1 else f"{key}_{seen[key]}"
        yield replace(sheet, table=replace(sheet.table, key=numbered))


def _is_annex(sheet: Sheet) -> bool:
    return sheet.table is not None and sheet.table.annex


def csv_tables(edition: Edition[R]) -> dict[str, Table]:
    """Return the tables that are written as CSV, by the name of the file."""
    specs = [spec for sheet in edition.sheets for spec in sheet.csv]
    tables = {f"{spec.key}.csv": (spec, _csv_table(spec, edition)) for spec in specs}
    return {name: table for name, (spec, table) in tables.items() if len(table.frame) or not spec.optional}


def csv_names(sheets: Iterable[SheetSpec[R]], *, optional: bool = False) -> tuple[str, ...]:
    """Return the names of the CSV files that are always written, or of those that may be left out."""
    specs = (spec for sheet in sheets for spec in sheet.csv)
    return tuple(f"{spec.key}.csv" for spec in specs if spec.optional == optional)


def notes_of(edition: Edition[R]) -> Iterator[Note]:
    """Yield what all tables of a workbook rest on, as the tables stand."""
    for sheet in edition.sheets:
        for spec in sheet.tables:
            yield from spec.notes(edition.result)


def as_it_is(spec: TableSpec[R], edition: Edition[R], rows: pd.DataFrame) -> Iterator[Table]:
    """Lay a frame out as one table; nothing where it has no rows."""
    if len(rows):
        yield Table(spec.columns_of(edition.result, rows), rows, spec.caption, spec.doubt, spec.total)


def whole(spec: TableSpec[R], edition: Edition[R], rows: pd.DataFrame) -> Iterator[Table]:
    """Lay a frame out as one table, with or without rows."""
    yield Table(spec.columns_of(edition.result, rows), rows, spec.caption, spec.doubt, spec.total)


def titled(en: str, zh: str) -> Callable[[OfStudy], Text]:
    """Return what makes the title of a sheet: the name of the study, then the part."""
    return lambda result: Text(f"{result.study.name}: {en}", f"{result.study.name} · {zh}")


def notes_frame(notes: Iterable[Note]) -> pd.DataFrame:
    """Return notes as rows: ``what, note``."""
    rows = list(notes)
    return pd.DataFrame({"what": texts(what for what, _ in rows), "note": texts(note for _, note in rows)})


def _sheets(spec: SheetSpec[R], edition: Edition[R]) -> Iterator[Sheet]:
    """Yield a sheet for each table of an entry that has rows; the first has the name of the entry."""
    tables = [
        replace(
            tidy(table),
            key=f"{each.key}_beside" if table.annex else each.key,
            tab=table.tab if table.tab.en else each.tab,
        )
        for each in spec.tables
        for table in each.layout(each, edition, edition.rows(each.frame(edition.result)))
        if len(table.frame)
    ]
    result = edition.result
    title, unit, remarks = spec.title(result), spec.unit(edition), tuple(spec.remarks(result))
    if not tables and not spec.optional:
        yield Sheet(spec.name, title, unit, None, remarks or (NONE,))
    for number, table in enumerate(tables):
        study, caption = result.study.name, table.caption
        own = len(tables) > 1 or bool(table.tab.en)
        said = Text(f"{study}: {caption.en}", f"{study} · {caption.zh}") if own else title
        shown = () if number or table.annex else remarks
        yield Sheet(_tab(spec, number, table), said, unit, table, shown)


def tidy(table: Table) -> Table:
    """Return a table as it is shown: no empty columns, no decimals where all amounts are whole."""
    shown = tuple(
        replace(column, kind="count") if column.kind == "amount" and _is_whole(table, column) else column
        for column in table.columns
        if column.to_fill or column.missing is not None or any(map(_is_said, values_of(table, column)))
    )
    return replace(table, columns=shown or table.columns)


def _is_whole(table: Table, column: Column) -> bool:
    if column.to_fill:
        return False
    numbers = [value for value in values_of(table, column) if isinstance(value, int | float)]
    return all(is_missing(value) or float(value).is_integer() for value in numbers)


def _is_said(value: object) -> bool:
    return not is_missing(value) and value != "" and value != EMPTY


def _tab(spec: SheetSpec[R], number: int, table: Table) -> Text:
    name, caption = spec.name, table.tab if table.tab.en else table.caption
    if table.annex:
        return Text(f"Annex {caption.en}", f"附表 {caption.zh}")
    if table.tab.en:
        return table.tab
    if not number:
        return name
    several = len(spec.tables) > 1
    return caption if several else Text(f"{name.en} {caption.en}", f"{name.zh} {caption.zh}")


def _csv_table(spec: TableSpec[R], edition: Edition[R]) -> Table:
    (table,) = spec.layout(spec, edition, edition.rows(spec.frame(edition.result)))
    return table
