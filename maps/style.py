"""How a map looks: every colour, width and symbol, written once and read by page, legend and sheet.

The base is quiet and the problem speaks first: land, water and streets in pale tones; one sequential scale
for coverage, darkest where nobody is served, that keeps its order under every kind of colour blindness; red
for gaps and for nothing else; one accent for what is selected; a shape of its own, not only a colour, for
each kind of place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from layers.catalogue.schema import Symbol, all_schemas

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

COVERAGE_COLOURS: Final = ("#8a4a14", "#c97a34", "#e6ad66", "#f1d9ac", "#f7f3ea")
COVERAGE_LIMITS: Final = (0.2, 0.4, 0.6, 0.8)
COVERAGE_OPACITY: Final = 0.85
"""The unserved are the darkest and warmest on the map, the served recede to near-paper; the land shows
through a little."""

CHANGE_LIMITS: Final = (0.01, 0.1, 0.3)
CHANGE_LESS: Final = ("#f0d9b0", "#d99a4e", "#8a4a14")
CHANGE_MORE: Final = ("#d3e5df", "#7fb8ab", "#1b675c")
"""Between two cases: what is lost in the colours of the unserved, what is won in green; from one, ten and
thirty points of a hundred."""

REACH: Final = ("#14307a", ACCENT, "#5b8def")
"""Streets by the minutes from the place asked about, the nearest first; the accent in three strengths."""

GAIN: Final = ("#5b8def", "#3b71df", "#2656bf", "#193c93", "#0c2160")
"""Streets by the people whom one more place there would gain, the most last."""

PART_COVERED: Final = "#8fa3a0"
PART_FULL: Final = "#e6ad66"
PART_LEFT: Final = "#8a4a14"
"""The three parts of everybody: covered, there but without room, not there in time."""


SYMBOLS: Final = {
    "chosen": Symbol(
        colour=ACCENT,
        outline="M12 0.8L15.9 7.3L23.2 9.0L18.3 14.6L18.9 22.1L12 19.2L5.1 22.1L5.7 14.6L0.8 9.0L8.1 7.3Z",
        glyph="M10.7 8.6H13.3V11.5H16.2V14.1H13.3V17H10.7V14.1H7.8V11.5H10.7Z",
        size=34,
        names_from_zoom=11,
    ),
    "rejected": Symbol(
        colour="#5b6673",
        outline="M12 2A10 10 0 1 1 12 22A10 10 0 1 1 12 2Z",
        glyph="M12 6.5A5.5 5.5 0 1 1 12 17.5A5.5 5.5 0 1 1 12 6.5Z",
        size=11,
        names_from_zoom=18,
    ),
    **{kind: schema.symbol for kind, schema in all_schemas().items() if schema.symbol is not None},
}
"""By kind of layer, in the order of the legend; `chosen` and `rejected` are candidates of a siting plan."""


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
        "reach": REACH,
        "gain": GAIN,
        "coverage": {
            "colours": COVERAGE_COLOURS,
            "limits": COVERAGE_LIMITS,
            "opacity": COVERAGE_OPACITY,
        },
        "change": {"limits": CHANGE_LIMITS, "colours": {"less": CHANGE_LESS, "more": CHANGE_MORE}},
        "parts": {"covered": PART_COVERED, "full": PART_FULL, "left": PART_LEFT},
        "symbols": {kind: asdict(symbol) for kind, symbol in SYMBOLS.items()},
        "streets": [
            {"from": street.from_zoom, "names": street.names_from_zoom, "widths": street.widths}
            for street in STREETS
        ],
        "pathRank": PATH_RANK,
    }
