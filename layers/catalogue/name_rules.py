"""Rules that read what a place is, and whether it is open, from its name and address."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol

from layers.catalogue.traditional import simplified


class NameRuleLike(Protocol):
    """A rule of the study's own, as its TOML gives it."""

    category: str
    over: tuple[str, ...]
    words: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """A name that makes a place another category than the one it is filed under.

    Attributes
    ----------
    category
        What it is.
    over
        Ids it may be filed under; empty for any.
    pattern
        Finds the name.
    unless
        None of these words stands in the name.
    """

    category: str
    over: frozenset[str]
    pattern: re.Pattern[str]
    unless: tuple[str, ...] = ()

    def fits(self, name: str) -> bool:
        """Return whether a name is of this rule."""
        return self.pattern.search(name) is not None and not any(word in name for word in self.unless)


_TAIL = r"(?:[（(【\[][^（）()【】\[\]]*[)）】\]])*$"
_BRACKETS = re.compile(r"[（(【\[]([^（）()【】\[\]]*)[)）】\]]")
_SEPARATORS = re.compile(r"[\s\-—_·:：,，。/|]+")
_LINES = re.compile(r"[;；]")
_LONG_WORD = 3
"""A word at the end of a name without a bracket before it has at least as many characters, or ends in 中."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    file = files("layers.catalogue").joinpath("data", "name_rules.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def name_rules() -> tuple[NameRule, ...]:
    """Return the built-in rules, the first that fits decides."""
    return tuple(_rule(row) for row in _table()["rule"])


def own_rules(rules: Iterable[NameRuleLike]) -> tuple[NameRule, ...]:
    """Return the rules of a study."""
    return tuple(
        NameRule(
            category=rule.category,
            over=frozenset(rule.over),
            pattern=re.compile("|".join(map(re.escape, rule.words))),
            unless=rule.unless,
        )
        for rule in rules
    )


def _rule(row: Mapping[str, Any]) -> NameRule:
    parts = [re.escape(word) for word in row.get("words", ())]
    parts += [re.escape(word) + _TAIL for word in row.get("ends", ())]
    parts += [row["pattern"]] if "pattern" in row else []
    return NameRule(
        category=row["is"],
        over=frozenset(row["over"]),
        pattern=re.compile("|".join(f"(?:{part})" for part in parts)),
        unless=tuple(row.get("unless", ())),
    )


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    return {word: state for state, words in _table()["not_open"].items() for word in words}


def not_open(text: str) -> str | None:
    """Return ``building``, ``planned`` or ``closed`` where a name or an address says it is not open.

    Of the lines at a stop (``(在建)14号线;8号线``) each must say so.

    Examples
    --------
    >>> not_open("东风路社区食堂（装修中）"), not_open("(在建)14号线;8号线"), not_open("建设中路12号")
    ('building', None, None)
    """
    found = [_said(line) for line in _LINES.split(simplified(text)) if line.strip()]
    if not found or None in found:
        return None
    return next(state for state in ("building", "planned", "closed") if state in found)


def _said(line: str) -> str | None:
    states = _states()
    for inside in _BRACKETS.findall(line):
        if (state := states.get(inside.strip().lower())) is not None:
            return state
    pieces = [piece for piece in _SEPARATORS.split(_BRACKETS.sub(" ", line).lower()) if piece]
    for piece in pieces:
        if piece in states:
            return states[piece]
    last = pieces[-1] if pieces else ""
    ending = next((word for word in states if len(word) >= _LONG_WORD and last.endswith(word)), None)
    if ending is not None:
        return states[ending]
    # A stop is called by what it stands at: 某某旧址(公交站) is where buses go.
    stop = any(inside.strip().endswith("站") for inside in _BRACKETS.findall(line))
    return "closed" if last.endswith(("旧址", "原址")) and not stop else None
