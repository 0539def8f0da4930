"""The category of each row: fixed by the study, read from a column, or derived from the row's name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools
from layers.catalogue.categories import deciding, reader
from layers.catalogue.headers import ColumnMap
from layers.catalogue.schema import all_roles, schema_of
from layers.cells.values import by_distinct, distinct, texts, with_ditto
from layers.rows.ledger import Ledger
from layers.rows.report import TakenCategory
from layers.rows.roles import Words, cells_of
from layers.study.sources import CategoryRule, LayerSource

Unknown = tuple[tuple[str, int, tuple[str, ...]], ...]


def add_category(
    ledger: Ledger, columns: ColumnMap, layer: LayerSource, words: Words, roles: pd.DataFrame
) -> Unknown:
    """Fill the ``category`` column of the roles; return the texts that were not understood.

    Parameters
    ----------
    ledger
        The book of the layer; rows of a facility layer without a category are rejected.
    columns
        Which header fills which role.
    layer
        Its ``category`` says one for all rows, or a rule; stations and centres are their own category.
    words
        The categories that exist.
    roles
        The typed columns, to which ``category`` is added.

    Returns
    -------
    tuple
        Of text, how often it stands there, and the ids of the nearest known categories.
    """
    schema = schema_of(layer.kind)
    if not any(role.id == "category" for role in schema.roles):
        return ()
    rule = layer.category
    if category_is_settled(layer):
        fixed = rule if isinstance(rule, str) else layer.values.get("category", schema.category or "")
        roles["category"] = pd.Series([_known(ledger, fixed, words)] * len(roles), dtype=object)
        return ()
    column = _category_cells(ledger, columns, rule)
    if column is None:
        _no_category(ledger, layer, roles)
        return ()
    rule = rule if isinstance(rule, CategoryRule) else CategoryRule()
    return _read_category(ledger, layer, rule, column, words, roles)


def category_is_settled(layer: LayerSource) -> bool:
    """Return whether the study itself says the category of every row, so that no column is asked."""
    if isinstance(layer.category, str) or "category" in layer.values:
        return True
    return schema_of(layer.kind).fixed and layer.category is None and "category" not in layer.columns


def _category_cells(
    ledger: Ledger, columns: ColumnMap, rule: str | CategoryRule | None
) -> tuple[str, pd.Series[Any]] | None:
    cells = ledger.table.cells
    if isinstance(rule, CategoryRule) and rule.column is not None:
        if rule.column in cells:
            return rule.column, cells[rule.column]
        what = Text("no column has this header", "没有这一列")
        there = [str(header) for header in cells.columns][:20]
        fix = Text(f"Columns there: {', '.join(there)}", f"现有列：{'、'.join(there)}")
        ledger.stop(what, fix, code="missing_column", column=rule.column)
        return rule.column, pd.Series([""] * len(cells), dtype=object)
    if (recognised := cells_of(ledger, columns, all_roles()["category"])) is not None:
        return recognised
    return ("tags", cells["tags"]) if ledger.table.keys is not None and "tags" in cells else None


def _known(ledger: Ledger, category: str, words: Words) -> str:
    """Return a category id, noting one that nothing else knows: it is the study's own word."""
    if category in words.categories.by_id:
        return category
    category_id = words.categories.find_name(category)
    if category_id is not None:
        return category_id
    near = ", ".join(words.categories.nearest(category))
    what = Text(f"'{category}' is no built-in category", f"“{category}”不是内置设施类别")
    fix = Text(f"Taken as your own; near: {near}", f"按自定义设施类别处理；相近：{near}")
    ledger.note(what, fix, code="own_category", value=category)
    return category


def _no_category(ledger: Ledger, layer: LayerSource, roles: pd.DataFrame) -> None:
    schema = schema_of(layer.kind)
    if schema.category is not None:
        roles["category"] = pd.Series([schema.category] * len(roles), dtype=object)
    elif schema.facility:
        what = Text("nothing says what these places are", "未说明设施类别")
        fix = Text(
            'Add category = "clinic" or { column = "..." }',
            '请添加 category = "clinic" 或 { column = "..." }',
        )
        ledger.stop(what, fix, code="no_category")


