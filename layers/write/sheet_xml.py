"""Single cells of a workbook that somebody else made, changed where they stand and nothing beside them.

Libraries that read a workbook and write it anew lose what they do not know: drawings, charts, controls. Here
only the cells that are filled are touched; every other byte of the sheet stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from geo.text import printable
from layers.write.table import NUMBER_FORMATS, Kind

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL = re.compile(r"([A-Z]+)(\d+)")
_FIRST_OWN_FORMAT: Final = 164
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def tag(name: str) -> str:
    """Return the name of an element of a workbook with its namespace."""
    return f"{{{MAIN}}}{name}"


def parsed(content: bytes) -> Any:
    """Return XML as a tree; nothing outside of it is looked up."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def written(root: Any) -> bytes:
    """Return a tree as XML."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


@dataclass(slots=True)
class SheetXml:
    """A sheet as XML, with the texts that its cells share.

    Attributes
    ----------
    rows, numbers
        Its rows by their number, and the numbers in their order.
    """

    root: Any
    texts: list[str]
    rows: dict[int, Any] = field(init=False, default_factory=dict)
    numbers: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Find the rows; those and cells that a file leaves without a number get theirs."""
        last = 0
        for row in self.root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
            last = int(row.get("r", last + 1))
            row.set("r", str(last))
            self.rows[last] = row
            column = 0
            for cell in row.iterfind(tag("c")):
                column = _column_of(cell) or column + 1
                cell.set("r", f"{get_column_letter(column)}{last}")
        self.numbers = sorted(self.rows)

    def value(self, row: int, column: int) -> str:
        """Return what a cell shows, as far as it is a text or a number; empty where nothing stands there."""
        cell = self._find(row, column)
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext()).strip()
        shown = cell.findtext(tag("v")) or ""
        return self.texts[int(shown)] if cell.get("t") == "s" and shown.isdigit() else shown

    def style(self, row: int, column: int) -> int:
        """Return the number of a cell's style."""
        cell = self._find(row, column)
        return 0 if cell is None else int(cell.get("s", "0"))

    def set(self, row: int, column: int, value: str | float | None, *, style: int) -> None:
        """Write a text, a number or nothing into a cell; a formula in it goes."""
        cell = self._cell(row, column)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if style:
            cell.set("s", str(style))
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
            text.text = printable(value)
            text.set(_SPACE, "preserve")
        elif value is not None:
            etree.SubElement(cell, tag("v")).text = repr(float(value)).removesuffix(".0")

    def last_row(self) -> int:
        """Return the last row in which a cell stands."""
        return self.numbers[-1] if self.numbers else 0

    def forget_results(self) -> None:
        """Take away what formulas came to, so that they are computed anew."""
        for cell in self.root.iter(tag("c")):
            result = cell.find(tag("v"))
            if cell.find(tag("f")) is not None and result is not None:
                cell.remove(result)
                cell.attrib.pop("t", None)

    def _find(self, row: int, column: int) -> Any | None:
        name = f"{get_column_letter(column)}{row}"
        return next((cell for cell in self.rows.get(row, ()) if cell.get("r") == name), None)

    def _cell(self, row: int, column: int) -> Any:
        line = self._row(row)
        cells = list(line)
        at = bisect_left([_column_of(cell) for cell in cells], column)
        if at < len(cells) and _column_of(cells[at]) == column:
            return cells[at]
        made = etree.Element(tag("c"), {"r": f"{get_column_letter(column)}{row}"})
        line.insert(at, made)
        # A hint of the cells in use that would now be wrong.
        line.attrib.pop("spans", None)
        return made

    def _row(self, row: int) -> Any:
        if row in self.rows:
            return self.rows[row]
        made = etree.Element(tag("row"), {"r": str(row)})
        at = bisect_left(self.numbers, row)
        if at < len(self.numbers):
            self.rows[self.numbers[at]].addprevious(made)
        else:
            self.root.find(tag("sheetData")).append(made)
        self.rows[row] = made
        self.numbers.insert(at, row)
        dimension = self.root.find(tag("dimension"))
        if dimension is not None:
            self.root.remove(dimension)
        return made


def _column_of(cell: Any) -> int:
    found = _CELL.fullmatch(cell.get("r", ""))
    return column_index_from_string(found[1]) if found else 0


@dataclass(slots=True)
class StylesXml:
    """The styles of a workbook, to which some are added that differ in how a number is written."""

    root: Any

    def for_number(self, style: int, kind: Kind) -> int:
        """Return a style that writes a number of a kind: the given one, unless that is of no kind at all."""
        styles = self.root.find(tag("cellXfs"))
        if kind not in NUMBER_FORMATS or style >= len(styles) or styles[style].get("numFmtId", "0") != "0":
            return style
        wanted = str(self._format(NUMBER_FORMATS[kind]))
        like = dict(styles[style].attrib) | {"numFmtId": wanted, "applyNumberFormat": "1"}
        content = [etree.tostring(child) for child in styles[style]]
        for number, each in enumerate(styles):
            if dict(each.attrib) == like and [etree.tostring(child) for child in each] == content:
                return number
        made = etree.fromstring(etree.tostring(styles[style]))
        made.attrib.update(like)
        styles.append(made)
        styles.set("count", str(len(styles)))
        return len(styles) - 1

    def _format(self, code: str) -> int:
        formats = self.root.find(tag("numFmts"))
        if formats is None:
            formats = etree.Element(tag("numFmts"))
            self.root.insert(0, formats)
        numbers = {each.get("formatCode"): int(each.get("numFmtId")) for each in formats}
        if code not in numbers:
            numbers[code] = max([_FIRST_OWN_FORMAT - 1, *numbers.values()]) + 1
            etree.SubElement(formats, tag("numFmt"), {"numFmtId": str(numbers[code]), "formatCode": code})
            formats.set("count", str(len(formats)))
        return numbers[code]


def shared_texts(content: bytes | None) -> list[str]:
    """Return the texts that the cells of a workbook share, without the reading aids above them."""
    if content is None:
        return []
    return [
        "".join(text.text or "" for text in item.iter(tag("t")) if text.getparent().tag != tag("rPh"))
        for item in parsed(content).findall(tag("si"))
    ]
