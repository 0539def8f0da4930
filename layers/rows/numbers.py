"""Numbers of a column in the unit of its role: units above the table, points of thousands, merged cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools
from layers.catalogue.schema import Role
from layers.catalogue.units import factor, families, is_multiplier, unit_of
from layers.cells.values import numbers, points_between_thousands, without_points
from layers.rows.ledger import Ledger

Values = NDArray[Any]

_COUNTS = ("people", "dwellings", "rooms", "enterprises")
"""Units of what is counted one by one: a point before three digits may stand between thousands."""

_ADDED = ("people", "dwellings", "rooms", "enterprises", "m2", "as written")
"""Units of numbers that add up: a merged one counts once, for its first row."""

_MEANS = ("persons", "occupancy", "levels")
"""Roles whose numbers do not add up: people in a dwelling, a share, storeys."""


def merged_once(ledger: Ledger, role: Role, header: str, values: Values) -> Values:
    """Return numbers with those of a merged cell that add up kept on its first row only."""
    spread = ledger.table.spread.get(header)
    adds_up = role.unit in _ADDED and role.id not in _MEANS
    if spread is None or not adds_up or not (again := spread & ~pd.isna(values)).any():
        return values
    what = Text(
        f"'{role.name.en}' stands in one merged cell and counts once, for its first row",
        f"“{role.name.zh}”为合并单元格，只计入首行",
    )
    fix = Text("Write the number of each row", "请逐行填写数值")
    ledger.note_rows(again, what, fix, code="merged_number", column=header, ask=True)
    ledger.merged |= again
    return np.where(again, np.nan, values)


def read_numbers(ledger: Ledger, role: Role, header: str, cells: pd.Series[Any]) -> tuple[Values, Bools]:
    """Return numbers in the unit of the role; a unit that is not understood stops the layer."""
    unit = _unit(ledger, role, header)
    said = ledger.table.points.get(header)
    if said == "thousands":
        cells, not_whole = without_points(cells)
        values, bad = numbers(cells, unit=role.unit, header_unit=unit)
        return np.where(not_whole, np.nan, values), bad | not_whole
    is_count = role.unit in _COUNTS and not unit and role.id not in _MEANS
    if said is None and is_count and points_between_thousands(cells):
        what = Text(
            f"'{role.name.en}' has a point before three digits: thousands or fractions?",
            f"“{role.name.zh}”的小数点后均为三位：是千分位还是小数？",
        )
        fix = Text("Answer thousands or fractions", "请答复“千分位”或“小数”")
        ledger.stop(what, fix, code="thousands_or_decimals", column=header)
    return numbers(cells, unit=role.unit, header_unit=unit)


def _unit(ledger: Ledger, role: Role, header: str) -> str:
    """Return the unit of a column's numbers: its header's, else the one in the lines above the table."""
    if not role.unit or not header:
        return ""
    if unit := unit_of(header):
        if factor(unit, role.unit) is None:
            _unknown_unit(ledger, role, header, unit)
            return ""
        return unit
    if role.id in _MEANS:
        return ""
    above = [unit for unit in ledger.table.units if factor(unit, role.unit) is not None]
    of_other = [unit for unit in above if is_multiplier(unit)]
    fitting = [unit for unit in above if unit not in of_other] or of_other
    strange = [unit for unit in ledger.table.units if not families(unit)]
    if len({factor(unit, role.unit) for unit in fitting}) > 1 or (strange and not fitting):
        _unknown_unit(ledger, role, header, "、".join(fitting or strange))
        return ""
    if fitting and factor(fitting[0], role.unit) != 1.0:
        what = Text(
            f"in {fitting[0]}, as the lines above the table say", f"单位为{fitting[0]}，依据表格上方的说明"
        )
        ledger.note(what, Text("Check it", "请核对"), code="unit_above", column=header)
    return fitting[0] if fitting else ""


def _unknown_unit(ledger: Ledger, role: Role, header: str, unit: str) -> None:
    what = Text(f"the unit of '{role.name.en}' is not understood", f"“{role.name.zh}”的单位无法识别")
    fix = Text(
        "Write the numbers in single ones or m2, and name that unit in the header",
        "请将数值换算为“人”“平方米”等，并在表头注明",
    )
    ledger.stop(what, fix, code="unknown_unit", column=header, value=unit)
