"""The columns of a road layer as tags, a set a line; what is not understood stops the layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import Fault, InputError
from geo.text import Text
from layers.cells.values import texts
from layers.lines.line_words import (
    ACCESS,
    BACKWARD,
    BOTH,
    CLASSES,
    FORWARD,
    GRADE_SEPARATED,
    HEADERS,
    NO,
    OSM_CLASSES,
    OVER,
    UNDER,
    YES,
)
from layers.study.sources import Streets

_MOST_SHOWN = 10
_LONGEST = 200


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LineTags:
    """What the rows of a road layer say of their lines.

    Attributes
    ----------
    tags
        Tags of OpenStreetMap, a dict a row.
    level
        0 on the ground, above it higher, below it lower.
    grade_separated
        Lines that are taken to cross others above or below, although no column says so.
    columns
        Header by role.
    without_class
        How many rows name no class and got that of the study's ``default_class``.
    leveled_by_name
        How many rows were taken for bridges or tunnels by their name.
    """

    tags: tuple[dict[str, str], ...]
    level: npt.NDArray[np.int64]
    grade_separated: npt.NDArray[np.bool_]
    columns: Mapping[str, str]
    without_class: int
    leveled_by_name: int


def line_tags(cells: pd.DataFrame, streets: Streets, source: str) -> LineTags:
    """Return what the rows of a road layer say of their lines.

    Raises
    ------
    InputError
        Where a column named is not there, or holds what is not understood: nothing is taken for a street
        that may be walked because its words are unknown.
    """
    columns = _columns(cells, streets, source)
    read = {
        role: [str(text or "").strip()[:_LONGEST] for text in texts(cells[header])]
        for role, header in columns.items()
    }
    faults: list[Fault] = []
    if streets.default_class not in OSM_CLASSES:
        faults.append(_no_class(streets.default_class, source))
    classes = _classes(read.get("class"), streets, len(cells), columns, source, faults)
    tags: list[dict[str, str]] = [dict(each) for each in classes]
    readers: dict[str, Callable[[str], str | None]] = {
        "oneway": _oneway_reader(read.get("oneway", [])),
        "foot": _access,
        "bicycle": _access,
        "access": _access,
        "bridge": _flag,
        "tunnel": _flag,
        "level": _level,
    }
    for role, reader in readers.items():
        if role in read:
            _put(
                tags, "layer" if role == "level" else role, read[role], reader, columns[role], source, faults
            )
    if faults:
        raise InputError(faults)
    silent = not {"bridge", "tunnel", "level"} & set(read)
    named = _put_names(tags, read.get("name"), levels_known=not silent)
    return LineTags(
        tags=tuple(tags),
        level=np.array([_level_of(each) for each in tags], np.int64),
        grade_separated=np.array([silent and each["highway"] in GRADE_SEPARATED for each in tags], bool),
        columns=columns,
        without_class=sum(not text for text in read["class"]) if "class" in read else len(cells),
        leveled_by_name=named,
    )


def _columns(cells: pd.DataFrame, streets: Streets, source: str) -> dict[str, str]:
    headers = {str(header).strip().casefold(): str(header) for header in reversed(cells.columns)}
    named_by_study: Mapping[str, str] = {str(role): header for role, header in streets.columns.items()}
    found: dict[str, str] = {}
    for role, known in HEADERS.items():
        written = named_by_study.get(role)
        if written is None:
            named = [headers[header] for header in known if header in headers]
            found |= {role: named[0]} if named else {}
        elif written != "-":
            if written.strip().casefold() not in headers:
                raise InputError([_no_column(role, written, list(cells.columns), source)])
            found[role] = headers[written.strip().casefold()]
    return found


def _classes(
    values: list[str] | None,
    streets: Streets,
    count: int,
    columns: Mapping[str, str],
    source: str,
    faults: list[Fault],
) -> list[dict[str, str]]:
    if values is None:
        return [_class_tags(streets.default_class) for _ in range(count)]
    own = {key.strip().casefold(): value for key, value in streets.classes.items()}
    known = {**CLASSES, **own}
    found: list[dict[str, str]] = []
    strange: dict[str, int] = {}
    for text in values:
        plain = text.casefold()
        named = known.get(plain, plain) if plain else streets.default_class
        if named.split(" ")[0] not in OSM_CLASSES:
            strange[text] = strange.get(text, 0) + 1
        found.append(_class_tags(named))
    if strange:
        shown = list(strange)[:_MOST_SHOWN]
        example = ", ".join(f'"{each}" = "residential"' for each in shown[:3])
        faults.append(
            Fault(
                Text(
                    f"{sum(strange.values()):,} lines have a class that is not known: {', '.join(shown)}",
                    f"{sum(strange.values()):,} 条道路的等级无法识别：{'、'.join(shown)}",
                ),
                Text(
                    f"Say in [streets] what they are: classes = {{ {example} }} (or no column: "
                    'columns = { class = "-" })',
                    f"请在 [streets] 中注明：classes = {{ {example} }}"
                    '（不用此列：columns = { class = "-" }）',
                ),
                source=source,
                column=columns["class"],
                code="lines-class",
            )
        )
    return found


def _class_tags(named: str) -> dict[str, str]:
    highway, _, way = named.partition(" ")
    return {"highway": highway, **({way: "yes"} if way else {})}


def _put(
    tags: list[dict[str, str]],
    key: str,
    values: list[str],
    reader: Callable[[str], str | None],
    header: str,
    source: str,
    faults: list[Fault],
) -> None:
    strange: dict[str, int] = {}
    read = {text: reader(text.casefold()) for text in dict.fromkeys(values) if text}
    for each, text in zip(tags, values, strict=True):
        value = read.get(text) if text else ""
        if value is None:
            strange[text] = strange.get(text, 0) + 1
        elif value:
            each[key] = value
    if strange:
        shown = list(strange)[:_MOST_SHOWN]
        role = "level" if key == "layer" else key
        faults.append(
            Fault(
                Text(
                    f"{sum(strange.values()):,} lines have values that are not understood: "
                    + ", ".join(shown),
                    f"{sum(strange.values()):,} 条道路的取值无法识别：{'、'.join(shown)}",
                ),
                Text(
                    f'Write yes or no, or leave the column out: columns = {{ {role} = "-" }}',
                    f'请填写“是”或“否”，或不用此列：columns = {{ {role} = "-" }}',
                ),
                source=source,
                column=header,
                code="lines-value",
            )
        )


def _put_names(tags: list[dict[str, str]], names: list[str] | None, *, levels_known: bool) -> int:
    leveled = 0
    for each, name in zip(tags, names or (), strict=False):
        if not name:
            continue
        each["name"] = name
        if levels_known or "bridge" in each or "tunnel" in each:
            continue
        way = "bridge" if any(word in name for word in OVER) else ""
        way = "tunnel" if any(word in name for word in UNDER) else way
        if way:
            each[way] = "yes"
            leveled += 1
    return leveled


def _level_of(tags: Mapping[str, str]) -> int:
    if "layer" in tags:
        return int(tags["layer"])
    return int(tags.get("bridge") == "yes") - int(tags.get("tunnel") == "yes")


def _flag(text: str) -> str | None:
    return "yes" if text in YES else "" if text in NO else None


def _access(text: str) -> str | None:
    return text if text in ACCESS else "yes" if text in YES else "no" if text in NO else None


def _level(text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return str(int(number)) if number.is_integer() and abs(number) <= 20 else None


def _oneway_reader(values: list[str]) -> Callable[[str], str | None]:
    """Return how directions are read; F, T and B alone are those of Geofabrik's layers."""
    letters = {text.casefold() for text in values if text} <= {"f", "t", "b"} and any(
        text.casefold() == "b" for text in values
    )

    def read(text: str) -> str | None:
        if letters:
            return {"f": "yes", "t": "-1", "b": ""}[text]
        if text in YES or text in FORWARD:
            return "yes"
        return "-1" if text in BACKWARD else "" if text in NO or text in BOTH else None

    return read


def _no_class(written: str, source: str) -> Fault:
    return Fault(
        Text("this is no class of streets", "不是道路等级"),
        Text(
            'Write one of OpenStreetMap, as default_class = "residential"',
            '请用 OpenStreetMap 的等级，例如 default_class = "residential"',
        ),
        source=source,
        column="default_class",
        value=written[:60],
        code="lines-class",
    )


def _no_column(role: str, written: str, headers: list[Any], source: str) -> Fault:
    there = [str(header) for header in headers][:20]
    return Fault(
        Text(f"the road layer has no column '{written}' ({role})", f"道路图层没有“{written}”列（{role}）"),
        Text(f"There are: {', '.join(there)}", f"现有：{'、'.join(there)}"),
        source=source,
        column=written,
        code="lines-column",
    )
