"""How a sheet is printed: paper, margins, footer, and which tables begin a page."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from geo.text import Language

_A3, _A4 = 8, 9
_A3_POINTS, _A4_POINTS = (1191.0, 842.0), (842.0, 595.0)
_SIDE_INCHES, _END_INCHES = 0.5, 0.6
_REPEATED_POINTS = 62.0
# Programs differ a little in how high they make a row; a table cut by the end of a page is worse than a gap.
_ROOM = 0.95


def page_breaks(heights: list[float], room: float) -> list[int]:
    """Return which tables begin a page: those that do not fit below the ones before them.

    Examples
    --------
    >>> page_breaks([100, 150, 300, 900, 50], room=400)
    [2, 3, 4]
    """
    breaks, used = [], 0.0
    for table, height in enumerate(heights):
        if table and used + height > room:
            breaks.append(table)
            used = 0.0
        used += height
    return breaks


def points_of_a_page(widths: list[float], *, wide: bool) -> float:
    """Return how high the tables of a page may be in points, below what is repeated on each.

    A sheet is shrunk until it is as wide as the page; a character of the standard font is 7 pixels wide
    and 5 more belong to a column (ECMA-376, 18.3.1.13), at 0.75 points a pixel.
    """
    across, down = _A3_POINTS if wide else _A4_POINTS
    full = sum(0.75 * (7 * width + 5) for width in widths)
    shrunk = min(1.0, (across - 72 * 2 * _SIDE_INCHES) / full)
    return _ROOM * ((down - 72 * 2 * _END_INCHES) / shrunk - _REPEATED_POINTS)


def print_setup(
    page: Worksheet, language: Language, *, wide: bool, run: str = "", one_page: bool = False
) -> None:
    """Set the paper, one page across, with page numbers and the id of the run in the footer."""
    if one_page:
        page.set_portrait()
        page.fit_to_pages(1, 1)
        page.center_horizontally()
    else:
        page.set_landscape()
        page.fit_to_pages(1, 0)
    page.set_paper(_A3 if wide and not one_page else _A4)
    page.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES, top=_END_INCHES, bottom=_END_INCHES)
    pages = "&C第 &P 页，共 &N 页" if language == "zh" else "&C&P / &N"
    page.set_footer(f"&L&A{pages}" + (f"&R{run}" if run else ""))
    page.hide_gridlines(2)
