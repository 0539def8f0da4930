"""Categories of places: built-in ones as data, and how sheets, Amap paths and OSM tags map to them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol

from geo.text import Text
from layers.catalogue.headers import plain_header
from layers.catalogue.name_rules import NameRule, NameRuleLike, name_rules, own_rules
from layers.catalogue.schema import nearest_names


class OwnCategoryLike(Protocol):
    """A category of the study's own, as its TOML gives it."""

    id: str
    zh: str
    en: str
    names: tuple[str, ...]
    amap: tuple[str, ...]
    osm: tuple[str, ...]


_LEVEL = re.compile(r"^(?:街道级?|社区级?|居村级?|居委|村级?|镇级?|区级?|市级?|公共|便民|公办|民办)")
_BRACKETS = re.compile(r"[（(].*[)）]$")
_MOST_PIECES = 12
"""Pieces of an Amap path that are looked at; it has three, with what a study adds a few more."""


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of place.

    Attributes
    ----------
    id, name
        The id kept in the frames, and the words shown to people.
    names
        Other words for it in a sheet.
    amap
        Paths of Amap's classification, ``a;b`` for everything below b.
    osm
        Tags as ``key=value``; ``key=*`` for any other value of the key, ``a=b&c=d`` for both.
    ministry
        The list of the Ministry of Commerce it stands on: ``basic`` (基本保障类), ``quality``
        (品质提升类), or empty.
    left_out
        Whether its rows are no places of service: read, counted, and put aside.
    weak
        Whether another path of the same row comes first.
    """

    id: str
    name: Text
    names: tuple[str, ...] = ()
    amap: tuple[str, ...] = ()
    osm: tuple[str, ...] = ()
    ministry: str = ""
    left_out: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Categories:
    """A set of categories, found by name, by Amap path and by OSM tags."""

    by_id: Mapping[str, Category]
    by_name: Mapping[str, str]
    by_amap: Mapping[str, str]
    by_osm: Mapping[str, str]
    rules: tuple[NameRule, ...] = ()

    def find_name(self, word: str) -> str | None:
        """Return the category a word stands for, or None."""
        plain = plain_header(word)
        return self.by_name.get(plain) or self.by_name.get(_LEVEL.sub("", _BRACKETS.sub("", plain)))

    def find_amap(self, path: str) -> str | None:
        """Return the category of an Amap path, by its longest known beginning.

        Of several paths (``a;b;c|d;e;f``) the first one understood counts, weak ones (a hotel) last.

        Examples
        --------
        >>> categories().find_amap("医疗保健服务;综合医院;卫生院")
        'health_centre'
        >>> categories().find_amap("医疗保健服务;动物医疗场所;宠物诊所")
        'veterinary'
        """
        weak = None
        for alternative in path.split("|"):
            pieces = [piece.strip() for piece in alternative.split(";", _MOST_PIECES)[:_MOST_PIECES]]
            for count in range(len(pieces), 0, -1):
                category = self.by_amap.get(";".join(pieces[:count]))
                if category is None:
                    continue
                if not (self.by_id[category].weak or self.by_id[category].left_out):
                    return category
                weak = weak or category
                break
        return weak

    def find_osm(self, tags: Mapping[str, str]) -> str | None:
        """Return the category of OSM tags; the most specific tag wins, whatever their order.

        Examples
        --------
        >>> categories().find_osm({"building": "apartments", "shop": "bakery"})
        'bakery'
        """
        found = self.find_tag(tags)
        return None if found is None else self.by_osm[found]

    def find_tag(self, tags: Mapping[str, str]) -> str | None:
        """Return the entry (``amenity=clinic``) that decides what OSM tags mean, or None."""
        values = {key: {text, *(part.strip() for part in text.split(";"))} for key, text in tags.items()}
        best: tuple[tuple[bool, int, int, int, int, str], str] | None = None
        for key in values.keys() & _entries(tuple(self.by_osm)).keys():
            for entry, conditions in _entries(tuple(self.by_osm))[key]:
                if all(values.get(k) and (v == "*" or v in values[k]) for k, v in conditions):
                    whole = sum(tags[k] == v for k, v in conditions)
                    exact = sum(v != "*" for _, v in conditions)
                    # One value of two (a;b) counts less than the whole text; a bare key least of all.
                    rank = (
                        self._is_no_place(entry),
                        -min(exact, 1),
                        _key_rank(key),
                        -len(conditions),
                        -exact - whole,
                        entry,
                    )
                    if best is None or rank < best[0]:
                        best = (rank, entry)
        return None if best is None else best[1]

    def _is_no_place(self, entry: str) -> bool:
        term = self.by_id[self.by_osm[entry]]
        return term.weak and term.left_out

    def find_rule(self, category: str, name: str) -> str | None:
        """Return the category that a name says although the place is filed under another, or None."""
        for rule in self.rules:
            if (not rule.over or category in rule.over) and rule.fits(name):
                return rule.category
        return None

    def nearest(self, word: str) -> tuple[str, ...]:
        """Return the ids of the categories whose names are most like a word that was not understood."""
        last = word.split("|")[0].split(";")[-1]
        known = {name: category for category, c in self.by_id.items() for name in (c.id, *c.name, *c.names)}
        return tuple(dict.fromkeys(known[name] for name in nearest_names(last, known)))

    def with_own(self, own: Iterable[OwnCategoryLike]) -> Categories:
        """Return the categories with the study's own; one with a built-in id adds its words to it."""
        by_id = dict(self.by_id)
        for category in own:
            old = by_id.get(category.id, Category(category.id, Text(category.en, category.zh)))
            by_id[category.id] = replace(
                old,
                name=Text(category.en, category.zh),
                names=(*old.names, *category.names),
                amap=(*old.amap, *category.amap),
                osm=(*old.osm, *category.osm),
            )
        last = [category.id for category in own]
        rows = [*(c for c in by_id.values() if c.id not in last), *(by_id[i] for i in last)]
        return _categories(rows, self.rules)

    def with_rules(self, own: Iterable[NameRuleLike]) -> Categories:
        """Return the categories with the study's own rules about names; they come first."""
        return replace(self, rules=(*own_rules(own), *self.rules))


