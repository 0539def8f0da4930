"""The other process that reads workbooks of other programs: what a broken file does to it, it does there.

A damaged .xls can make the library ask for all memory there is, or end the process. This one has a limit of
its own, and hands back what it read. Run as ``python -m layers.read.calamine_process FILE``.
"""

from __future__ import annotations

import pickle
import sys

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 4 << 30
MOST_CELLS = 50_000_000

Sheet = tuple[str, bool, list[tuple[tuple[int, int], tuple[int, int]]], list[list[object]]]
"""Name, whether it is hidden, merged ranges from 0, values from the first cell on."""


def read_all(path: str) -> list[Sheet]:
    """Return every sheet of a workbook.

    Raises
    ------
    ValueError
        Where a sheet says that it has more cells than 50 million.
    """
    book = CalamineWorkbook.from_path(path)
    sheets: list[Sheet] = []
    for entry in book.sheets_metadata:
        if entry.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(entry.name)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            msg = f"more than {MOST_CELLS:,} cells"
            raise ValueError(msg)
        merged = list(sheet.merged_cell_ranges or ())
        hidden = entry.visible != SheetVisibleEnum.Visible
        rows: list[list[object]] = [[*row] for row in sheet.to_python(skip_empty_area=False)]
        sheets.append((entry.name, hidden, merged, rows))
    return sheets


def main() -> None:
    """Read the file that is named and write its sheets to the standard output."""
    _limit_memory()
    try:
        sheets = read_all(sys.argv[1])
    except BaseException as error:
        sys.stderr.write(" ".join(str(error).split())[:300] or type(error).__name__)
        sys.exit(3)
    pickle.dump(sheets, sys.stdout.buffer, protocol=5)


def _limit_memory() -> None:
    """Let the system refuse memory beyond the limit; where it cannot be told so, there is none."""
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    main()
