import itertools
import math
import re

import numpy as np
import pytest

from layers.osm.basemap import STREET_CLASSES
from maps import style

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def channels(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def on_land(colour: str) -> str:
    """Return a coverage colour as it is seen: a little of the land shows through."""
    mixed = style.COVERAGE_OPACITY * channels(colour) + (1 - style.COVERAGE_OPACITY) * channels(style.LAND)
    return "#" + "".join(f"{round(255 * value):02x}" for value in mixed)


def lab(colour: str, seen_by: str = "none") -> np.ndarray:
    """Return CIE L*a*b* (D65) of a colour."""
    srgb = channels(colour)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(DEFICIENCIES[seen_by] @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = (to_xyz @ linear) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen_by", DEFICIENCIES)
def test_less_coverage_is_darker_to_every_eye(seen_by: str) -> None:
    lightness = [lab(on_land(colour), seen_by)[0] for colour in style.COVERAGE_COLOURS]
    assert all(after - before > 5 for before, after in itertools.pairwise(lightness))


@pytest.mark.parametrize("seen_by", DEFICIENCIES)
def test_neighbouring_classes_can_be_told_apart(seen_by: str) -> None:
    colours = [lab(on_land(colour), seen_by) for colour in style.COVERAGE_COLOURS]
    assert min(math.dist(a, b) for a, b in itertools.pairwise(colours)) > 7


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    a, b = sorted((luminance(one), luminance(other)))
    return (b + 0.05) / (a + 0.05)


def luminance(colour: str) -> float:
    srgb = channels(colour)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear)


GROUNDS = [
    style.LAND, style.WATER, style.GREEN, style.STREET, *map(on_land, style.COVERAGE_COLOURS),
    *map(on_land, (*style.CHANGE_LESS, *style.CHANGE_MORE)),
]  # fmt: skip
MARKS = [
    style.ACCENT, style.GAP, style.INK, style.QUIET_INK, *style.REACH, *style.GAIN,
    *(symbol.colour for symbol in style.SYMBOLS.values()),
]  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_stands_out_from_the_halo_that_parts_it_from_the_ground(mark: str) -> None:
    assert contrast(mark, style.HALO) >= 3


@pytest.mark.parametrize("ground", GROUNDS)
def test_words_can_be_read_on_every_ground(ground: str) -> None:
    assert max(contrast(style.INK, ground), contrast(style.HALO, ground)) >= 4.5


def test_words_of_the_page_can_be_read_on_paper() -> None:
    inks = (style.INK, style.QUIET_INK, style.GAP, style.ACCENT)
    assert all(contrast(ink, style.HALO) >= 4.5 for ink in inks)


@pytest.mark.parametrize("scale", [style.REACH, style.GAIN[::-1]])
@pytest.mark.parametrize("seen_by", DEFICIENCIES)
def test_scales_of_streets_grow_lighter_to_every_eye(scale: tuple[str, ...], seen_by: str) -> None:
    lightness = [lab(colour, seen_by)[0] for colour in scale]
    assert all(after - before > 5 for before, after in itertools.pairwise(lightness))


def test_only_gaps_are_red() -> None:
    def red(colour: str) -> bool:
        _, a, b = lab(colour)
        return math.hypot(a, b) > 40 and -25 < math.degrees(math.atan2(b, a)) < 50

    others = [style.ACCENT, *style.COVERAGE_COLOURS, *(symbol.colour for symbol in style.SYMBOLS.values())]
    assert red(style.GAP)
    assert not any(map(red, others))


def test_kinds_differ_in_shape_and_not_only_in_colour() -> None:
    symbols = style.SYMBOLS.values()
    assert len({symbol.outline for symbol in symbols}) == len(symbols)
    assert len({symbol.glyph for symbol in symbols}) == len(symbols)


def test_symbols_are_plain_path_data() -> None:
    for symbol in style.SYMBOLS.values():
        assert re.fullmatch(r"[MLHVCSQTAZ0-9.\s-]+", symbol.outline + symbol.glyph)


def test_every_class_of_street_has_a_rank() -> None:
    ranks = [style.street_rank(name) for name in STREET_CLASSES]
    assert set(ranks) == set(range(len(style.STREETS)))


def test_wider_ranks_are_never_narrower_at_any_zoom() -> None:
    for wide, narrow in zip(style.STREETS, style.STREETS[1:], strict=False):
        assert all(a >= b for a, b in zip(wide.widths, narrow.widths, strict=True))
        assert wide.from_zoom <= narrow.from_zoom
