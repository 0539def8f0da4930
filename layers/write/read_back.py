"""A workbook of ours read back: its tables by their keys, as they stand in it now.

What an office filled in or corrected is read as it is; defined names hold the tables wherever rows or
columns were moved to.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo.errors import Fault, InputError
from geo.text import Text
from layers.write.table import NUMBER_FORMATS, TABLE_NAME, TOTAL, Column, Kind, Picture, Sheet, Table

_KINDS: Final[dict[str, Kind]] = {look: kind for kind, look in reversed(NUMBER_FORMATS.items())}
_PICTURE = re.compile(r"xl/media/image\d+\.png")
_SQUARE = "■"
_SURE = "sure"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WrittenBook:
    """A workbook as it was written, or as an office has changed it since.

    Attributes
    ----------
    title, author, comments
        Of the file.
    tables
        Sheets with a table, by the key of the table, in the order of the file.
    first
        The lines of the first sheet above its table.
    picture
        The first picture, with its legend; None where there is none.
    remarks
        By the name of a sheet that has no table of ours: what it says instead.
    """

    title: str
    author: str
    comments: str
    tables: dict[str, Sheet]
    first: tuple[str, ...]
    picture: Picture | None
    remarks: dict[str, tuple[str, ...]]


def read_book(path: Path) -> WrittenBook:
    """Read a workbook of ours.

    Raises
    ------
    InputError
        When it cannot be read, or holds no table of ours.
    """
    try:
        book = openpyxl.load_workbook(path, rich_text=True, data_only=True)
        found = dict(_tables(book))
        picture = _picture(path, book)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, TypeError) as error:
        raise InputError([_fault(path, Text("the workbook cannot be read", "无法读取工作簿"))]) from error
    if not found:
        what = Text("no table of a run stands in it", "其中没有运行写出的表")
        raise InputError([_fault(path, what)])
    said = book.properties
    first = book.worksheets[0]
    lines = tuple(_lines(first, 3, _first_header(book, first)))
    tabled = {sheet.name.en for sheet in found.values()}
    remarks = {
        page.title: tuple(_lines(page, 3, page.max_row + 1))
        for page in book.worksheets
        if page.title not in tabled
    }
    return WrittenBook(
        title=said.title or "",
        author=said.creator or "",
        comments=said.description or "",
        tables=found,
        first=lines,
        picture=picture,
        remarks=remarks,
    )


def _fault(path: Path, what: Text) -> Fault:
    fix = Text("Run the study again, and close the file", "请重新运行该项目，并关闭该文件")
    return Fault(what, fix, source=str(path), code="book")


def _tables(book: Workbook) -> Iterator[tuple[str, Sheet]]:
    places = {}
    for name, defined in book.defined_names.items():
        if name.startswith(TABLE_NAME):
            for sheet, cells in defined.destinations:
                places[book.sheetnames.index(sheet), name.removeprefix(TABLE_NAME)] = cells
    for (number, key), cells in sorted(places.items()):
        yield key, _sheet(book.worksheets[number], key, cells)


def _sheet(page: Worksheet, key: str, cells: str) -> Sheet:
    left, top, right, bottom = (int(each or 1) for each in range_boundaries(cells))
    columns = tuple(_column(page, position, top, bottom) for position in range(left, right + 1))
    rows = [
        [_plain(page.cell(row, position).value) for position in range(left, right + 1)]
        for row in range(top + 1, bottom + 1)
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns], dtype=object)
    frame[_SURE] = [not page.cell(row, left).font.italic for row in range(top + 1, bottom + 1)]
    below = page.cell(bottom + 1, left).value
    summed = {TOTAL.en, TOTAL.zh}
    total = tuple(
        column.key
        for position, column in enumerate(columns, left)
        if below in summed and isinstance(page.cell(bottom + 1, position).value, int | float)
    )
    name = Text(page.title, page.title)
    table = Table(columns, frame, name, _SURE, total, key=key)
    title, unit = (str(_plain(page.cell(row, 1).value) or "") for row in (1, 2))
    remarks = tuple(Text(line, line) for line in _lines(page, 3, top))
    return Sheet(name, Text(title, title), Text(unit, unit), table, remarks)


def _column(page: Worksheet, position: int, top: int, bottom: int) -> Column:
    """Return a column called by its position, with its header, and the kind its cells are formatted as."""
    header = str(_plain(page.cell(top, position).value) or "")
    looks = {page.cell(row, position).number_format for row in range(top + 1, min(bottom, top + 50) + 1)}
    kind: Kind = next((_KINDS[look] for look in sorted(looks) if look in _KINDS), "text")
    return Column(f"c{position}", Text(header, header), kind)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, CellRichText) else value


def _lines(page: Worksheet, first: int, before: int) -> Iterator[str]:
    for row in range(first, before):
        value = _plain(page.cell(row, 1).value)
        if isinstance(value, str) and value.strip():
            yield value


def _first_header(book: Workbook, page: Worksheet) -> int:
    for name, defined in book.defined_names.items():
        for sheet, cells in defined.destinations if name.startswith(TABLE_NAME) else ():
            if sheet == page.title:
                return int(range_boundaries(cells)[1] or 3)
    return page.max_row + 1


def _picture(path: Path, book: Workbook) -> Picture | None:
    with zipfile.ZipFile(path) as packed:
        names = sorted(name for name in packed.namelist() if _PICTURE.fullmatch(name))
        if not names:
            return None
        png = packed.read(names[0])
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    return Picture(png, width, height, tuple(_legend(book.worksheets[0])))


def _legend(page: Worksheet) -> Iterator[tuple[str, Text]]:
    """Yield colours and words of the legend: squares in their colour, each before its words."""
    for (value,) in page.iter_rows(max_col=1, values_only=True):
        if isinstance(value, CellRichText) and str(value).startswith(_SQUARE):
            colour = ""
            for part in value:
                if isinstance(part, TextBlock) and str(part.text).startswith(_SQUARE):
                    rgb = getattr(part.font.color, "rgb", None) or "FF000000"
                    colour = f"#{str(rgb)[-6:]}"
                elif colour:
                    words = str(part.text if isinstance(part, TextBlock) else part).strip()
                    yield colour, Text(words, words)
                    colour = ""
            return
