"""Numbers as callers give them, checked once: by label or by position, never the one as if the other.

Every public function over arrays takes its numbers through here. Of several pandas Series the second and
further are aligned by label with the first; an array, or a Series alone, is taken by position. What cannot
be meant (other labels, another length, missing or negative people) is refused with a sentence.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.errors import Fault, InputError
from geo.text import Text
from geo.types import Floats

Column: TypeAlias = Any
"""A pandas Series, an array, or a sequence of numbers; pandas itself is not imported for it."""


def given_fault(name: str, what: Text, fix: Text) -> Fault:
    """Return a fault of the argument called `name`."""
    return Fault(what, fix, source=name, code="given")


def has_labels(values: object) -> bool:
    """Whether values carry labels: a pandas Series, found without importing pandas.

    Examples
    --------
    >>> has_labels(np.zeros(2))
    False
    """
    return hasattr(values, "reindex") and hasattr(values, "to_numpy")


def aligned(**given: Column) -> tuple[npt.NDArray[Any], ...]:
    """Return columns that belong to the same points as arrays in one order.

    Parameters
    ----------
    given
        Columns by name. Series are put into the order of the first of them, by label; arrays are taken by
        position.

    Raises
    ------
    InputError
        Where labels differ or repeat, or lengths differ.

    Examples
    --------
    >>> import pandas as pd
    >>> a, b = aligned(values=pd.Series([1.0, 2.0], index=[7, 9]), people=pd.Series([5, 6], index=[9, 7]))
    >>> a.tolist(), b.tolist()
    ([1.0, 2.0], [6, 5])
    >>> aligned(values=pd.Series([1.0], index=[7]), people=pd.Series([5], index=[8]))
    Traceback (most recent call last):
    ...
    geo.errors.InputError: people: has other labels than values: 2 are not in both (8). Give both ...
    """
    leading = next(((name, values) for name, values in given.items() if has_labels(values)), None)
    arrays = {
        name: _in_order(name, values, *leading) if leading and has_labels(values) else np.asarray(values)
        for name, values in given.items()
    }
    sizes = {name: values.shape[0] if values.ndim else 1 for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        name, size = next((n, s) for n, s in sizes.items() if s != next(iter(sizes.values())))
        raise InputError([_unlike(name, size, *next(iter(sizes.items())))])
    return tuple(arrays.values())


def numbers(name: str, values: Column, *, count: int | None = None, missing: bool = False) -> Floats:
    """Return a column as float64, by position.

    Parameters
    ----------
    count
        How many there must be, if known.
    missing
        Whether a number may be missing.

    Raises
    ------
    InputError
        Where there are more or fewer, or one is missing that must not be.
    """
    try:
        array = np.asarray(values.to_numpy(np.float64, na_value=np.nan) if has_labels(values) else values)
        array = array.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise InputError([_no_numbers(name)]) from error
    if count is not None and array.shape[:1] != (count,):
        raise InputError([_unlike(name, array.shape[0] if array.ndim else 1, "", count)])
    if not missing and np.isnan(array).any():
        raise InputError([_missing(name, int(np.isnan(array).sum()))])
    return array


def amounts(name: str, values: Column, *, count: int | None = None, unlimited: bool = False) -> Floats:
    """Return people, supply or weights as float64, by position: none missing, none below 0.

    Parameters
    ----------
    count
        How many there must be, if known.
    unlimited
        Whether one may be missing or infinite, as a capacity without a limit is.

    Raises
    ------
    InputError
        Where there are more or fewer, or one is negative, or missing or infinite where it must not be.

    Examples
    --------
    >>> amounts("people", [3, 4], count=2).tolist()
    [3.0, 4.0]
    >>> amounts("people", [3, -4])
    Traceback (most recent call last):
    ...
    geo.errors.InputError: people: 1 of 2 numbers are below 0 (-4). Correct them: ...
    """
    array = numbers(name, values, count=count, missing=unlimited)
    below = array < 0
    if below.any():
        raise InputError([_negative(name, int(below.sum()), array.size, f"{array[below][0]:g}")])
    if not unlimited and not np.isfinite(array).all():
        raise InputError([_infinite(name)])
    return array


def same_people(people: Column, **others: Column) -> tuple[Floats, ...]:
    """Return people and what belongs to them in one order (`aligned`), people checked as `amounts` are."""
    first, *rest = aligned(people=people, **others)
    return amounts("people", first), *rest


def _in_order(name: str, values: Any, first: str, leading: Any) -> npt.NDArray[Any]:
    """Return a Series as an array in the order of the leading one."""
    index = leading.index
    if values.index is index or values.index.equals(index):
        return np.asarray(values)
    if not (index.is_unique and values.index.is_unique):
        raise InputError([_repeated(name, first)])
    strange = values.index.symmetric_difference(index, sort=False)
    if len(strange):
        here = values.index.difference(index, sort=False)
        shown = here[0] if len(here) else strange[0]
        raise InputError([_strangers(name, first, len(strange), str(shown))])
    return np.asarray(values.reindex(index))


def _repeated(name: str, first: str) -> Fault:
    return given_fault(
        name,
        Text(
            f"cannot be put into the order of {first}: labels repeat", f"无法按 {first} 的顺序排列：标签重复"
        ),
        Text(
            "Make the index unique, or give arrays, which are taken by position",
            "请使索引唯一，或改用数组（按位置取值）",
        ),
    )


def _strangers(name: str, first: str, count: int, shown: str) -> Fault:
    return given_fault(
        name,
        Text(
            f"has other labels than {first}: {count} are not in both ({shown})",
            f"与 {first} 的标签不同：有 {count} 个标签不同时存在于两者（{shown}）",
        ),
        Text(
            "Give both the same index, or arrays, which are taken by position",
            "请使用相同的索引，或改用数组（按位置取值）",
        ),
    )


def _unlike(name: str, size: int, first: str, count: int) -> Fault:
    of_en, of_zh = (f" of {first}", f"（与 {first} 相同）") if first else ("", "")
    return given_fault(
        name,
        Text(f"{size} numbers where {count}{of_en} are needed", f"有 {size} 个数，应为 {count} 个{of_zh}"),
        Text("Give one number for each", "请逐项给出"),
    )


def _no_numbers(name: str) -> Fault:
    return given_fault(
        name, Text("holds what is no number", "含有非数值"), Text("Give numbers alone", "请只填写数值")
    )


def _missing(name: str, count: int) -> Fault:
    return given_fault(
        name,
        Text(f"{count} numbers are missing", f"缺少 {count} 个数"),
        Text(
            "Fill them in, or leave those rows out: nothing is put in their place",
            "请补全，或剔除这些行；程序不作填补",
        ),
    )


def _negative(name: str, count: int, size: int, shown: str) -> Fault:
    return given_fault(
        name,
        Text(
            f"{count} of {size} numbers are below 0 ({shown})", f"{size} 个数中有 {count} 个为负（{shown}）"
        ),
        Text("Correct them: amounts are 0 or more", "请更正：数量不能为负"),
    )


def _infinite(name: str) -> Fault:
    return given_fault(
        name,
        Text("holds an infinite number", "含有无穷大"),
        Text("Give a finite number for each", "请填写有限的数"),
    )
