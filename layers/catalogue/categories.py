"""Categories of places: built-in ones as data, and how sheets, Amap paths and OSM tags map to them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol

from geo.text import Text
from layers.catalogue.headers import plain_header
from layers.catalogue.schema import nearest_names


class OwnCategoryLike(Protocol):
    """A category of the study's own, as its TOML gives it."""

    id: str
    zh: str
    en: str
    names: tuple[str, ...]
    amap: tuple[str, ...]
    osm: tuple[str, ...]


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
        Tags as ``key=value``; ``key=*`` for any other value of the key.
    ministry
        The list of the Ministry of Commerce it stands on: ``basic`` (基本保障类), ``quality``
        (品质提升类), or empty.
    words, words_over
        Words of a row's name that make it this category although it is filed under one of others.
    """

    id: str
    name: Text
    names: tuple[str, ...] = ()
    amap: tuple[str, ...] = ()
    osm: tuple[str, ...] = ()
    ministry: str = ""
    words: tuple[str, ...] = ()
    words_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Categories:
    """A set of categories, found by name, by Amap path and by OSM tags."""

    by_id: Mapping[str, Category]
    by_name: Mapping[str, str]
    by_amap: Mapping[str, str]
    by_osm: Mapping[str, str]

    def find_name(self, word: str) -> str | None:
        """Return the category a word stands for, or None."""
        return self.by_name.get(plain_header(word))

    def find_amap(self, path: str) -> str | None:
        """Return the category of an Amap path, by its longest known beginning.

        Of several paths (``a;b;c|d;e;f``) the first one understood counts.

        Examples
        --------
        >>> categories().find_amap("医疗保健服务;综合医院;卫生院")
        'health_centre'
        >>> categories().find_amap("医疗保健服务;动物医疗场所;宠物诊所")
        'veterinary'
        """
        for alternative in path.split("|"):
            pieces = [piece.strip() for piece in alternative.split(";", _MOST_PIECES)[:_MOST_PIECES]]
            for count in range(len(pieces), 0, -1):
                category = self.by_amap.get(";".join(pieces[:count]))
                if category is not None:
                    return category
        return None

    def find_osm(self, tags: Mapping[str, str]) -> str | None:
        """Return the category of OSM tags; a tag with its value comes before a key with any value.

        Examples
        --------
        >>> categories().find_osm({"amenity": "clinic", "building": "yes"})
        'clinic'
        """
        exact = [f"{key}={value}" for key, text in tags.items() for value in text.split(";")]
        for tag in (*exact, *(f"{key}=*" for key in tags)):
            category = self.by_osm.get(tag.strip())
            if category is not None:
                return category
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
        return _categories([*(c for c in by_id.values() if c.id not in last), *(by_id[i] for i in last)])


@lru_cache(maxsize=1)
def categories() -> Categories:
    """Return the built-in categories."""
    rows: list[Category] = []
    folder = files("layers.catalogue").joinpath("data", "categories")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            rows += [_category(category_id, row) for category_id, row in table.items()]
    return _categories(rows)


def _category(category_id: str, row: Mapping[str, Any]) -> Category:
    return Category(
        id=category_id,
        name=Text(row["en"], row["zh"]),
        names=tuple(row.get("names", ())),
        amap=tuple(row.get("amap", ())),
        osm=tuple(row.get("osm", ())),
        ministry=row.get("ministry", ""),
        words=tuple(row.get("words", ())),
        words_over=tuple(row.get("words_over", ())),
    )


def _categories(rows: Sequence[Category]) -> Categories:
    """Index categories; ids and own names win over other words, later categories over earlier ones."""
    by_name = {plain_header(name): row.id for row in rows for name in row.names}
    by_name |= {plain_header(name): row.id for row in rows for name in row.name}
    by_name |= {plain_header(row.id): row.id for row in rows}
    return Categories(
        by_id=MappingProxyType({row.id: row for row in rows}),
        by_name=MappingProxyType(by_name),
        by_amap=MappingProxyType({path: row.id for row in rows for path in row.amap}),
        by_osm=MappingProxyType({tag: row.id for row in rows for tag in row.osm}),
    )


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


def _own(text: str, own: Mapping[str, str]) -> str | None:
    if text in own:
        return own[text]
    pieces = [piece.strip() for path in text.split("|") for piece in reversed(path.split(";"))]
    return next((own[piece] for piece in pieces if piece in own), None)
