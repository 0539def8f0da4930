"""One table of typed columns out of a layer's cells: the function that checks every row of every layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.text import Text
from geo.types import Bools
from layers.catalogue.categories import Categories
from layers.catalogue.headers import ColumnMap
from layers.catalogue.schema import LayerSchema, Role
from layers.catalogue.traditional import simplified
from layers.catalogue.units import unit_of
from layers.catalogue.vocabulary import Vocabulary
from layers.cells.shares import occupancies, satisfactions
from layers.cells.statuses import UNKNOWN, asks_yes_or_no, read_answers, read_statuses
from layers.cells.values import (
    as_arrow,
    by_distinct,
    dates,
    flags,
    is_error,
    split_list,
    texts,
    with_ditto,
)
from layers.hours.cells import HoursReading, read_hours_cell
from layers.read.raw_table import MAX_CELL
from layers.rows.ledger import Ledger
from layers.rows.numbers import Values, merged_once, read_numbers

HOURS_STATE = "hours_state"
"""Column beside the opening hours: known, missing, or refused as not understood."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a study understands: categories and vocabularies, its own among them."""

    categories: Categories
    tiers: Vocabulary
    states: Vocabulary
    groups: Vocabulary
    shifts: Vocabulary
    functions: Vocabulary
    need_states: Vocabulary


def read_roles(
    ledger: Ledger,
    columns: ColumnMap,
    schema: LayerSchema,
    words: Words,
    *,
    needed: Sequence[str] = (),
) -> pd.DataFrame:
    """Return a typed column for every role of the schema that a column or a constant fills.

    A row without a required value is rejected. A value that is not understood is left missing and noted,
    with its row: the row itself stays, since a station is there even when its capacity is illegible. Where
    people are counted by the value, its row is rejected: nothing stands in for it.

    Parameters
    ----------
    ledger
        The table, and the book of its rows.
    columns
        Which header fills which role.
    schema
        What this kind of layer holds.
    words
        What its words may mean.
    needed
        The roles that people are counted by.

    Returns
    -------
    pandas.DataFrame
        By role id, a row for each row of the table; the category is not among them.
    """
    result: dict[str, pd.Series[Any]] = {}
    undated = np.zeros(len(ledger.table.cells), dtype=bool)
    for role in schema.roles:
        if role.holds == "category":
            continue
        filled = cells_of(ledger, columns, role)
        if filled is not None and role.holds == "hours":
            header, cells = filled
            cells = _without_ditto(ledger, role, header, cells)
            result[role.id], result[HOURS_STATE] = _hours(ledger, header, cells)
        elif filled is not None:
            header, cells = filled
            strict = role.id in schema.required or role.id in needed
            values = _typed(ledger, role, header, cells, words, strict=strict)
            if role.id in schema.required:
                _require(ledger, role, header, values)
            if role.id == "opens_on":
                undated = _not_a_day(cells, values, words)
            if role.holds == "status":
                _days_of_states(result, _opening_days(cells, words), header)
            # The type is said: pandas would turn texts with gaps into its own strings with nan.
            result[role.id] = pd.Series(values, dtype=values.dtype)
        elif role.id in schema.required:
            _missing_column(ledger, role)
    if DAYS in result:
        days, own = result.pop(DAYS), result.get("opens_on")
        result["opens_on"] = days if own is None else own.where(own.notna(), days)
    _unknown_where(result, undated)
    return pd.DataFrame(result, index=pd.RangeIndex(len(ledger.table.cells)))


def cells_of(ledger: Ledger, columns: ColumnMap, role: Role) -> tuple[str, pd.Series[Any]] | None:
    """Return the header and the cells that fill a role, a constant repeated; None where nothing does."""
    for match in columns.matches:
        if match.role == role.id:
            if match.how == "value":
                return "", pd.Series([match.header] * len(ledger.table.cells), dtype=object)
            return match.header, ledger.table.cells[match.header]
    return None


