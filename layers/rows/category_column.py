"""The category of each row: fixed by the study, read from a column, or derived from the row's name."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.text import Text
from layers.catalogue.categories import reader
from layers.catalogue.headers import ColumnMap
from layers.catalogue.schema import all_roles, schema_of
from layers.cells.values import by_distinct, distinct, texts, with_ditto
from layers.rows.ledger import Ledger
from layers.rows.roles import Words, cells_of
from layers.study.model import CategoryRule, LayerSource

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
    _move_by_name(ledger, values, words, roles)
    missing = np.array([value is None for value in values], dtype=bool)
    bad &= ledger.accepted
    unknown = tuple(
        (str(text), count, words.categories.nearest(str(text))) for text, count in distinct(texts(cells), bad)
    )
    own = schema_of(layer.kind).category
    if rule.other is not None or own is not None or layer.kind == "need":
        other = rule.other or own
        if other is None:
            # A wish names what it is about; that word stays where no category has it.
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
    if rule.only:
        ledger.leave_out(~pd.Series(values, dtype=object).isin(rule.only).to_numpy())
    roles["category"] = pd.Series(values, dtype=object)
    return unknown


def _move_by_name(ledger: Ledger, values: NDArray[np.object_], words: Words, roles: pd.DataFrame) -> None:
    """Give rows the category their own name says, where they are filed under a wrong one (animal clinics)."""
    if "name" not in roles:
        return
    names = pa.array(roles["name"].to_numpy(dtype=object), type=pa.large_string(), from_pandas=True)
    for category in words.categories.by_id.values():
        if category.words:
            named = pc.match_substring_regex(names, "|".join(map(re.escape, category.words)))
            filed = pd.Series(values, dtype=object).isin(category.words_over).to_numpy()
            mask = filed & pc.fill_null(named, False).to_numpy(zero_copy_only=False)
            values[mask] = category.id
            what = Text(f"'{category.name.en}' by its name", f"按名称归为“{category.name.zh}”")
            fix = Text("Check them", "请核对")
            ledger.note_rows(mask, what, fix, code="category_by_name", column="name")
