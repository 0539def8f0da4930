"""How the cells of a workbook look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from layers.write.table import NUMBER_FORMATS, Kind

MOST_CHARACTERS = 32_767
"""Of a cell."""

FONT = "Microsoft YaHei"
_HEAD_FILL, _LINE, _DOUBT = "#DCE6F1", "#BFBFBF", "#9C5700"


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook; `mark` makes one of a colour, `cells` are plain or marked as doubtful."""

    title: Format
    unit: Format
    line: Format
    sign: Format
    header: Format
    total: dict[Kind, Format]
    cells: dict[tuple[Kind, bool], Format]
    mark: Callable[[str], Format]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> Styles:
        """Return the styles, added to a workbook."""
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        line = {"border": 1, "border_color": _LINE}
        head = {"bold": True, "bg_color": _HEAD_FILL, "text_wrap": True, "align": "center"}
        kinds: tuple[Kind, ...] = ("text", "yes", *NUMBER_FORMATS)
        return cls(
            title=book.add_format(
                base | {"bold": True, "font_size": 16, "align": "center", "text_wrap": True}
            ),
            unit=book.add_format(base | {"font_color": "#595959", "text_wrap": True}),
            line=book.add_format(base | {"text_wrap": True}),
            sign=book.add_format(base),
            total={
                kind: book.add_format(base | line | _cell_style(kind, doubt=False) | {"bold": True, "top": 2})
                for kind in kinds
            },
            mark=lambda colour: book.add_format({"font_color": colour, "font_size": 12}),
            header=book.add_format(base | line | head),
            cells={
                (kind, doubt): book.add_format(base | line | _cell_style(kind, doubt=doubt))
                for kind in kinds
                for doubt in (False, True)
            },
        )


def _cell_style(kind: Kind, *, doubt: bool) -> dict[str, object]:
    style: dict[str, object] = {"font_color": _DOUBT, "italic": True} if doubt else {}
    if kind in NUMBER_FORMATS:
        return style | {"num_format": NUMBER_FORMATS[kind], "align": "right"}
    return style | ({"align": "center"} if kind == "yes" else {"text_wrap": True, "indent": 1})


def write_merged(page: Worksheet, row: int, across: int, text: str, style: Format) -> None:
    """Write a text over the columns from the first to `across`, cut where a cell can hold no more."""
    if across:
        page.merge_range(row, 0, row, across, "", style)
    page.write_string(row, 0, text[:MOST_CHARACTERS], style)
