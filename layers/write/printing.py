"""How a sheet is printed: paper, margins and footer."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from geo.text import Language
from layers.write.layout import Paper

_PAPERS: dict[Paper, int] = {"A3": 8, "A4": 9}
_SIDE_INCHES, _END_INCHES = 0.5, 0.6


def print_setup(
    page: Worksheet, language: Language, *, paper: Paper, run: str = "", one_page: bool = False
) -> None:
    """Set the paper, one page across, with page numbers and the id of the run in the footer."""
    if one_page:
        page.set_portrait()
        page.fit_to_pages(1, 1)
        page.center_horizontally()
    else:
        page.set_landscape()
        page.fit_to_pages(1, 0)
    page.set_paper(_PAPERS[paper])
    page.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES, top=_END_INCHES, bottom=_END_INCHES)
    pages = "&C第 &P 页，共 &N 页" if language == "zh" else "&C&P / &N"
    page.set_footer(f"&L&A{pages}" + (f"&R{run}" if run else ""))
    page.hide_gridlines(2)
