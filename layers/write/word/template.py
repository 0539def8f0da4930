"""An office's own DOCX with names in double braces, filled with a report.

``{{项目名称}}`` stands for a value, wherever it is written: in a paragraph, a cell, a header or a footer. The
style of the run in which the name begins is kept. A paragraph that holds nothing but the name of a chapter
(``{{短板}}``) gives way to the tables and figures of the chapter; the heading is the template's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.catalogue.schema import nearest_names
from layers.write.word.blocks import Chapter, Report
from layers.write.word.document import save, width_between_margins
from layers.write.word.layout import Laying

PLACEHOLDER: Final = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def write_in_template(path: Path, report: Report, template: Path, *, language: Language) -> Path:
    """Fill a template with a report and write it, whole or not at all; return the path.

    Raises
    ------
    InputError
        Where the template cannot be read, or with every name in it that stands for nothing.
    OutputError
        When the file cannot be written.
    """
    document = _opened(template)
    places = list(_paragraphs(document))
    chapters = {chapter.name: chapter for chapter in report.chapters}
    faults = tuple(_faults(places, report, chapters, template))
    if faults:
        raise InputError(faults)
    laying = Laying(document, language, width_between_margins(document.sections[0]))
    for paragraph in places:
        _fill(paragraph, report.values)
    for paragraph in document.paragraphs:
        name = _alone(paragraph)
        if name in chapters:
            laying.before = paragraph
            laying.lay(chapters[name].blocks)
            paragraph._p.getparent().remove(paragraph._p)
    return save(document, path)


def _opened(template: Path) -> Document:
    try:
        return docx.Document(str(template))
    except (OSError, ValueError, KeyError, PackageNotFoundError) as error:
        raise InputError([_unreadable(template)]) from error


def _unreadable(template: Path) -> Fault:
    return Fault(
        Text("the template is not a DOCX that can be read", "模板不是可读取的 DOCX 文件"),
        Text("Save it in Word as .docx, without macros", "请在 Word 中另存为 .docx（不含宏）"),
        source=str(template),
        code="report.template",
    )


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """Yield every paragraph of body, tables, headers and footers."""
    yield from _within(document.paragraphs, document.tables)
    for section in document.sections:
        parts = (
            section.header, section.footer, section.first_page_header, section.first_page_footer,
            section.even_page_header, section.even_page_footer,
        )  # fmt: skip
        for part in parts:
            # To look into a part that the section takes from another would give it one of its own.
            if not part.is_linked_to_previous:
                yield from _within(part.paragraphs, part.tables)


def _within(paragraphs: Sequence[Paragraph], tables: Iterable[DocxTable]) -> Iterator[Paragraph]:
    yield from paragraphs
    for table in tables:
        seen: set[object] = set()
        for row in table.rows:
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    yield from _in_cell(cell)


def _in_cell(cell: _Cell) -> Iterator[Paragraph]:
    yield from _within(cell.paragraphs, cell.tables)


def _faults(
    places: Iterable[Paragraph], report: Report, chapters: dict[str, Chapter], template: Path
) -> Iterator[Fault]:
    """Yield a fault for each name that stands for nothing, and for each chapter inside of other text."""
    known = [*report.values, *chapters]
    for paragraph in places:
        for name in PLACEHOLDER.findall(paragraph.text):
            if name in report.values:
                continue
            if name not in chapters:
                like = "、".join(nearest_names(name, known)) or "、".join(known[:12])
                fix = Text(f"Known names, among others: {like}", f"可用的名称，例如：{like}")
                what = Text("the template asks for a value that does not exist", "模板引用的名称不存在")
                yield Fault(what, fix, source=template.name, value=f"{{{{{name}}}}}", code="report.name")
            elif _alone(paragraph) != name or paragraph._p.getparent().tag.rpartition("}")[2] != "body":
                what = Text("a chapter stands inside of other text", "章节名称与其他文字写在同一段或表格内")
                fix = Text("Give it a paragraph of its own in the text", "请在正文中单独成段")
                yield Fault(what, fix, source=template.name, value=f"{{{{{name}}}}}", code="report.chapter")


def _alone(paragraph: Paragraph) -> str | None:
    found = PLACEHOLDER.fullmatch(paragraph.text.strip())
    return found[1] if found else None


def _fill(paragraph: Paragraph, values: dict[str, str]) -> None:
    """Replace names by values; each takes the style of the run that its first sign stands in."""
    text = "".join(run.text for run in paragraph.runs)
    # From the last to the first: what a value says is never looked at again.
    for found in reversed(list(PLACEHOLDER.finditer(text))):
        if found[1] in values:
            _replace(paragraph, found.start(), found.end(), values[found[1]])


def _replace(paragraph: Paragraph, start: int, end: int, value: str) -> None:
    at = 0
    for run in paragraph.runs:
        text = run.text
        low, high = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if low >= high:
            continue
        run.text = text[:low] + value + text[high:]
        value = ""
