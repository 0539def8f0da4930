"""Cells of somebody else's sheet, found and changed where they stand."""

import time

from layers.write.sheet_xml import MAIN, SheetXml, parsed, written


def sheet(rows: str) -> SheetXml:
    content = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return SheetXml(parsed(content.encode()), ["shared"])


def test_rows_and_cells_without_a_number_are_counted():
    read = sheet('<row/><row><c/><c t="s"><v>0</v></c><c r="E2"><v>5</v></c></row><row r="9"/>')
    assert (read.value(2, 2), read.value(2, 5), read.last_row()) == ("shared", "5", 9)


def test_new_rows_and_cells_stand_in_their_order():
    read = sheet('<row r="2"><c r="B2"/></row><row r="5"/>')
    for row, column in ((4, 1), (9, 1), (1, 1), (2, 1), (2, 3)):
        read.set(row, column, "x", style=0)
    rows = parsed(written(read.root))[0]
    assert [row.get("r") for row in rows] == ["1", "2", "4", "5", "9"]
    assert [cell.get("r") for cell in rows[1]] == ["A2", "B2", "C2"]


def test_signs_that_xml_cannot_hold_are_replaced():
    read = sheet("")
    read.set(1, 1, "a\x01b\nc", style=0)
    assert read.value(1, 1) == "a\ufffdb\nc"


def test_a_hundred_thousand_rows_are_filled_in_seconds():
    read, start = sheet(""), time.monotonic()
    for row in range(1, 100_001):
        read.set(row, 1, float(row), style=0)
    assert read.value(100_000, 1) == "100000"
    assert time.monotonic() - start < 20
