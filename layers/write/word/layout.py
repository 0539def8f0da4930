"""Blocks laid out in a document: each at a place, in the styles that the document has."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from geo.text import Language, Text
from layers.write.cells import doubts_of, shown, values_of, width_of
from layers.write.table import NUMBER_FORMATS, TOTAL, Column, Table
from layers.write.word.blocks import Block, ChartBlock, Paragraph, PictureBlock, Section, TableBlock
from layers.write.word.drawn import put_chart

_HEAD_FILL: Final = "DCE6F1"
_DOUBT: Final = RGBColor(0x9C, 0x57, 0x00)
_CELL_POINTS, _CELL_POINTS_OF_MANY, _MANY = 9.0, 7.5, 9
_TABLE, _FIGURE = Text("Table", "表"), Text("Figure", "图")
_REST = Text(
    "{left:,} further rows stand in the workbook, table {key}.", "其余 {left:,} 行见评估工作簿（{key}）。"
)
_MOST_PICTURE_HEIGHT = Cm(11)
_CELL_MARGIN, _LEAST_TEXT = 2.6, 10.0


@dataclass(slots=True)
class Laying:
    """Lays blocks out in a document, one after the other, before a paragraph or at the end.

    Attributes
    ----------
    width
        Between the margins, in English metric units.
    before
        The paragraph that blocks are put in front of; at the end of the document where None.
    """

    document: Document
    language: Language
    width: int
    before: DocxParagraph | None = None
    charts: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    def lay(self, blocks: Iterable[Block]) -> None:
        """Lay out blocks in their order."""
        for block in blocks:
            match block:
                case Paragraph():
                    self._paragraph(block.text, "List Bullet" if block.point else "Normal")
                case Section():
                    self.heading(block.title, 2)
                case TableBlock():
                    self._table(block)
                case ChartBlock():
                    self._chart(block)
                case PictureBlock():
                    self._picture(block)

    def heading(self, text: str, level: int) -> DocxParagraph:
        """Put a heading."""
        return self._paragraph(text, f"Heading {level}")

    def _paragraph(self, text: str, style: str) -> DocxParagraph:
        if self.before is not None:
            made = self.before.insert_paragraph_before(text)
        else:
            made = self.document.add_paragraph(text)
        if style in self.document.styles:
            made.style = self.document.styles[style]
        return made

    def _caption(self, kind: Text, words: str) -> DocxParagraph:
        """Put a caption whose number is a field, so that it stays right when parts are moved."""
        name = kind.to(self.language)
        self.numbers[name] = self.numbers.get(name, 0) + 1
        made = self._paragraph(f"{name} ", "Caption")
        add_field(made.add_run(), f"SEQ {name} \\* ARABIC", str(self.numbers[name]))
        made.add_run(f"  {words}")
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return made

    def _table(self, block: TableBlock) -> None:
        table = block.table
        if not len(table.frame) or not table.columns:
            return
        self._caption(_TABLE, block.caption).paragraph_format.keep_with_next = True
        rows = min(len(table.frame), block.most)
        total = bool(table.total) and len(table.frame) > 1 and rows == len(table.frame)
        made = self.document.add_table(rows + 1 + total, len(table.columns))
        if "Table Grid" in self.document.styles:
            made.style = self.document.styles["Table Grid"]
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        _narrow_margins(made)
        fill_table(made, table, rows, self.language)
        set_widths(made, table, self.language, self.width)
        left = len(table.frame) - rows
        key = table.caption.to(self.language)
        rest = _REST.to(self.language).format(left=left, key=key) if left else ""
        note = " ".join(filter(None, (block.note, rest)))
        below = self._paragraph(note, "Normal")
        small(below.runs)
        if self.before is not None:
            below._p.addprevious(made._tbl)

    def _chart(self, block: ChartBlock) -> None:
        place = self._paragraph("", "Normal")
        place.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.charts += 1
        drawn = put_chart(
            self.document,
            place,
            block.table,
            width=min(self.width, Emu(5_600_000)),
            number=self.charts,
            language=self.language,
        )
        if not drawn:
            place._p.getparent().remove(place._p)
            return
        place.paragraph_format.keep_with_next = True
        self._caption(_FIGURE, block.caption)

    def _picture(self, block: PictureBlock) -> None:
        place = self._paragraph("", "Normal")
        place.alignment = WD_ALIGN_PARAGRAPH.CENTER
        place.paragraph_format.keep_with_next = True
        width = min(self.width, _MOST_PICTURE_HEIGHT * block.width // block.height)
        place.add_run().add_picture(io.BytesIO(block.png), width=Emu(width))
        if block.legend:
            legend = self._paragraph("", "Normal")
            legend.alignment = WD_ALIGN_PARAGRAPH.CENTER
            legend.paragraph_format.keep_with_next = True
            for colour, words in block.legend:
                legend.add_run("■").font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
                legend.add_run(f" {words}   ")
            small(legend.runs)
        self._caption(_FIGURE, block.caption)


def fill_table(made: DocxTable, table: Table, rows: int, language: Language) -> None:
    """Write header, rows and, where there is room for it, the sums of a table."""
    points = _CELL_POINTS_OF_MANY if len(table.columns) > _MANY else _CELL_POINTS
    doubts = doubts_of(table)
    cells = [list(row.cells) for row in made.rows]
    for position, column in enumerate(table.columns):
        head = cells[0][position]
        _write(head, column.header.to(language), points, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        _shade(head, _HEAD_FILL)
        align = _alignment(column)
        values = values_of(table, column)
        for number, value in enumerate(values[:rows]):
            text = shown(value, column, language)
            _write(cells[number + 1][position], text, points, align=align, doubt=doubts[number])
        if len(cells) > rows + 1:
            _write(cells[-1][position], _total(table, position, language), points, bold=True, align=align)
    _repeat_header(made)


def _total(table: Table, position: int, language: Language) -> str:
    column = table.columns[position]
    if column.key in table.total:
        numbers = [float(v) for v in values_of(table, column) if isinstance(v, int | float) and v == v]
        return shown(sum(numbers), column, language)
    words = [number for number, each in enumerate(table.columns) if each.kind == "text"]
    return TOTAL.to(language) if position == (words or [0])[0] else ""


def _alignment(column: Column) -> WD_ALIGN_PARAGRAPH:
    if column.kind in NUMBER_FORMATS:
        return WD_ALIGN_PARAGRAPH.RIGHT
    return WD_ALIGN_PARAGRAPH.CENTER if column.kind == "yes" else WD_ALIGN_PARAGRAPH.LEFT


def set_widths(made: DocxTable, table: Table, language: Language, width: int) -> None:
    """Share the width between the columns: numbers whole, texts wrapped by how long they are."""
    points = _CELL_POINTS_OF_MANY if len(table.columns) > _MANY else _CELL_POINTS
    # A digit is half as wide as it is high; cells have a margin on both sides.
    room = Emu(width).pt / (points * 0.56)
    wanted: list[float] = []
    least: list[float] = []
    for column in table.columns:
        texts = [shown(value, column, language) for value in values_of(table, column)[:300]]
        if table.total:
            texts.append(_total(table, len(wanted), language))
        longest = max(map(width_of, texts), default=0) + _CELL_MARGIN
        head = width_of(column.header.to(language)) / 3 + _CELL_MARGIN
        whole = column.kind in NUMBER_FORMATS or column.kind == "yes"
        wanted.append(max(longest, head))
        least.append(max(longest if whole else min(longest, _LEAST_TEXT), min(head, _LEAST_TEXT)))
    widths = _shared(wanted, least, room)
    for column, each in zip(made.columns, widths, strict=True):
        column.width = Emu(round(width * each))
    for row in made.rows:
        for cell, each in zip(row.cells, widths, strict=True):
            cell.width = Emu(round(width * each))


def _shared(wanted: list[float], least: list[float], room: float) -> list[float]:
    """Return each column's part of the width: what it must have, and of the rest by what it wants."""
    spare = room - sum(least)
    more = [max(want - low, 0.0) for want, low in zip(wanted, least, strict=True)]
    if spare <= 0 or not sum(more):
        return [low / sum(least) for low in least]
    given = [low + spare * each / sum(more) for low, each in zip(least, more, strict=True)]
    return [each / sum(given) for each in given]


