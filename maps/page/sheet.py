"""The sheet for print: the same document, opened in its paper view.

The view itself (frame, title, legend, scale bar, north arrow, source, date, unit, review number) is part of
every map (``assets/page/sheet.ts``, ``sheet.css``), reached there by a button; printing it to PDF from
any Chromium gives one page of A3 or A4, landscape.
"""

from __future__ import annotations

from maps.page.content import MapContent, Sheet
from maps.page.web_map import render_map

__all__ = ["Sheet", "render_sheet"]


def render_sheet(content: MapContent) -> str:
    """Return the HTML document of the sheet, of the size and with the margin `content.sheet` asks for."""
    return render_map(content, view="sheet")
