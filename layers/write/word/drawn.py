"""Charts in a report: the chart of a table as a part of the document, with the workbook it is drawn from.

Whoever opens the report draws it with their own fonts, and can change it: the numbers lie in a small
workbook inside the document, the way a text processor keeps them itself.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

import xlsxwriter
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.shared import Emu
from docx.text.paragraph import Paragraph

from geo.text import Language
from layers.write.cells import in_words, is_missing, number_in, values_of
from layers.write.chart import Place, drawn_chart
from layers.write.table import NUMBER_FORMATS, Table

_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHARTS: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEIGHTS_TO_WIDTH: Final = {"line": 0.55, "bar": 0.6, "radar": 0.75}
_FRAME = (
    '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:c="{_CHARTS}" xmlns:r="{_RELATIONS}" distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Chart {number}" descr="{words}"/>'
    '<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="' + _CHARTS + '">'
    '<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline>'
)


def put_chart(
    document: Document, paragraph: Paragraph, table: Table, *, width: int, number: int, language: Language
) -> bool:
    """Put the chart of a table into a paragraph; return whether there was anything to draw.

    Parameters
    ----------
    width
        In English metric units.
    number
        Of the chart, from 1, unlike that of any other in the document.
    """
    workbook = _workbook(table, language)
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        if "xl/charts/chart1.xml" not in packed.namelist():
            return False
        drawn = packed.read("xl/charts/chart1.xml")
    package = document.part.package
    inside = Part(PackURI(f"/word/embeddings/chart_data{number}.xlsx"), _BOOK_TYPE, workbook, package)
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, b"", package)
    chart._blob = _with_data(drawn, chart.relate_to(inside, RELATIONSHIP_TYPE.PACKAGE))
    relation = document.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    frame = _FRAME.format(
        width=Emu(width),
        height=Emu(round(width * _HEIGHTS_TO_WIDTH[table.chart.kind if table.chart else "line"])),
        number=1000 + number,
        relation=relation,
        words="",
    )
    paragraph.add_run()._r.add_drawing(parse_xml(frame))
    return True


def _workbook(table: Table, language: Language) -> bytes:
    """Return a workbook of one sheet with the table and its chart."""
    packed = io.BytesIO()
    name = "data"
    with xlsxwriter.Workbook(packed, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(name)
        for position, column in enumerate(table.columns):
            page.write_string(0, position, column.header.to(language))
            for row, value in enumerate(values_of(table, column), 1):
                if is_missing(value):
                    continue
                number = number_in(value, column)
                if number is not None:
                    page.write_number(row, position, number)
                elif column.kind not in NUMBER_FORMATS:
                    page.write_string(row, position, in_words(value, language))
        place = Place(0, len(table.frame), len(table.columns) - 1)
        chart = drawn_chart(book, name, table, place, language)
        if chart is not None:
            page.insert_chart(0, len(table.columns) + 1, chart)
    return packed.getvalue()


def _with_data(drawn: bytes, relation: str) -> bytes:
    """Return a chart that names the workbook its numbers lie in."""
    root = parse_xml(drawn)
    # The schema wants it before the settings of a print that a report does not have.
    for settings in root.findall(f"{{{_CHARTS}}}printSettings"):
        root.remove(settings)
    external = root.makeelement(f"{{{_CHARTS}}}externalData", {f"{{{_RELATIONS}}}id": relation})
    external.append(root.makeelement(f"{{{_CHARTS}}}autoUpdate", {"val": "0"}))
    root.append(external)
    return bytes(serialize_part_xml(root))
