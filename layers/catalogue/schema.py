"""What each kind of layer must hold: roles, types, required columns and the headers people write.

The table itself is data (``data/schema.toml``). Every row of every layer is checked against
it by one function, :func:`layers.columns.read_roles`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from geo.text import Text

Holds = Literal[
    "text", "number", "whole", "date", "hours", "list", "flag", "category", "tier", "status", "group", "shift"
]
Shape = Literal["point", "polygon", "any"]

PLACE_ROLES = ("lon", "lat", "coordinates", "geometry")
"""The roles that say where a row is; one of ``lon`` with ``lat``, ``coordinates``, ``geometry``."""

KINDS = ("station", "centre", "merchant", "facility", "grid", "area", "land", "demand", "need", "candidate")
FACILITY_KINDS = ("station", "centre", "merchant", "facility")


@dataclass(frozen=True, slots=True)
class Role:
    """One thing a row may say.

    Attributes
    ----------
    id, name
        The key used in a study's ``columns`` table, and the words shown to people.
    holds
        What kind of value stands in the column.
    headers
        The header names that are recognised, as people write them.
    unit
        The unit a number is kept in; empty for what has none.
    minimum
        The smallest number that makes sense; None where any number does.
    """

    id: str
    name: Text
    holds: Holds
    headers: tuple[str, ...]
    unit: str = ""
    minimum: float | None = None


@dataclass(frozen=True, slots=True)
class LayerSchema:
    """What a kind of layer holds.

    Attributes
    ----------
    kind, name
        The key used in a study, and the words shown to people.
    shape
        ``point``: areas are taken at a point inside them; ``polygon``: points are refused; ``any``.
    roles
        The roles a row may fill, in the order they are shown; the identifier comes first.
    required
        The ids of the roles without which a row is rejected.
    """

    kind: str
    name: Text
    shape: Shape
    roles: tuple[Role, ...]
    required: tuple[str, ...]

    def role(self, role_id: str) -> Role:
        """Return the role of that id; a KeyError where this kind has none."""
        return next(role for role in self.roles if role.id == role_id)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads(
        files("layers.catalogue").joinpath("data", "schema.toml").read_text(encoding="utf-8")
    )


@lru_cache(maxsize=1)
def all_roles() -> Mapping[str, Role]:
    """Return every role of every kind by its id."""
    return MappingProxyType({role_id: _role(role_id, row) for role_id, row in _tables()["role"].items()})


def _role(role_id: str, row: Mapping[str, Any]) -> Role:
    return Role(
        id=role_id,
        name=Text(row["en"], row["zh"]),
        holds=row["holds"],
        headers=tuple(row["headers"]),
        unit=row.get("unit", ""),
        minimum=row.get("minimum"),
    )


@lru_cache(maxsize=1)
def all_schemas() -> Mapping[str, LayerSchema]:
    """Return the schema of every kind of layer by the kind's name."""
    return MappingProxyType({kind: _schema(kind, row) for kind, row in _tables()["kind"].items()})


def _schema(kind: str, row: Mapping[str, Any]) -> LayerSchema:
    roles = all_roles()
    return LayerSchema(
        kind=kind,
        name=Text(row["en"], row["zh"]),
        shape=row["geometry"],
        roles=tuple(roles[role_id] for role_id in ("id", *row["roles"])),
        required=tuple(row["required"]),
    )


def schema_of(kind: str) -> LayerSchema:
    """Return what a kind of layer holds.

    Examples
    --------
    >>> schema_of("station").required
    ('name',)
    >>> schema_of("grid").shape
    'polygon'
    """
    return all_schemas()[kind]


def role_ids(kind: str) -> tuple[str, ...]:
    """Return the role ids a study may map for this kind, the place roles among them.

    Examples
    --------
    >>> role_ids("candidate")
    ('id', 'name', 'category', 'cost', 'capacity', 'lon', 'lat', 'coordinates', 'geometry')
    """
    return (*(role.id for role in schema_of(kind).roles), *PLACE_ROLES)


def nearest_names(word: str, known: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """Return the known names most like a word that was not understood, best first.

    Examples
    --------
    >>> nearest_names("lontitude", ["longitude", "latitude", "name"], count=1)
    ('longitude',)
    """
    by_lower = {name.lower(): name for name in known}
    return tuple(by_lower[match] for match in get_close_matches(word.lower(), by_lower, n=count, cutoff=0.5))
