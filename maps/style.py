"""How a map looks: every colour, width and symbol, written once and read by page, legend and sheet.

The base is quiet and the data speak: land, water and streets in pale tones; one sequential scale for
coverage that keeps its order under every kind of colour blindness; red for gaps and for nothing else;
one accent for what is selected; a shape of its own, not only a colour, for each kind of place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

LAND: Final = "#f5f3ef"
WATER: Final = "#cbdbe6"
GREEN: Final = "#dbe8d1"
BUILDING: Final = "rgba(74, 62, 45, 0.1)"
BUILDING_EDGE: Final = "rgba(74, 62, 45, 0.22)"
"""Translucent, so that a coverage colour keeps its hue under a building."""

RAIL: Final = "#b5b1ab"
STREET: Final = "#ffffff"
SQUARE: Final = "rgba(255, 255, 255, 0.2)"
STREET_CASING: Final = "#cfcac1"
PATH: Final = "#c9bfae"
INK: Final = "#1d2733"
QUIET_INK: Final = "#5b6673"
HALO: Final = "#ffffff"

ACCENT: Final = "#1f5fe0"
"""What is selected, and the reach of stations."""

GAP: Final = "#c1121f"
"""People left out. No other thing on a map is red."""

COVERAGE_COLOURS: Final = ("#ffe4a3", "#b2d398", "#6ab79e", "#2796a2", "#00749d")
COVERAGE_LIMITS: Final = (0.2, 0.4, 0.6, 0.8)
COVERAGE_OPACITY: Final = 0.68
"""From sand to blue in even steps of lightness; the land shows through a little."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A sign for a kind of place, drawn in a box of 24 x 24.

    Attributes
    ----------
    outline, glyph
        SVG path data: the shape that is filled with `colour`, and the sign inside it, filled white.
    size
        Pixels across when it stands alone at street level.
    """

    colour: str
    outline: str
    glyph: str
    size: float


SYMBOLS: Final = {
    "station": Symbol(
        "#12355b",
        "M5 1H19A4 4 0 0 1 23 5V19A4 4 0 0 1 19 23H5A4 4 0 0 1 1 19V5A4 4 0 0 1 5 1Z",
        "M12 5L19.5 11.2H17.4V18.6H13.7V13.9H10.3V18.6H6.6V11.2H4.5Z",
        24,
    ),
    "centre": Symbol(
        "#b56a00",
        "M12 0.6L22.4 6.5V17.5L12 23.4L1.6 17.5V6.5Z",
        "M7.2 7.2H11.2V11.2H7.2ZM12.8 7.2H16.8V11.2H12.8ZM7.2 12.8H11.2V16.8H7.2ZM12.8 12.8H16.8V16.8H12.8Z",
        24,
    ),
    "merchant": Symbol(
        "#74438f",
        "M12 1A11 11 0 1 1 12 23A11 11 0 1 1 12 1Z",
        "M6.4 9H17.6L16.6 18H7.4ZM8.6 9A3.4 3.8 0 0 1 15.4 9H13.9A1.9 2.2 0 0 0 10.1 9Z",
        15,
    ),
    "facility": Symbol(
        "#3f4a57",
        "M12 0.8L23.2 12L12 23.2L0.8 12Z",
        "M10.6 7H13.4V10.6H17V13.4H13.4V17H10.6V13.4H7V10.6H10.6Z",
        19,
    ),
    "chosen": Symbol(
        ACCENT,
        "M12.0 0.8L15.9 7.3L23.2 9.0L18.3 14.6L18.9 22.1L12.0 19.2L5.1 22.1L5.7 14.6L0.8 9.0L8.1 7.3Z",
        "M10.7 8.6H13.3V11.5H16.2V14.1H13.3V17H10.7V14.1H7.8V11.5H10.7Z",
        34,
    ),
    "rejected": Symbol(
        "#5b6673",
        "M12 2A10 10 0 1 1 12 22A10 10 0 1 1 12 2Z",
        "M12 6.5A5.5 5.5 0 1 1 12 17.5A5.5 5.5 0 1 1 12 6.5Z",
        11,
    ),
}
"""`chosen` and `rejected` are candidates of a siting plan; the accent is what is selected."""


@dataclass(frozen=True, slots=True)
class StreetStyle:
    """How streets of one rank are drawn.

    Attributes
    ----------
    classes
        The classes of `layers.osm.basemap.STREET_CLASSES` that belong to the rank.
    from_zoom, names_from_zoom
        The zoom at which the streets, and their names, begin to be drawn.
    widths
        Pixels across at zoom 11, 13, 15, 17 and 19; between them widths grow evenly by ratio.
    """

    classes: tuple[str, ...]
    from_zoom: int
    names_from_zoom: int
    widths: tuple[float, float, float, float, float]


STREETS: Final = (
    StreetStyle(("motorway", "trunk"), 8, 13, (1.4, 2.8, 5.4, 12, 26)),
    StreetStyle(("primary",), 10, 13, (1.1, 2.4, 4.8, 11, 24)),
    StreetStyle(("secondary",), 11, 14, (0.8, 1.8, 4.0, 9.5, 21)),
    StreetStyle(("tertiary",), 12, 15, (0.5, 1.3, 3.4, 8.0, 18)),
    StreetStyle(("residential", "pedestrian"), 13, 15, (0.3, 0.8, 2.4, 6.4, 15)),
    StreetStyle(("service", "track"), 15, 17, (0.2, 0.4, 1.3, 3.2, 8)),
    StreetStyle(("path", "steps"), 15, 18, (0.2, 0.4, 0.8, 1.3, 2.4)),
)
PATH_RANK: Final = len(STREETS) - 1
"""The rank drawn as a thin line without casing."""

_RANKS: Final = {name: rank for rank, street in enumerate(STREETS) for name in street.classes}


def street_rank(street_class: str) -> int:
    """Return the rank of a street's class, 0 for the widest.

    Examples
    --------
    >>> street_rank("primary"), street_rank("steps")
    (1, 6)
    """
    return _RANKS[street_class]


def page_style() -> dict[str, object]:
    """Return the whole style as plain values, the form in which the page receives it."""
    return {
        "land": LAND,
        "water": WATER,
        "green": GREEN,
        "building": BUILDING,
        "buildingEdge": BUILDING_EDGE,
        "rail": RAIL,
        "street": STREET,
        "square": SQUARE,
        "casing": STREET_CASING,
        "path": PATH,
        "ink": INK,
        "quietInk": QUIET_INK,
        "halo": HALO,
        "accent": ACCENT,
        "gap": GAP,
        "coverage": {
            "colours": COVERAGE_COLOURS,
            "limits": COVERAGE_LIMITS,
            "opacity": COVERAGE_OPACITY,
        },
        "symbols": {kind: asdict(symbol) for kind, symbol in SYMBOLS.items()},
        "streets": [
            {"from": street.from_zoom, "names": street.names_from_zoom, "widths": street.widths}
            for street in STREETS
        ],
        "pathRank": PATH_RANK,
    }
