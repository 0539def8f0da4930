"""Filters in CQL2, text or JSON, on the columns of a frame; parsed and applied by `pygeofilter`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import Fault, InputError
from geo.text import Text
from geo.types import Bools

MOST_CHARACTERS: Final = 4_000
MOST_BRACKETS: Final = 64
MOST_WILDCARDS: Final = 16
"""Nested deeper than this a filter is not parsed: a parser that calls itself would run out of room."""


def matching(frame: gpd.GeoDataFrame, names: Sequence[str], text: str, language: str) -> Bools:
    """Return which rows a filter holds for.

    Parameters
    ----------
    names
        The columns that may be asked of, beside ``geometry``.
    text
        The filter.
    language
        ``cql2-text`` or ``cql2-json``.

    Raises
    ------
    InputError
        Where the filter is not understood, too long, nested too deeply, or does not fit its columns.
    """
    if len(text) > MOST_CHARACTERS or _depth(text) > MOST_BRACKETS or text.count("%") > MOST_WILDCARDS:
        raise InputError(
            [
                _fault(
                    Text(
                        "the filter is too long, too deep or has too many wildcards",
                        "过滤表达式过长、嵌套过深或通配符过多",
                    )
                )
            ]
        )
    fields = {name: name for name in (*names, "geometry")}
    # A parser takes a good part of a second to import, and few ask for filters.
    from pygeofilter.backends.geopandas.evaluate import to_filter

    try:
        rows = to_filter(_comparable(frame), _parse(text, language), fields, _FUNCTIONS)
    except KeyError as error:
        named = str(error.args[0]) if error.args else ""
        what = Text("the filter names what the layer does not have", "过滤表达式引用了不存在的属性或函数")
        raise InputError([_fault(what, named, fields)]) from None
    except Exception as error:
        # The parser raises its own errors and those of the columns that are compared.
        what = Text("the filter is not valid CQL2 for this layer", "过滤表达式不是适用于该图层的有效 CQL2")
        raise InputError([_fault(what, type(error).__name__)]) from None
    if isinstance(rows, bool | np.bool_):
        return np.full(len(frame), bool(rows))
    if not isinstance(rows, pd.Series | np.ndarray) or len(rows) != len(frame):
        raise InputError([_fault(Text("the filter is no condition", "过滤表达式不是条件"))])
    return np.asarray(pd.Series(rows).fillna(False), dtype=np.bool_)


def _parse(text: str, language: str) -> Any:
    if language == "cql2-json":
        from pygeofilter.parsers.cql2_json import parse as parse_json

        return parse_json(json.loads(text))
    from pygeofilter.parsers.cql2_text import parse

    return parse(text)


def _comparable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame whose texts are texts alone, so that an empty column can be compared too."""
    empty = [
        name
        for name in frame.columns
        if name != "geometry" and frame[name].dtype == object and frame[name].isna().all()
    ]
    return frame.assign(**{str(name): frame[name].astype("str").where(frame[name].notna()) for name in empty})


def _lower(values: Any) -> Any:
    return values.str.lower() if isinstance(values, pd.Series) else str(values).lower()


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"lower": _lower, "bbox": _box}
"""CASEI and BBOX of CQL2."""


def _depth(text: str) -> int:
    depth = most = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        most = max(most, depth)
    return most


def _fault(what: Text, value: str = "", known: Mapping[str, str] | None = None) -> Fault:
    names = ", ".join(list(known or {})[:40])
    fix = (
        Text(f"There are {names}", f"可用：{names}")
        if known
        else Text(
            "Write it as CQL2, such as people > 10 AND name LIKE 'A%'", "请按 CQL2 书写，如 people > 10"
        )
    )
    return Fault(what, fix, source="filter", value=value[:80], code="filter")
