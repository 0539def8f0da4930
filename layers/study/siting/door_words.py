"""Faults of a siting question in the terms of its source: options of the command, keys of a file, JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from geo.errors import Fault
from geo.text import Text
from layers.study.siting.question import SiteQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorWords:
    """How the fields of a question are written where it was asked.

    Attributes
    ----------
    name, setting
        A field, and a field with a value, as they stand in a sentence.
    place
        A field as the place of a fault.
    """

    name: Callable[[str], str]
    setting: Callable[[str, str], str]
    place: Callable[[str], str]


def option_of(field: str) -> str:
    """Return the option of the command line for a field: its name without the unit.

    Examples
    --------
    >>> option_of("new"), option_of("time_limit_seconds")
    ('--new', '--time-limit')
    """
    return "--" + re.sub(r"_(metres|seconds)$", "", field).replace("_", "-")


def _json_setting(field: str, value: str) -> str:
    return f'"{field}": {_quoted(value)}'


def _toml_setting(field: str, value: str) -> str:
    return f"{field} = {_quoted(value)}"


def _quoted(value: str) -> str:
    return f'"{value}"' if value.isalpha() else value


COMMAND_WORDS = DoorWords(
    name=option_of, setting=lambda field, value: f"{option_of(field)} {value}", place=option_of
)
JSON_WORDS = DoorWords(name=str, setting=_json_setting, place=str)


def file_words(number: int) -> DoorWords:
    """Return the words of the study file for its `number`-th ``[[site]]`` table, counted from 1."""
    return DoorWords(name=str, setting=_toml_setting, place=lambda field: f"site[{number}].{field}")


_MENTION = re.compile(r"`(?P<field>{})(?: = (?P<value>[^`]+))?`".format("|".join(SiteQuestion.model_fields)))


def in_words(fault: Fault, words: DoorWords) -> Fault:
    """Return a fault of a siting question in the words of a door.

    Sentences mention a field as `` `new` `` or `` `new = 3` ``; the source is the field's name.

    Examples
    --------
    >>> fix = Text("Lower `apart_metres`", "请减小 `apart_metres`")
    >>> in_words(Fault(Text("too near", "过近"), fix, source="apart_metres"), COMMAND_WORDS).to("en")
    '--apart: too near. Lower --apart'
    """
    return replace(
        fault,
        what=_mentions(fault.what, words),
        fix=_mentions(fault.fix, words),
        source=words.place(fault.source) if fault.source in SiteQuestion.model_fields else fault.source,
    )


def _mentions(text: Text, words: DoorWords) -> Text:
    def written(mention: re.Match[str]) -> str:
        field, value = mention["field"], mention["value"]
        return words.name(field) if value is None else words.setting(field, value)

    return Text(*(_MENTION.sub(written, sentence) for sentence in text))
