"""Words of a sheet and the ids they stand for: tiers, states, groups, shifts, functions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol

from geo.text import Text
from layers.catalogue.headers import plain_header


class OwnTerm(Protocol):
    """A term of the study's own, as its TOML gives it."""

    id: str
    zh: str
    en: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a word may stand for.

    Attributes
    ----------
    id, name
        The id kept in the frames, and the words shown to people.
    names
        Every way it is written in a sheet, made plain.
    catalogues
        The catalogues it belongs to (``4+5``, ``7+3``); empty for what is not a function.
    closes
        Whether a case of a ledger is settled in this state.
    """

    id: str
    name: Text
    names: frozenset[str]
    catalogues: tuple[str, ...] = ()
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms of one sort, found by any of their names."""

    terms: Mapping[str, Term]
    by_name: Mapping[str, str]

    def find(self, word: str) -> str | None:
        """Return the id a word stands for, or None."""
        return self.by_name.get(plain_header(word))

    def with_own(self, own: Iterable[OwnTerm]) -> Vocabulary:
        """Return a vocabulary with the study's terms added; they win over the built-in ones."""
        terms = dict(self.terms)
        for term in own:
            terms[term.id] = _term(
                term.id, Text(term.en, term.zh), term.names, closes=getattr(term, "closes", False)
            )
        return _vocabulary(terms)

    def names(self) -> tuple[str, ...]:
        """Return every name that is understood, in both languages."""
        return tuple(dict.fromkeys(n for t in self.terms.values() for n in (t.id, t.name.zh, t.name.en)))


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads(
        files("layers.catalogue").joinpath("data", "vocabulary.toml").read_text(encoding="utf-8")
    )


@lru_cache(maxsize=16)
def vocabulary(sort: str) -> Vocabulary:
    """Return the built-in terms of a sort: ``tier``, ``status``, ``group``, ``function`` ...

    Examples
    --------
    >>> vocabulary("tier").find("街道级"), vocabulary("status").find("在建")
    ('subdistrict', 'building')
    """
    return _vocabulary(
        {
            term_id: _term(
                term_id,
                Text(row["en"], row["zh"]),
                row.get("names", ()),
                row.get("catalogues", ()),
                closes=row.get("closes", False),
            )
            for term_id, row in _tables()[sort].items()
        }
    )


def _term(
    term_id: str, name: Text, names: Iterable[str], catalogues: Iterable[str] = (), *, closes: bool = False
) -> Term:
    plain = frozenset(plain_header(n) for n in (term_id, *name, *names))
    return Term(term_id, name, plain, tuple(catalogues), closes)


def _vocabulary(terms: dict[str, Term]) -> Vocabulary:
    by_name = {name: term.id for term in terms.values() for name in sorted(term.names)}
    return Vocabulary(MappingProxyType(terms), MappingProxyType(by_name))