def _read_category(
    ledger: Ledger,
    layer: LayerSource,
    rule: CategoryRule,
    column: tuple[str, pd.Series[Any]],
    words: Words,
    roles: pd.DataFrame,
) -> Unknown:
    header, cells = column
    cells, marks, _ = with_ditto(cells)
    what = Text("a ditto mark, read as the cell above", "同上标记，按上一格读取")
    ledger.note_rows(marks, what, Text("Check them", "请核对"), code="ditto", column=header)
    values, bad = by_distinct(cells, reader(words.categories, rule.system, rule.map))
    by_name = _move_by_name(ledger, values, words, roles)
    missing = np.array([value is None for value in values], dtype=bool)
    bad &= ledger.accepted
    told, _ = by_distinct(cells, lambda text: deciding(words.categories, text))
    unknown = tuple(
        (str(text), count, words.categories.nearest(str(text))) for text, count in distinct(told, bad)
    )
    own = schema_of(layer.kind).category
    if rule.other is not None or own is not None or schema_of(layer.kind).ledger:
        other = rule.other or own
        if other is None:
            # A row of a ledger names what it is about; that word stays where no category has it.
            values[bad] = texts(cells)[bad]
            what = Text("category not understood, kept as it is called", "设施类别无法识别，按原文保留")
        else:
            term = words.categories.by_id.get(other)
            called = term.name if term is not None else Text(other, other)
            values[missing] = other
            what = Text(
                f"category not understood, taken as '{called.en}'", f"设施类别无法识别，按“{called.zh}”处理"
            )
        ledger.note_rows(
            bad,
            what,
            Text("Add it to category.map", "请添加到 category.map"),
            code="unknown_category",
            column=header,
            ask=True,
        )
    elif layer.kind != "candidate":
        fix = Text(
            "Add it to category.map, or set category.other", "请添加到 category.map，或设定 category.other"
        )
        ledger.reject(
            bad,
            Text("category not understood", "设施类别无法识别"),
            fix,
            code="unknown_category",
            column=header,
        )
        ledger.reject(missing, Text("no category", "缺少设施类别"), fix, code="no_category", column=header)
    ledger.taken = _taken(cells, values, by_name, words)
    if layer.kind != "candidate" and not schema_of(layer.kind).ledger and own is None:
        _leave_out_others(ledger, values, words)
    if rule.only:
        ledger.leave_out(~pd.Series(values, dtype=object).isin(rule.only).to_numpy())
    roles["category"] = pd.Series(values, dtype=object)
    return unknown


def _move_by_name(ledger: Ledger, values: NDArray[np.object_], words: Words, roles: pd.DataFrame) -> Bools:
    """Give rows the category their own name says, where they are filed under another; return which."""
    moved = np.zeros(len(values), dtype=bool)
    if "name" not in roles:
        return moved
    pairs = pd.DataFrame({"was": values, "name": roles["name"].to_numpy(dtype=object)}, dtype=object)
    for (was, name), group in pairs.dropna().groupby(["was", "name"], sort=False):
        category = words.categories.find_rule(str(was), str(name))
        if category is not None and category != was:
            values[group.index] = category
            moved[group.index] = True
    for category in dict.fromkeys(values[moved]):
        term = words.categories.by_id.get(category)
        called = term.name if term is not None else Text(category, category)
        what = Text(f"'{called.en}' by its name", f"按名称归为“{called.zh}”")
        fix = Text("Check them", "请核对")
        ledger.note_rows(moved & (values == category), what, fix, code="category_by_name", column="name")
    return moved


def _leave_out_others(ledger: Ledger, values: NDArray[np.object_], words: Words) -> None:
    """Put aside the rows that are no places of service, and say how many of which sort."""
    for term in words.categories.by_id.values():
        if term.left_out and (mask := values == term.id).any():
            what = Text(
                f"'{term.name.en}': no place of service, left out",
                f"属“{term.name.zh}”，不是服务设施，已略去",
            )
            fix = Text(
                "Where it is one, give it a category in category.map",
                "如确为服务设施，请在 category.map 中指定类别",
            )
            ledger.note_rows(mask, what, fix, code="no_service", column="name")
            ledger.leave_out(mask)


def _taken(
    cells: pd.Series[Any], values: NDArray[np.object_], by_name: Bools, words: Words
) -> tuple[TakenCategory, ...]:
    """Return what each text was taken for, with the number of rows, the most frequent first."""
    told, _ = by_distinct(cells, lambda text: deciding(words.categories, text))
    frame = pd.DataFrame({"text": told, "category": values, "by_name": by_name}).dropna()
    counts = (
        frame.groupby(["text", "category", "by_name"], sort=True)
        .size()
        .sort_values(ascending=False, kind="stable")
    )
    terms = words.categories.by_id
    return tuple(
        TakenCategory(
            text=str(row["text"]),
            category=str(row["category"]),
            name=terms[row["category"]].name
            if row["category"] in terms
            else Text(str(row["category"]), str(row["category"])),
            by_name=bool(row["by_name"]),
            rows=int(row["rows"]),
        )
        for row in counts.reset_index(name="rows").to_dict("records")
    )