def _hours(ledger: Ledger, header: str, cells: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the hours of every row and whether they are known, missing or refused.

    A row whose hours are refused stays; each kind of doubt is noted once, with its question and its rows.
    """
    of_extract = ledger.table.keys is not None
    read, _ = by_distinct(cells, lambda text: read_hours_cell(simplified(text), osm_only=of_extract))
    readings = [one or HoursReading("missing") for one in read]
    codes = [one.fault.code if one.fault else "" for one in readings]
    for code in dict.fromkeys(filter(None, codes)):
        mask = np.array([one == code for one in codes], dtype=bool)
        fault = readings[codes.index(code)].fault
        if fault is not None:
            until = Text(
                "; the row is kept, its hours are unknown: where an hour is asked for it covers nobody",
                "；该行保留，开放时间未知，按时段统计时不计其覆盖",
            )
            fix = Text(fault.fix.en + until.en, fault.fix.zh + until.zh)
            ledger.note_rows(mask, fault.what, fix, code=code, column=header, ask=True)
    osm = pd.Series([one.osm for one in readings], dtype=object)
    return osm, pd.Series([one.state for one in readings], dtype=object)


def _typed(
    ledger: Ledger, role: Role, header: str, cells: pd.Series[Any], words: Words, *, strict: bool
) -> Values:
    if role.holds != "number":
        cells = _without_ditto(ledger, role, header, cells)
    values, bad = _convert(ledger, role, header, cells, words)
    if role.minimum is not None:
        low = np.asarray(values, dtype=np.float64) < role.minimum
        bad, values = bad | low, np.where(low, np.nan, values)
    if role.holds == "number":
        values = merged_once(ledger, role, header, values)
    broken = _failed(cells, in_workbook=bool(ledger.table.sheet))
    if broken.any() and values.dtype == object:
        bad, values = bad | broken, values.copy()
        values[broken] = None
    broken &= bad
    for mask, what, fix, code in (
        (broken, *_BROKEN, "broken_formula"),
        (bad & ~broken, _not_understood(role), _way(role, words), "bad_value"),
    ):
        if strict:
            ledger.reject(mask, what, fix, code=code, column=header)
        else:
            until = _UNTIL.get(role.id, _UNTIL.get(role.holds, _EMPTY))
            kept = Text(f"{fix.en}; {until.en}", f"{fix.zh}；{until.zh}")
            ledger.note_rows(mask, what, kept, code=code, column=header, ask=True)
    if role.holds == "status":
        values = _with_unknown(ledger, role, header, values)
    return values


_BROKEN = (
    Text("a formula that failed or was never computed", "公式出错或从未计算"),
    Text(
        "Open the workbook, compute it and save it, or write the value",
        "请打开表格计算并保存，或直接填写数值",
    ),
)
_EMPTY = Text("the row is kept, this value is left empty", "该行保留，此值留空")
_UNTIL = {
    "status": Text(
        "until then its state is unknown and it is not used", "在此之前状态按未知计，不作可用设施"
    ),
    "home_status": Text("until then its people count as living there", "在此之前其人口按已入住计"),
    "housed_from": Text(
        "until then its state decides alone whether its people count", "在此之前其人口是否计入仅按状态判断"
    ),
    "opens_on": Text(
        "until then it is not known whether the place is open, and it is not used",
        "在此之前是否开放按未知计，不作可用设施",
    ),
}


def _not_understood(role: Role) -> Text:
    return Text(f"'{role.name.en}' is not understood", f"“{role.name.zh}”无法识别")


def _require(ledger: Ledger, role: Role, header: str, values: Values) -> None:
    missing = pd.isna(values) if values.dtype != object else np.array([v is None for v in values], dtype=bool)
    empty = Text(f"'{role.name.en}' is missing", f"缺少“{role.name.zh}”")
    ledger.reject(missing, empty, Text("Fill it in", "请填写"), code="missing_value", column=header)


def _failed(cells: pd.Series[Any], *, in_workbook: bool) -> Bools:
    """Return the cells that show a failed formula, or one that no program ever computed."""
    distinct = as_arrow(cells).dictionary_encode()
    failed = [
        is_error(text) or (in_workbook and text.startswith("=")) for text in distinct.dictionary.to_pylist()
    ]
    return np.array(failed, dtype=bool)[distinct.indices.to_numpy(zero_copy_only=False)]


def _without_ditto(ledger: Ledger, role: Role, header: str, cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return the cells with 同上 and 〃 filled from above; empty cells beside them are asked about."""
    filled, marks, empty = with_ditto(cells)
    if marks.any():
        what = Text("a ditto mark, read as the cell above", "同上标记，按上一格读取")
        ledger.note_rows(marks, what, Text("Check them", "请核对"), code="ditto", column=header)
        what = Text(
            f"'{role.name.en}' is empty in a column with ditto marks",
            f"“{role.name.zh}”列有同上标记，此格为空",
        )
        fix = Text("Left empty; write 同上 if it is the same", "按空值处理；如与上一格相同请写同上")
        ledger.note_rows(empty, what, fix, code="ditto_empty", column=header, ask=True)
    return filled


def _with_unknown(ledger: Ledger, role: Role, header: str, values: Values) -> Values:
    """Return states with ``unknown`` where the cell is empty or not understood."""
    empty = np.array([value is None for value in values], dtype=bool)
    blank = empty & (ledger.table.cells[header].astype(str).str.strip() == "").to_numpy() if header else empty
    what = Text("no state is given", "未填写状态")
    until = _UNTIL.get(role.id, _UNTIL["status"])
    fix = Text(f"Write one; {until.en}", f"请填写；{until.zh}")
    ledger.note_rows(blank, what, fix, code="no_status", column=header, ask=True)
    return np.array([UNKNOWN if value is None else value for value in values], dtype=object)


def _opening_days(cells: pd.Series[Any], words: Words) -> Values:
    return read_statuses(with_ditto(cells)[0], words.states).opens_on


def _days_of_states(result: dict[str, pd.Series[Any]], days: Values, header: str) -> None:
    """Keep the days that stand in a column of states for the rows that name none of their own."""
    if header and any(day is not None for day in days):
        result[DAYS] = pd.Series(days, dtype=object)


def _not_a_day(cells: pd.Series[Any], values: Values, words: Words) -> Bools:
    """Return which opening dates say something that is neither a day nor that the place is open."""
    written = np.array([text is not None for text in texts(cells)], dtype=bool)
    without = np.array([pd.isna(value) for value in values], dtype=bool)
    says_open = np.array(read_statuses(cells, words.states).values == "open", dtype=bool)
    return written & without & ~says_open


def _unknown_where(result: dict[str, pd.Series[Any]], undated: Bools) -> None:
    """Take no place to be open whose opening date is not understood: it may open next year."""
    if not undated.any():
        return
    states = result.get("status", pd.Series([None] * len(undated), dtype=object))
    is_open = states.isna() | (states == "open")
    result["status"] = states.mask(undated & is_open.to_numpy(), UNKNOWN)


DAYS = "days of states"
"""Key of the days that a column of states names, until they join the opening dates."""


def _way(role: Role, words: Words) -> Text:
    """Return how to write a value that was not understood."""
    ways = {
        "number": Text("Write a number alone, such as 120", "请只填数字，如 120"),
        "share": Text("Write it like 82.7%", "请写成 82.7%"),
        "score": Text("Write it like 95%, 4/5 or 满意", "请写成 95%、4/5 或 满意"),
        "date": Text("Write it like 2027-03-01", "请写成 2027-03-01"),
        "flag": Text("Write yes or no", "请填“是”或“否”"),
        "shift": _one_of(words.shifts),
        "status": _one_of(words.states),
    }
    return ways.get(role.holds, Text("Write it in plain words", "请用文字写明"))


def _one_of(known: Vocabulary) -> Text:
    names = [term.name for term in known.terms.values()]
    return Text(
        f"Write one of {', '.join(name.en for name in names)}",
        f"请填 {'、'.join(name.zh for name in names)} 之一",
    )


def _convert(
    ledger: Ledger, role: Role, header: str, cells: pd.Series[Any], words: Words
) -> tuple[Values, Bools]:
    if role.holds == "number":
        return read_numbers(ledger, role, header, cells)
    if role.holds == "share":
        shares = occupancies(cells, header_unit=unit_of(header))
        return shares.values, shares.bad
    if role.holds == "score":
        shares = satisfactions(cells, header_unit=unit_of(header), header=header)
        if shares.scale.en:
            fix = Text("Check that this is the scale", "请确认评分标准")
            ledger.note(
                Text(f"read {shares.scale.en}", f"按{shares.scale.zh}读取"), fix, code="scale", column=header
            )
        return shares.values, shares.bad
    if role.holds == "date":
        return dates(cells)
    if role.holds == "flag":
        return flags(cells)
    if role.holds == "status":
        asked = asks_yes_or_no(header)
        states = read_answers(cells, header, words.states) if asked else read_statuses(cells, words.states)
        return states.values, states.bad
    if role.holds == "shift":
        return by_distinct(cells, words.shifts.find)
    return _texts(role, cells, words, in_workbook=bool(ledger.table.sheet))


def _texts(role: Role, cells: pd.Series[Any], words: Words, *, in_workbook: bool) -> tuple[Values, Bools]:
    free = {"tier": words.tiers, "group": words.groups, "need_state": words.need_states}
    if role.holds in free:
        known = free[role.holds]
        return by_distinct(cells, lambda text: known.find(text) or text)
    if role.holds == "list":
        functions = words.functions
        return by_distinct(cells, _listed(functions if role.id == "functions" else None))
    values, bad = _without_long(texts(cells))
    bad |= _failed(cells, in_workbook=in_workbook)
    if role.id in _WRITTEN_OUT:
        bad |= _shortened(cells)
    values = values.copy()
    values[bad] = None
    return values, bad


_WRITTEN_OUT = ("phone",)


def _shortened(cells: pd.Series[Any]) -> Bools:
    """Return the cells that a spreadsheet shortened to 1.38E+10: their last digits are lost."""
    distinct = as_arrow(cells).dictionary_encode()
    shown = [
        re.fullmatch(r"\d(?:\.\d{1,20})?[eE]\+?\d{1,2}", text[:30].strip())
        for text in distinct.dictionary.to_pylist()
    ]
    return np.array([match is not None for match in shown], dtype=bool)[
        distinct.indices.to_numpy(zero_copy_only=False)
    ]


def _listed(known: Vocabulary | None) -> Callable[[str], tuple[str, ...] | None]:
    def read(text: str) -> tuple[str, ...] | None:
        parts = split_list(text)
        return tuple(dict.fromkeys((known.find(p) or p) if known else p for p in parts)) or None

    return read


def _without_long(values: Values) -> tuple[Values, Bools]:
    lengths = np.array([0 if value is None else len(value) for value in values], dtype=np.int64)
    long = lengths > MAX_CELL
    if long.any():
        values = values.copy()
        values[long] = None
    return values, long


def _missing_column(ledger: Ledger, role: Role) -> None:
    headers = [str(header) for header in ledger.table.cells.columns]
    what = Text(f"no column holds the {role.name.en}", f"没有“{role.name.zh}”列")
    fix = Text(
        f'Add columns = {{ {role.id} = "..." }}; columns there: {", ".join(headers[:20])}',
        f'请添加 columns = {{ {role.id} = "..." }}；现有列：{"、".join(headers[:20])}',
    )
    ledger.stop(what, fix, code="missing_column")