@lru_cache(maxsize=1)
def categories() -> Categories:
    """Return the built-in categories."""
    rows: list[Category] = []
    folder = files("layers.catalogue").joinpath("data", "categories")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            rows += [_category(category_id, row) for category_id, row in table.items()]
    return _categories(rows, name_rules())


def _category(category_id: str, row: Mapping[str, Any]) -> Category:
    return Category(
        id=category_id,
        name=Text(row["en"], row["zh"]),
        names=tuple(row.get("names", ())),
        amap=tuple(row.get("amap", ())),
        osm=tuple(row.get("osm", ())),
        ministry=row.get("ministry", ""),
        left_out=row.get("left_out", False),
        weak=row.get("weak", False),
    )


def _categories(rows: Sequence[Category], rules: tuple[NameRule, ...]) -> Categories:
    """Index categories; ids and own names win over other words, later categories over earlier ones."""
    by_name = {plain_header(name): row.id for row in rows for name in row.names}
    by_name |= {plain_header(name): row.id for row in rows for name in row.name}
    by_name |= {plain_header(row.id): row.id for row in rows}
    return Categories(
        by_id=MappingProxyType({row.id: row for row in rows}),
        by_name=MappingProxyType(by_name),
        by_amap=MappingProxyType({path: row.id for row in rows for path in row.amap}),
        by_osm=MappingProxyType({tag: row.id for row in rows for tag in row.osm}),
        rules=rules,
    )


@lru_cache(maxsize=8)
def _entries(tags: tuple[str, ...]) -> dict[str, list[tuple[str, tuple[tuple[str, str], ...]]]]:
    """Return the entries by the key they begin with, each with its conditions."""
    by_key: dict[str, list[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for entry in tags:
        pairs = [condition.partition("=") for condition in entry.split("&")]
        by_key.setdefault(pairs[0][0].strip(), []).append(
            (entry, tuple((key.strip(), value.strip()) for key, _, value in pairs))
        )
    return by_key


@lru_cache(maxsize=1)
def _key_ranks() -> dict[str, int]:
    text = files("layers.catalogue").joinpath("data", "osm_keys.toml").read_text(encoding="utf-8")
    return {key: at for at, key in enumerate(tomllib.loads(text)["keys"])}


def _key_rank(key: str) -> int:
    # A key the list does not hold is the study's own, and comes first.
    return _key_ranks().get(key, -1)


def reader(known: Categories, system: str, own: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return the function that turns one cell into a category id, or None.

    Parameters
    ----------
    known
        The categories that exist.
    system
        ``names``, ``amap``, ``osm`` or ``auto``: all of them in this order.
    own
        The study's translations, from a whole cell or a piece of its path; the last piece wins.
    """

    def read(text: str) -> str | None:
        if (category := _own(text, own)) is not None:
            return category
        if system in ("auto", "names") and (category := known.find_name(text)) is not None:
            return category
        if system in ("auto", "amap") and (category := known.find_amap(text)) is not None:
            return category
        if system in ("auto", "osm") and "=" in text:
            tags = dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
            return known.find_osm(tags)
        return None

    return read


def deciding(known: Categories, text: str) -> str:
    """Return what of a cell decides its category: of OSM tags the entry, of anything else all of it."""
    if "=" not in text:
        return text
    tags = dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
    entry = known.find_tag(tags)
    if entry is not None:
        return entry
    named = [f"{key}={tags[key]}" for key in _key_ranks() if key in tags]
    return named[0] if named else text


def _own(text: str, own: Mapping[str, str]) -> str | None:
    if text in own:
        return own[text]
    pieces = [piece.strip() for path in text.split("|") for piece in reversed(path.split(";"))]
    return next((own[piece] for piece in pieces if piece in own), None)
