"""One table of typed columns out of a layer's cells: the function that checks every row of every layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools
from layers.catalogue.categories import Categories
from layers.catalogue.headers import ColumnMap, header_unit
from layers.catalogue.schema import LayerSchema, Role
from layers.catalogue.vocabulary import Vocabulary
from layers.hours.cells import HoursReading, read_hours_cell
from layers.read.raw_table import MAX_CELL
from layers.rows.cells import by_distinct, dates, flags, numbers, split_list, texts
from layers.rows.ledger import Ledger

Values = NDArray[Any]
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


def read_roles(ledger: Ledger, columns: ColumnMap, schema: LayerSchema, words: Words) -> pd.DataFrame:
    """Return a typed column for every role of the schema that a column or a constant fills.

    A row without a required value is rejected. A value that is not understood is left missing and noted,
    with its row: the row itself stays, since a station is there even when its capacity is illegible.

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

    Returns
    -------
    pandas.DataFrame
        By role id, a row for each row of the table; the category is not among them.
    """
    result: dict[str, pd.Series[Any]] = {}
    for role in schema.roles:
        if role.holds == "category":
            continue
        filled = cells_of(ledger, columns, role)
        if filled is not None and role.holds == "hours":
            result[role.id], result[HOURS_STATE] = _hours(ledger, *filled)
        elif filled is not None:
            header, cells = filled
            values = _typed(ledger, role, header, cells, words, required=role.id in schema.required)
            # The type is said: pandas would turn texts with gaps into its own strings with nan.
            result[role.id] = pd.Series(values, dtype=values.dtype)
        elif role.id in schema.required:
            _missing_column(ledger, role)
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
    read, _ = by_distinct(cells, lambda text: read_hours_cell(text, osm_only=of_extract))
    readings = [one or HoursReading("missing") for one in read]
    codes = [one.fault.code if one.fault else "" for one in readings]
    for code in dict.fromkeys(filter(None, codes)):
        mask = np.array([one == code for one in codes], dtype=bool)
        fault = readings[codes.index(code)].fault
        if fault is not None:
            until = Text(
                "; the row is kept, its hours are unknown and count as open",
                "；该行保留，开放时间不详，暂按始终开放计",
            )
            fix = Text(fault.fix.en + until.en, fault.fix.zh + until.zh)
            ledger.note_rows(mask, fault.what, fix, code=code, column=header)
    osm = pd.Series([one.osm for one in readings], dtype=object)
    return osm, pd.Series([one.state for one in readings], dtype=object)


def _typed(
    ledger: Ledger, role: Role, header: str, cells: pd.Series[Any], words: Words, *, required: bool
) -> Values:
    values, bad = _convert(role, header, cells, words)
    if role.minimum is not None:
        low = np.asarray(values, dtype=np.float64) < role.minimum
        bad, values = bad | low, np.where(low, np.nan, values)
    missing = (
        pd.isna(values) & ~bad
        if values.dtype != object
        else np.array([v is None for v in values], dtype=bool) & ~bad
    )
    what = Text(f"'{role.name.en}' is not understood", f"“{role.name.zh}”无法识别")
    if required:
        fix = Text("Fill it in as the header asks", "请按表头填写")
        ledger.reject(bad, what, fix, code="bad_value", column=header)
        empty = Text(f"'{role.name.en}' is missing", f"缺少“{role.name.zh}”")
        ledger.reject(missing, empty, Text("Fill it in", "请填写"), code="missing_value", column=header)
    else:
        ledger.note_rows(bad, what, _kept(role, words), code="bad_value", column=header)
    return values


def _kept(role: Role, words: Words) -> Text:
    """Return how to write a value that was not understood, and what its row counts as until then."""
    empty = Text("; the row is kept, this value is left empty", "；该行保留，此值留空")
    ways = {
        "number": Text("Write a number alone, such as 120", "请只填数字，如 120"),
        "date": Text("Write it like 2027-03-01", "请写成 2027-03-01"),
        "flag": Text("Write yes or no", "请填“是”或“否”"),
        "shift": _one_of(words.shifts),
        "status": _one_of(words.states),
    }
    counts = {
        "status": Text("; until then the place counts as open", "；该行保留，暂按已开放计"),
    }
    way, until = ways.get(role.holds), counts.get(role.holds, empty)
    if way is None:
        return Text("The rows are kept, this value is left empty", "该行保留，此值留空")
    return Text(way.en + until.en, way.zh + until.zh)


def _one_of(known: Vocabulary) -> Text:
    names = [term.name for term in known.terms.values()]
    return Text(
        f"Write one of {', '.join(name.en for name in names)}",
        f"请填 {'、'.join(name.zh for name in names)} 之一",
    )


def _convert(role: Role, header: str, cells: pd.Series[Any], words: Words) -> tuple[Values, Bools]:
    vocabularies: dict[str, Vocabulary] = {
        "status": words.states,
        "shift": words.shifts,
    }
    if role.holds == "number":
        return numbers(cells, unit=role.unit, header_unit=header_unit(header))
    if role.holds == "date":
        return dates(cells)
    if role.holds == "flag":
        return flags(cells)
    if role.holds in vocabularies:
        return by_distinct(cells, vocabularies[role.holds].find)
    if role.holds in ("tier", "group"):
        known = words.tiers if role.holds == "tier" else words.groups
        return by_distinct(cells, lambda text: known.find(text) or text)
    if role.holds == "list":
        known = words.functions
        return by_distinct(cells, _listed(known if role.id == "functions" else None))
    values = texts(cells)
    return _without_long(values)


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
