"""A report as a DOCX file: of our own making, or laid out in an office's template."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from geo.text import Language, Text
from layers.write.staging import replace_file
from layers.write.word.blocks import Chapter, Report
from layers.write.word.layout import Laying, add_field

_BODY, _HEADS = ("Times New Roman", "仿宋"), ("Arial", "黑体")
_CONTENTS = Text("Contents", "目录")
_PAGE_WIDTH, _PAGE_HEIGHT = Cm(21.0), Cm(29.7)
_MARGIN: Final = Cm(2.5)


def write_report(path: Path, report: Report, *, language: Language) -> Path:
    """Write a report in our own layout, whole or not at all, and return the path.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    document = docx.Document()
    _set_styles(document)
    _set_page(document.sections[0])
    _cover(document, report, language)
    _contents(document, report.chapters, language)
    laying = Laying(document, language, _width(document.sections[0]))
    wide = False
    for chapter in report.chapters:
        if chapter.wide != wide:
            wide = chapter.wide
            laying.width = _turn(document)
        laying.heading(chapter.title, 1)
        laying.lay(chapter.blocks)
    _footers(document, report, language)
    _set_properties(document, report, language)
    return save(document, path)


def save(document: Document, path: Path) -> Path:
    """Write a document whole or not at all."""
    packed = io.BytesIO()
    document.save(packed)
    return replace_file(path, packed.getvalue())


def _set_styles(document: Document) -> None:
    normal = _style(document, "Normal", _BODY, 12)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.3
    _style(document, "Title", _HEADS, 26, bold=True)
    _style(document, "Subtitle", _BODY, 14)
    for level, points in ((1, 16), (2, 14), (3, 12)):
        style = _style(document, f"Heading {level}", _HEADS, points, bold=True)
        style.paragraph_format.space_before = Pt(14)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
    _style(document, "Footer", _BODY, 9)
    caption = _style(document, "Caption", _HEADS, 10.5)
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.space_after = Pt(4)


def _style(
    document: Document, name: str, fonts: tuple[str, str], points: float, *, bold: bool = False
) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    western, eastern = fonts
    style.font.name = western
    style.font.size = Pt(points)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts_of = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts_of.set(qn("w:eastAsia"), eastern)
    # A theme's font would win over the one that is named.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        if fonts_of.get(qn(theme)) is not None:
            del fonts_of.attrib[qn(theme)]
    return style


def _set_page(section: Section) -> None:
    section.page_width, section.page_height = _PAGE_WIDTH, _PAGE_HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN


def _width(section: Section) -> int:
    width, left, right = section.page_width, section.left_margin, section.right_margin
    return int((width or _PAGE_WIDTH) - (left or _MARGIN) - (right or _MARGIN))


def _turn(document: Document) -> int:
    """Go on on pages turned on their side, or back upright; return the width between the margins."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    upright = section.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    sides = (_PAGE_HEIGHT, _PAGE_WIDTH) if upright else (_PAGE_WIDTH, _PAGE_HEIGHT)
    section.page_width, section.page_height = sides
    return _width(section)


def _cover(document: Document, report: Report, language: Language) -> None:
    for _ in range(6):
        document.add_paragraph()
    document.add_paragraph(report.title, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for _ in range(10):
        document.add_paragraph()
    run = Text(f"Run {report.run}", f"运行编号：{report.run}").to(language) if report.run else ""
    for line in filter(None, (report.office, report.made_on, run)):
        document.add_paragraph(line, style="Subtitle").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(document: Document, chapters: tuple[Chapter, ...], language: Language) -> None:
    """Put a table of contents: the headings now, the pages when the reader's program makes it anew."""
    head = document.add_paragraph(_CONTENTS.to(language), style="Title")
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    place = document.add_paragraph()
    add_field(place.add_run(), 'TOC \\o "1-2" \\h \\z \\u', "")
    text = place.runs[0]._r.findall(qn("w:t"))[0]
    for number, chapter in enumerate(chapters):
        if number:
            line = text.makeelement(qn("w:br"), {})
            text.addprevious(line)
        words = text.makeelement(qn("w:t"), {})
        words.text = chapter.title
        text.addprevious(words)
    text.getparent().remove(text)
    for begin in place._p.iter(qn("w:fldChar")):
        if begin.get(qn("w:fldCharType")) == "begin":
            begin.set(qn("w:dirty"), "true")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _footers(document: Document, report: Report, language: Language) -> None:
    """Put title, page and run at the foot of every page but the cover."""
    first = document.sections[0]
    first.different_first_page_header_footer = True
    foot = first.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = Text(f"run {report.run}", f"运行编号 {report.run}").to(language)
    foot.add_run(f"{report.title}    {run}    " if report.run else f"{report.title}    ")
    before, after = Text("page ", "第 "), Text("", " 页")
    foot.add_run(before.to(language))
    add_field(foot.add_run(), "PAGE", "1")
    foot.add_run(after.to(language))
    for section in document.sections[1:]:
        section.different_first_page_header_footer = False
        section.footer.is_linked_to_previous = True


def _set_properties(document: Document, report: Report, language: Language) -> None:
    said = document.core_properties
    said.title, said.author = report.title[:255], report.office[:255]
    said.comments = Text(f"Run {report.run}", f"运行编号 {report.run}").to(language) if report.run else ""
    said.language = "zh-CN" if language == "zh" else "en-GB"
    said.keywords = ""


def width_between_margins(section: Section) -> int:
    """Return the width of a section between its margins, in English metric units."""
    return int(Emu(_width(section)))
