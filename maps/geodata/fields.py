"""Every column of the files for a geographic information system: words, unit, and how it is computed.

The table itself is data (``fields.toml``). Columns of one requirement or one category are named after it:
`reach` is ``pharmacy_reach`` for a requirement `pharmacy`, ``clinic_c15_reach`` for `clinic@c15`.
`of_requirement` and `of_category` give them the words of theirs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from geo.assessment.points import column_name
from geo.text import Text
from layers.write.geodata.features import Field

BY_METRES: Final = frozenset({"metres", "complies", "complying", "land_metres"})
"""Columns of the test by distance; the others of a requirement are of the test by time."""

_NOTHING = Text("", "")


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(files("maps.geodata").joinpath("fields.toml").read_text(encoding="utf-8"))


def unit(name: str) -> Text:
    """Return the words for a unit."""
    return Text(**_data()["unit"][name])


def fields_of(table: str) -> dict[str, Field]:
    """Return the fields that a table may have, by column, in their order.

    Examples
    --------
    >>> list(fields_of("land")), fields_of("land")["hectares"].alias("zh")
    (['id', 'land_id', 'hectares'], '面积（公顷）')
    """
    shared = _data()["shared"]
    rows = (shared[row] if isinstance(row, str) else row for row in _data()["table"][table])
    return {row["key"]: _field(row) for row in rows}


def of_requirement(fields: Iterable[Field], key: str, name: Text) -> dict[str, Field]:
    """Return fields of one requirement, by their column.

    Examples
    --------
    >>> reach = fields_of("of_requirement_in_polygon")["reach"]
    >>> of_requirement([reach], "clinic@c15", Text("a clinic", "诊所"))["clinic_c15_reach"].name.zh
    '诊所：可达率'
    """
    return _prefixed(fields, column_name(key), name)


def of_category(category: str, name: Text) -> dict[str, Field]:
    """Return the fields of one category, by their column."""
    return _prefixed(fields_of("of_category").values(), category, name)


def _field(row: Mapping[str, Any]) -> Field:
    return Field(
        key=row["key"],
        name=Text(row["en"], row["zh"]),
        unit=unit(row["unit"]) if "unit" in row else _NOTHING,
        how=Text(**row["how"]) if "how" in row else _NOTHING,
    )


def _prefixed(fields: Iterable[Field], prefix: str, name: Text) -> dict[str, Field]:
    named = (
        replace(
            field,
            key=f"{prefix}_{field.key}",
            name=Text(f"{name.en}: {field.name.en}", f"{name.zh}：{field.name.zh}"),
        )
        for field in fields
    )
    return {field.key: field for field in named}
