"""Rows and columns that are no records: blank rows, headers again, totals, headings, tables side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools
from layers.catalogue.headers import ColumnMap, plain_header
from layers.catalogue.schema import PLACE_ROLES
from layers.catalogue.units import without_unit
from layers.cells.values import as_arrow
from layers.read.raw_table import RawTable
from layers.rows.ledger import Ledger

_TOTALS = frozenset(
    ["合计", "总计", "小计", "共计", "累计", "总和", "汇总", "平均", "平均值", "均值", "平均数", "总平均",
     "total", "totals", "sum", "subtotal", "grandtotal", "average", "mean", "avg"]
)  # fmt: skip
_TOTAL_ENDS = ("合计", "小计", "总计", "共计")
_TOTAL = r"(?i)计|均|总|汇|total|sum|aver|mean|avg"
_HEADING = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．:：]|第[一二三四五六七八九十\d]{1,3}[片部类组批])"
)
_NUMBERED = re.compile(r"^(.*\S) ?\((\d+)\)$")


def below_one_another(table: RawTable) -> RawTable:
    """Return tables that stand side by side under the same headers as one, block below block.

    Only where every header of the first block stands again, in its order, in each of the others. Row
    numbers stay those of the sheet.
    """
    headers = [str(header) for header in table.cells.columns]
    blocks = _blocks(headers)
    if table.geometry is not None or table.keys is not None or not blocks:
        return table
    first = blocks[0]
    parts, rows, spread = [], [], dict[str, list[Bools]]((name, []) for name in first)
    for block in blocks:
        filled = _filled(table.cells[block])
        parts.append(table.cells.loc[filled, block].set_axis(first, axis=1))
        rows.append(table.rows[filled])
        for name, header in zip(first, block, strict=True):
            mask = table.spread.get(header)
            spread[name].append(np.zeros(int(filled.sum()), dtype=bool) if mask is None else mask[filled])
    return replace(
        table,
        cells=pd.concat(parts, ignore_index=True),
        rows=np.concatenate(rows),
        details={**table.details, "tables side by side": str(len(blocks))},
        spread={name: np.concatenate(masks) for name, masks in spread.items()},
        hidden=None,
        notes=tuple(note for note in table.notes if note.code != "duplicate_header"),
    )


def _blocks(headers: Sequence[str]) -> list[list[str]]:
    """Return the headers of tables side by side, block by block; nothing where there is one table."""
    named = [header for header in headers if not header.startswith("column ")]
    plain = [_bare(header) for header in named]
    again = [index for index in range(1, len(plain)) if plain[index] == plain[0]]
    if not again or again[0] < 2:
        return []
    width = again[0]
    blocks = [named[start : start + width] for start in range(0, len(named), width)]
    same = all([_bare(header) for header in block] == plain[:width] for block in blocks)
    return blocks if same and len(blocks) > 1 else []


def _bare(header: str) -> str:
    numbered = _NUMBERED.match(header[:200])
    return plain_header(numbered[1] if numbered else header)


def without_filling_rows(table: RawTable, columns: ColumnMap) -> RawTable:
    """Return the rows that are records; how many totals, headings and repeated headers were not is said.

    Blank rows do not count at all. A total that has a place is kept, to be rejected with its reason.

    Parameters
    ----------
    table
        The rows as read.
    columns
        Which headers say where a row is.
    """
    if table.geometry is not None or not len(table.cells):
        return table
    filled = _filled(table.cells)
    places = [header for role in PLACE_ROLES if (header := columns.header(role)) is not None]
    placed = _filled(table.cells[places]) if places else np.ones(len(filled), dtype=bool)
    filling = ~placed & _first_text_is(table.cells, _TOTAL, _is_total)
    headings = ~placed & _first_text_is(table.cells, _HEADING.pattern, bool)
    filling |= headings & (_filled_cells(table.cells, headings) == 1)
    filling |= _repeated_headers(table.cells)
    filling &= filled
    kept = filled & ~filling
    if kept.all():
        return table
    result = table.where(kept)
    if filling.any():
        result.details["headings and totals skipped"] = str(int(filling.sum()))
    return result


def reject_totals(ledger: Ledger) -> None:
    """Reject rows that are totals or averages of others, though they have a place."""
    if ledger.table.geometry is not None or ledger.table.keys is not None:
        return
    mask = _first_text_is(ledger.table.cells, _TOTAL, _is_total)
    what = Text("a total or an average of other rows", "合计或平均行，不是点位")
    fix = Text("Take it out of the sheet", "请从表中删除该行")
    ledger.reject(mask, what, fix, code="total_row")


def _filled(cells: pd.DataFrame) -> Bools:
    filled = np.zeros(len(cells), dtype=bool)
    for column in cells.columns:
        filled |= ~np.asarray(pd.isna(cells[column])) & (cells[column] != "").to_numpy(dtype=bool)
        if filled.all():
            break
    return filled


def _filled_cells(cells: pd.DataFrame, mask: Bools) -> NDArray[np.int64]:
    """Return how many cells of each row are filled; counted for the rows of the mask alone."""
    count = np.zeros(len(cells), dtype=np.int64)
    some = cells[mask]
    for column in some.columns:
        count[mask] += _filled(some[[column]])
    return count


def _first_text_is(cells: pd.DataFrame, pattern: str, holds: Callable[[str], bool]) -> Bools:
    """Return the rows whose first text, row numbers left aside, is of a sort.

    The pattern is a quick one that misses nothing; what it finds is asked about one by one.
    """
    found = np.zeros(len(cells), dtype=bool)
    before = np.ones(len(cells), dtype=bool)
    for column in cells.columns[:6]:
        texts = pc.utf8_trim_whitespace(as_arrow(cells[column]))
        hits = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False) & before
        for index in np.flatnonzero(hits):
            found[index] = holds(texts[int(index)].as_py())
        before &= pc.match_substring_regex(texts, r"^\d*$").to_numpy(zero_copy_only=False)
        if not before.any():
            break
    return found


def _is_total(text: str) -> bool:
    if not text or len(text) > 40:
        return False
    plain = plain_header(text)
    return plain in _TOTALS or (plain.endswith(_TOTAL_ENDS) and len(plain) <= 16)


def _repeated_headers(cells: pd.DataFrame) -> Bools:
    """Return the rows that hold the headers again: every filled cell is its own header, at least two."""
    same = np.zeros(len(cells), dtype=np.int64)
    other = np.zeros(len(cells), dtype=bool)
    for column in cells.columns:
        name = str(column)
        numbered = _NUMBERED.match(name[:200])
        written = {name, without_unit(name), numbered[1] if numbered else name, name.rsplit("(", 1)[0]}
        texts = pc.utf8_trim_whitespace(as_arrow(cells[column]))
        equal = pc.is_in(texts, value_set=pa.array(sorted(written - {""}), type=pa.large_string()))
        equal = equal.to_numpy(zero_copy_only=False)
        same += equal
        other |= ~equal & pc.not_equal(texts, "").to_numpy(zero_copy_only=False)
        if other.all():
            break
    repeated: Bools = (same >= 2) & ~other
    return repeated