def _write(
    cell: _Cell,
    text: str,
    points: float,
    *,
    align: WD_ALIGN_PARAGRAPH,
    bold: bool = False,
    doubt: bool = False,
) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.first_line_indent = Pt(0)
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    run.bold = bold or None
    if doubt:
        run.italic = True
        run.font.color.rgb = _DOUBT


def small(runs: Iterable[Run]) -> None:
    """Set runs in the size of notes."""
    for run in runs:
        run.font.size = Pt(_CELL_POINTS)


def _shade(cell: _Cell, fill: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), fill)
    cell._tc.get_or_add_tcPr().append(shading)


def _narrow_margins(made: DocxTable) -> None:
    """Leave a millimetre at the sides of a cell, so that a number has the width of its column."""
    margins = OxmlElement("w:tblCellMar")
    for side, twentieths in (("w:top", 20), ("w:left", 57), ("w:bottom", 20), ("w:right", 57)):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), str(twentieths))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.append(margins)


def _repeat_header(made: DocxTable) -> None:
    """Repeat the header on every page, and keep rows whole."""
    for number, row in enumerate(made.rows):
        properties = row._tr.get_or_add_trPr()
        names = ("w:cantSplit", "w:tblHeader") if number == 0 else ("w:cantSplit",)
        for name in names:
            properties.append(OxmlElement(name))


def add_field(run: Run, code: str, value: str) -> None:
    """Make a run a field with the value it has now."""

    def mark(kind: str) -> None:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
        run._r.append(element)

    mark("begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    run._r.append(instruction)
    mark("separate")
    text = OxmlElement("w:t")
    text.text = value
    run._r.append(text)
    mark("end")
