"""A change of a study: what is opened, closed, moved, extended or open at other hours, as a file of its own.

The same file is written by hand, by the page and by a siting plan; ``lifecircle run STUDY --change FILE``
runs the study with it, and ``lifecircle compare`` holds two of them side by side.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from geo.errors import Fault, InputError, because
from geo.text import Text
from layers.study.faults import fault_error, faults_of
from layers.study.fields import StudyTable, TextValue, Words

MAX_CHANGE_BYTES = 1_000_000
_MOST = 5000

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
People = Annotated[float, Field(ge=0)]


class Opened(StudyTable):
    """``[[open]]``: a new place of a service, in WGS84."""

    id: TextValue = Field(
        min_length=1, max_length=200, description="id of the place, unlike any of the study's"
    )
    name: Words | None = Field(default=None, description="name shown to people; the id where left out")
    category: Words = Field(description="category of the service it offers, such as clinic")
    lon: Longitude = Field(description="longitude in degrees, WGS84")
    lat: Latitude = Field(description="latitude in degrees, WGS84")
    capacity: People | None = Field(default=None, description="people it can serve; no limit where left out")
    cost: People | None = Field(default=None, description="cost, for the record")
    area: Words | None = Field(default=None, description="area it lies in, for the record")
    people: People | None = Field(default=None, description="people who gain by it, for the record")
    year: Annotated[int, Field(ge=1, le=9999)] | None = Field(
        default=None, description="year of the plan in which it opens, for the record"
    )


class Closed(StudyTable):
    """``[[close]]``: a place of the study that is closed."""

    id: TextValue = Field(min_length=1, max_length=200, description="id of the place, as layer:key")


class Moved(Closed):
    """``[[move]]``: a place of the study that moves, in WGS84."""

    lon: Longitude = Field(description="longitude in degrees, WGS84")
    lat: Latitude = Field(description="latitude in degrees, WGS84")


class Extended(Closed):
    """``[[extend]]``: a place of the study with room for more people."""

    capacity: People = Field(description="people it can serve afterwards")


class Rehoured(Closed):
    """``[[hours]]``: a place of the study with other opening hours."""

    opening_hours: Words = Field(
        description="opening hours afterwards, as in a layer: 周一至周五 8:30-17:30, or Mo-Fr 08:30-17:30"
    )


class Change(StudyTable):
    """A change file."""

    name: Words = Field(description="what the change is called; names the folder of its results")
    note: Words | None = Field(default=None, description="where it comes from, for the reader")
    cost_unit: Words | None = Field(default=None, description="unit of the costs, such as 万元")
    opened: tuple[Opened, ...] = Field(
        default=(), alias="open", max_length=_MOST, description="places that open"
    )
    closed: tuple[Closed, ...] = Field(
        default=(), alias="close", max_length=_MOST, description="places that close"
    )
    moved: tuple[Moved, ...] = Field(
        default=(), alias="move", max_length=_MOST, description="places that move"
    )
    extended: tuple[Extended, ...] = Field(
        default=(), alias="extend", max_length=_MOST, description="places that get more room"
    )
    rehoured: tuple[Rehoured, ...] = Field(
        default=(), alias="hours", max_length=_MOST, description="places that get other opening hours"
    )

    @model_validator(mode="after")
    def _each_once(self) -> Change:
        """Refuse a place that is named twice: what closes neither moves nor grows."""
        closed, moved = {row.id for row in self.closed}, [row.id for row in self.moved]
        what = Text("named twice", "重复出现")
        fix = Text("Say one thing of each place", "每个设施请只说明一次")
        errors: list[InitErrorDetails] = []
        rows: tuple[tuple[str, Iterable[str]], ...] = (
            ("open", [row.id for row in self.opened]),
            ("close", [row.id for row in self.closed]),
            ("move", moved),
            ("extend", [row.id for row in self.extended]),
            ("hours", [row.id for row in self.rehoured]),
        )
        for table, ids in rows:
            seen: set[str] = closed if table in ("move", "extend", "hours") else set()
            known = set(seen)
            for number, key in enumerate(ids):
                if key in known:
                    errors.append(
                        InitErrorDetails(type=fault_error(what, fix), loc=(table, number, "id"), input=key)
                    )
                known.add(key)
        if errors:
            raise ValidationError.from_exception_data("Change", errors)
        return self


def read_change(path: Path) -> Change:
    """Read a change file: TOML, or the same as JSON.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    try:
        if path.stat().st_size > MAX_CHANGE_BYTES:
            what = Text("the file is too large for a change", "文件过大，不是变更文件")
            raise InputError([_fault(path, what, Text("Give a change file", "请指定变更文件"))])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = because(Text("the change cannot be read", "无法读取变更文件"), error)
        raise InputError([_fault(path, what, Text("Check the name", "请检查文件名"))]) from None
    except UnicodeDecodeError:
        raise InputError(
            [_fault(path, Text("not UTF-8", "不是 UTF-8 编码"), Text("Save it as UTF-8", "请另存为 UTF-8"))]
        ) from None
    try:
        raw = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        what = because(Text("not a change file", "不是有效的变更文件"), error)
        raise InputError([_fault(path, what, Text("Mend the line named", "请修改所指的行"))]) from None
    return parse_change(raw)


def parse_change(raw: Mapping[str, Any]) -> Change:
    """Return a change from its tables.

    Raises
    ------
    InputError
        With every fault; its ``source`` is the key.
    """
    try:
        return Change.model_validate(raw)
    except ValidationError as error:
        raise InputError(faults_of(error, Change)) from None


def change_text(change: Change) -> str:
    """Return a change as the text of a TOML file.

    Examples
    --------
    >>> row = {"id": "a", "category": "clinic", "lon": 121.5, "lat": 31.2}
    >>> print(change_text(parse_change({"name": "one", "open": [row]})))
    name = "one"
    <BLANKLINE>
    [[open]]
    id = "a"
    category = "clinic"
    lon = 121.5
    lat = 31.2
    <BLANKLINE>
    """
    whole = change.model_dump(by_alias=True, exclude_none=True)
    lines = [f"{key} = {_value(whole[key])}" for key in ("name", "note", "cost_unit") if key in whole]
    for table in ("open", "close", "move", "extend", "hours"):
        for row in whole[table]:
            lines += ["", f"[[{table}]]", *(f"{key} = {_value(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


def change_keys() -> Iterable[tuple[str, str]]:
    """Yield every key of a change file with its description."""
    tables: tuple[tuple[str, type[StudyTable]], ...] = (
        ("", Change), ("open.", Opened), ("close.", Closed), ("move.", Moved), ("extend.", Extended),
        ("hours.", Rehoured),
    )  # fmt: skip
    for prefix, model in tables:
        for name, field in model.model_fields.items():
            yield prefix + (field.alias or name), field.description or ""


def _value(value: object) -> str:
    """Return a text, number or flag as TOML writes it; JSON's quotes are TOML's but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fault(path: Path, what: Text, fix: Text) -> Fault:
    return Fault(what, fix, source=str(path), code="change")
