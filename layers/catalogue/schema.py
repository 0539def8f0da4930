"""What each kind of layer is: roles, names, shape, the frame it is joined in, and its symbol on a map.

The table itself is data (``data/schema.toml``). Every row of every layer is checked against it by
:func:`layers.rows.roles.read_roles`; whatever lists kinds takes them from here.
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
    "text",
    "number",
    "whole",
    "share",
    "score",
    "date",
    "hours",
    "list",
    "flag",
    "category",
    "tier",
    "status",
    "group",
    "shift",
    "need_state",
]
Shape = Literal["point", "polygon", "any"]

PLACE_ROLES = ("lon", "lat", "coordinates", "geometry")
"""The roles that say where a row is; one of ``lon`` with ``lat``, ``coordinates``, ``geometry``."""

FrameName = Literal[
    "facilities", "demand", "grids", "areas", "land", "candidates", "entrances", "needs", "resources",
    "venues", "services", "firms",
]  # fmt: skip
"""The frames of `layers.load.Layers`."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A sign for a kind of place, drawn in a box of 24 x 24.

    Attributes
    ----------
    colour
        Fill of the outline.
    outline, glyph
        SVG path data: the shape that is filled with `colour`, and the sign inside it, filled white.
    size
        Pixels across when it stands alone at street level; larger ones are drawn above smaller ones.
    names_from_zoom
        The zoom from which its name stands beside it.
    """

    colour: str
    outline: str
    glyph: str
    size: float
    names_from_zoom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSchema:
    """What a kind of layer is.

    Attributes
    ----------
    kind
        The key used in a study.
    name, singular
        The words shown to people, for the layer and for a single row of it.
    frame
        The frame of `layers.load.Layers` that its rows are joined in.
    facility
        Whether its rows offer a service to people.
    category
        The category of rows that name none; None where there is no such category.
    fixed
        Whether that category holds for every row, so that no column is asked for one.
    shape
        ``point``: areas are shown at a point inside them; ``polygon``: points are refused; ``any``.
    roles
        The roles a row may fill, in the order they are shown; the identifier comes first.
    required
        The ids of the roles without which a row is rejected.
    ledger
        Whether its rows are cases of a ledger: they count with or without a place, are never shown one by
        one, and hold what their roles say and nothing else of the sheet.
    symbol
        Its sign on a map; None where the rows are not drawn as places.
    """

    kind: str
    name: Text
    singular: Text
    frame: FrameName
    facility: bool
    category: str | None
    fixed: bool
    shape: Shape
    roles: tuple[Role, ...]
    required: tuple[str, ...]
    ledger: bool = False
    symbol: Symbol | None

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
        singular=Text(row["singular"], row["zh"]),
        frame=row["frame"],
        facility=row.get("facility", False),
        category=row.get("category"),
        fixed=row.get("fixed", False),
        shape=row["geometry"],
        roles=tuple(roles[role_id] for role_id in ("id", *row["roles"])),
        required=tuple(row["required"]),
        ledger=row.get("ledger", False),
        symbol=Symbol(**row["symbol"]) if "symbol" in row else None,
    )


def kinds() -> tuple[str, ...]:
    """Return the kinds of layer, in the order of the schema."""
    return tuple(all_schemas())


def facility_kinds() -> tuple[str, ...]:
    """Return the kinds whose rows offer a service to people, in the order of the schema.

    Examples
    --------
    >>> facility_kinds()
    ('station', 'centre', 'merchant', 'facility')
    """
    return tuple(kind for kind, schema in all_schemas().items() if schema.facility)


def polygon_kinds() -> tuple[str, ...]:
    """Return the kinds whose rows are polygons, in the order of the schema."""
    return tuple(kind for kind, schema in all_schemas().items() if schema.shape == "polygon")


def kinds_of_frame(frame: FrameName) -> tuple[str, ...]:
    """Return the kinds whose rows are joined in a frame."""
    return tuple(kind for kind, schema in all_schemas().items() if schema.frame == frame)


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
    >>> role_ids("entrance")
    ('id', 'name', 'owner', 'lon', 'lat', 'coordinates', 'geometry')
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
    return tuple(
        by_lower[match] for match in get_close_matches(word[:100].lower(), by_lower, n=count, cutoff=0.5)
    )
