"""An office's own workbook filled by its names: single figures, and tables under the headings it has.

A defined name that is called like a figure fills its first cell. One that is called like a table fills rows:
each column takes what the table has under the heading that stands in the first row of the range, or in the
row above it. What else the workbook holds stays as it is.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openpyxl.utils.cell import range_boundaries

from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.catalogue.schema import nearest_names
from layers.write.cells import in_words, is_missing, number_in, values_of
from layers.write.sheet_xml import SheetXml, StylesXml, parsed, shared_texts, tag, written
from layers.write.staging import replace_file
from layers.write.table import Column, Kind, Table

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)$")
_SIGNS = re.compile(r"\W+")
_MOST_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A named figure: a text or a number, and how that is written."""

    value: str | float
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a name lies: the sheet, its first and last row and column, from 1."""

    sheet: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(slots=True, eq=False, kw_only=True)
class _Book:
    """A workbook as the parts of its archive; sheets with a name or a formula as trees."""

    source: Path
    parts: dict[str, bytes]
    names: dict[str, _Place]
    paths: dict[str, str]
    styles: StylesXml
    sheets: dict[str, SheetXml]


def plain(name: str) -> str:
    """Return a name as the names of cells may be written: without brackets, blanks and the like.

    Examples
    --------
    >>> plain("可达率_卫生服务中心（社区医院）")
    '可达率_卫生服务中心社区医院'
    """
    return _SIGNS.sub("", name)


def fill_book(
    path: Path,
    template: Path,
    *,
    figures: Mapping[str, Figure],
    tables: Mapping[str, Table],
    language: Language,
) -> tuple[str, ...]:
    """Write a template with its named cells filled, and return the names that nothing was known for.

    Raises
    ------
    InputError
        Where the template cannot be read, a heading is unknown, or a table has more rows than there is room.
    OutputError
        When the file cannot be written.
    """
    book = _opened(template)
    known_figures = {plain(name): figure for name, figure in figures.items()}
    known_tables = {plain(name): table for name, table in tables.items()}
    faults: list[Fault] = []
    unknown = []
    for name, place in book.names.items():
        if plain(name) in known_figures:
            _fill_figure(book, place, known_figures[plain(name)])
        elif plain(name) in known_tables:
            faults += _fill_table(book, name, place, known_tables[plain(name)], language)
        else:
            unknown.append(name)
    if faults:
        raise InputError(faults)
    _save(book, path)
    return tuple(unknown)


def unknown_names(names: tuple[str, ...], known: Iterator[str]) -> Text | None:
    """Return what to say of names of a template that stand for nothing; None where there are none."""
    if not names:
        return None
    candidates = [plain(name) for name in known]
    like = {name: nearest_names(plain(name), candidates) for name in names}
    told = [f"{name}（{close[0]}?）" if (close := like[name]) else name for name in names]
    plainly = [f"{name} ({close[0]}?)" if (close := like[name]) else name for name in names]
    return Text(
        f"Names in the template that were left as they are: {', '.join(plainly)}",
        f"模板中以下名称没有对应的数值，保持原样：{'、'.join(told)}",
    )


def _opened(template: Path) -> _Book:
    try:
        with zipfile.ZipFile(template) as packed:
            if sum(item.file_size for item in packed.infolist()) > _MOST_BYTES:
                raise ValueError(template)
            parts = {name: packed.read(name) for name in packed.namelist()}
        workbook = parsed(parts["xl/workbook.xml"])
        paths = dict(_sheet_paths(workbook, parsed(parts["xl/_rels/workbook.xml.rels"])))
        names = dict(_names(workbook, paths))
        named = {place.sheet for place in names.values()}
        texts = shared_texts(parts.get("xl/sharedStrings.xml"))
        return _Book(
            source=template,
            parts=parts,
            names=names,
            paths=paths,
            styles=StylesXml(parsed(parts["xl/styles.xml"])),
            sheets={
                name: SheetXml(parsed(parts[path]), texts)
                for name, path in paths.items()
                if name in named or b"<f" in parts[path]
            },
        )
    except (OSError, ValueError, KeyError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        what = Text("the template is not an XLSX that can be read", "模板不是可读取的 XLSX 文件")
        fix = Text("Save it as .xlsx, without a password", "请另存为 .xlsx（不加密）")
        raise InputError([Fault(what, fix, source=str(template), code="book.template")]) from error


def _sheet_paths(workbook: Any, relations: Any) -> Iterator[tuple[str, str]]:
    targets = {each.get("Id"): each.get("Target") for each in relations}
    for sheet in workbook.find(tag("sheets")):
        target = targets[sheet.get(_RELATION)]
        yield sheet.get("name"), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _names(workbook: Any, paths: Mapping[str, str]) -> Iterator[tuple[str, _Place]]:
    for defined in workbook.iterfind(f"{tag('definedNames')}/{tag('definedName')}"):
        name, found = defined.get("name", ""), _PLACE.match((defined.text or "").strip())
        if found is None or name.startswith("_xlnm.") or defined.get("hidden") == "1":
            continue
        sheet = (found[1] or found[2] or "").replace("''", "'")
        if sheet in paths:
            left, top, right, bottom = (int(each or 1) for each in range_boundaries(found[3]))
            yield name, _Place(sheet=sheet, left=left, top=top, right=right, bottom=bottom)


def _fill_figure(book: _Book, place: _Place, figure: Figure) -> None:
    sheet = book.sheets[place.sheet]
    style = book.styles.for_number(sheet.style(place.top, place.left), figure.kind)
    sheet.set(place.top, place.left, figure.value, style=style)


def _fill_table(book: _Book, name: str, place: _Place, table: Table, language: Language) -> Iterator[Fault]:
    """Fill the rows of a range with a table, or yield what stands against it."""
    sheet = book.sheets[place.sheet]
    by_heading = {plain(column.header.to(language)): column for column in table.columns}
    # Of two rows that may hold the headings, the one that names more columns does.
    rows = [row for row in (place.top, place.top - 1) if row > 0]
    heads = {row: _headings(sheet, row, place) for row in rows}
    header = max(rows, key=lambda row: sum(plain(text) in by_heading for text in heads[row].values()))
    chosen = {position: by_heading.get(plain(text)) for position, text in heads[header].items()}
    if not any(chosen.values()):
        yield _no_headings(book, place, name, table, language)
        return
    for position, column in chosen.items():
        if column is None and heads[header][position]:
            yield _unknown_heading(book, place, heads[header][position], by_heading, table, language)
    first = header + 1
    room = _room(sheet, first, place, tuple(chosen))
    if len(table.frame) > room:
        yield _no_room(book, place, name, rows=len(table.frame), room=room)
        return
    for position, column in chosen.items():
        if column is not None:
            _fill_column(book, sheet, first, position, table, column, language)


def _headings(sheet: SheetXml, row: int, place: _Place) -> dict[int, str]:
    return {position: sheet.value(row, position) for position in range(place.left, place.right + 1)}


def _room(sheet: SheetXml, first: int, place: _Place, positions: tuple[int, ...]) -> int:
    """Return how many rows may be filled: to the end of the range, or further where nothing stands."""
    last = sheet.last_row()
    for row in range(max(first, place.bottom + 1), last + 1):
        if any(sheet.value(row, position) for position in positions):
            return row - first
    return 1_000_000


def _fill_column(
    book: _Book,
    sheet: SheetXml,
    first: int,
    position: int,
    table: Table,
    column: Column,
    language: Language,
) -> None:
    style = book.styles.for_number(sheet.style(first, position), column.kind)
    for row, value in enumerate(values_of(table, column), first):
        sheet.set(row, position, _plain_value(value, column, language), style=style)


def _plain_value(value: object, column: Column, language: Language) -> str | float | None:
    if is_missing(value):
        return None if column.missing is None else column.missing.to(language)
    number = number_in(value, column)
    return in_words(value, language) if number is None else number


def _save(book: _Book, path: Path) -> None:
    workbook = parsed(book.parts["xl/workbook.xml"])
    settings = workbook.find(tag("calcPr"))
    if settings is not None:
        settings.set("fullCalcOnLoad", "1")
    changed = {"xl/workbook.xml": written(workbook), "xl/styles.xml": written(book.styles.root)}
    for name, sheet in book.sheets.items():
        sheet.forget_results()
        changed[book.paths[name]] = written(sheet.root)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in book.parts.items():
            # One moment for all, so that the same figures make the same file.
            item = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            item.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(item, changed.get(name, content))
    replace_file(path, whole.getvalue())


def _no_headings(book: _Book, place: _Place, name: str, table: Table, language: Language) -> Fault:
    known = "、".join(column.header.to(language) for column in table.columns)
    what = Text("no heading above the range is a column of the table", "区域上方没有可识别的表头")
    fix = Text(
        f"Write some of these into the row above, and name the cells below them: {known}",
        f"请在上一行写表头，并为其下的单元格命名；可用的表头：{known}",
    )
    return Fault(
        what, fix, source=book.source.name, sheet=place.sheet, row=place.top, value=name, code="book.heads"
    )


def _unknown_heading(
    book: _Book,
    place: _Place,
    heading: str,
    known: Mapping[str, Column],
    table: Table,
    language: Language,
) -> Fault:
    like = "、".join(known[key].header.to(language) for key in nearest_names(plain(heading), known))
    every = "、".join(column.header.to(language) for column in table.columns)
    what = Text("the table has no such column", "表中没有这一列")
    fix = Text(f"Columns it has: {like or every}", f"可用的表头：{like or every}")
    return Fault(what, fix, source=book.source.name, sheet=place.sheet, value=heading, code="book.heading")


def _no_room(book: _Book, place: _Place, name: str, *, rows: int, room: int) -> Fault:
    what = Text(
        f"the table has {rows:,} rows and the template leaves {room:,}",
        f"表有 {rows:,} 行，模板只留了 {room:,} 行",
    )
    fix = Text(
        "Leave more empty rows below, or put the table last on its sheet",
        "请在其下多留空行，或把该表放在工作表的最后",
    )
    return Fault(
        what, fix, source=book.source.name, sheet=place.sheet, row=place.top, value=name, code="book.room"
    )
