"""How a sheet is printed: paper, margins and footer."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from geo.text import Language
from layers.write.layout import Paper
from layers.write.styles import FONT

_PAPERS: dict[Paper, int] = {"A3": 8, "A4": 9}
_SIDE_INCHES, _END_INCHES = 0.5, 0.6


_MOST_HEADER = 255
"""Letters of a header that a file holds."""


def print_setup(
    page: Worksheet,
    language: Language,
    *,
    paper: Paper,
    run: str = "",
    one_page: bool = False,
    across: int = 1,
) -> None:
    """Set the paper, pages across, page numbers and the id of the run in the footer."""
    if one_page:
        page.set_portrait()
        page.fit_to_pages(1, 1)
    else:
        page.set_landscape()
        page.fit_to_pages(across, 0)
    page.center_horizontally()
    page.set_paper(_PAPERS[paper])
    page.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES, top=_END_INCHES, bottom=_END_INCHES)
    pages = "&C第 &P 页，共 &N 页" if language == "zh" else "&C&P / &N"
    page.set_footer(f"&L&A{pages}" + (f"&R{run}" if run else ""))
    page.hide_gridlines(2)


def print_title(page: Worksheet, title: str, unit: str) -> None:
    """Print title and unit above every page: cells are cut at the edge of pages that lie side by side."""
    said = f'&C&"{FONT},Bold"&14{title.replace("&", "&&")}\n&"{FONT},Regular"&9{unit.replace("&", "&&")}'
    page.set_header(said[:_MOST_HEADER], {"margin": _SIDE_INCHES})
    page.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES, top=2 * _END_INCHES, bottom=_END_INCHES)
