"""How points lie about lines: in an orderly relation to them, or by chance.

Real places stand in an orderly relation to streets. Bus stops lie on them, shops a few metres beside them,
schools well back from them, and next to nothing stands in the carriageway. Points moved by half a kilometre
fall about the streets at random, and this shows in the *distribution* of their distances. The median
alone would mislead: schools lie farther from a street than random points do.

So a position is judged by how unlike its distribution is to those of the same points pushed to many other
places near by. Pushing all points together keeps their clusters, so the comparison stays fair where a hundred
shops stand in one mall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import gammaln
from scipy.stats import chi2
from shapely.geometry.base import BaseGeometry

from geo.types import Floats

_PUSHES = 300
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
_MIN_POINTS = 20


@dataclass(frozen=True, slots=True)
class Scale:
    """The distances that matter for one kind of line, in metres.

    Attributes
    ----------
    edges
        Limits of the classes that distances are counted in; what lies beyond the last is not covered.
    nearest, farthest
        How far the points are pushed for comparison.
    apart
        Pushes that come this near to a position under test are left out.
    """

    edges: tuple[float, ...]
    nearest: float
    farthest: float
    apart: float


STREETS = Scale(edges=(0, 10, 20, 40, 80, 300), nearest=250, farthest=2000, apart=120)
"""For streets: the carriageway, its edge, the first row of houses, the depth of a block."""

OUTLINES = Scale(edges=(0, 20, 60, 150, 300, 600, 1500), nearest=300, farthest=4000, apart=200)
"""For outlines of areas, generalised or not."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How points lie about lines in one position.

    Attributes
    ----------
    covered
        Share of the points that have a line within the last class; the rest of this is about them.
    median_metres
        Median distance to the nearest line; NaN where none is covered.
    shares
        Share of the points in each class of distance.
    order
        Mahalanobis distance squared of `shares` from the pushed positions': about the number of
        classes less one by chance (chi-squared). NaN where it cannot be said.
    evidence
        The same as a number of digits: 5 means that chance gets as far once in 100,000 times.
    """

    covered: float
    median_metres: float
    shares: tuple[float, ...]
    order: float
    evidence: float


class Lines:
    """Lines in a metric CRS, made ready for distances to many points."""

    def __init__(self, lines: Sequence[BaseGeometry] | NDArray[np.object_], scale: Scale) -> None:
        self.scale = scale
        step = max(scale.edges[1] / 2, 4.0)
        places = shapely.get_coordinates(shapely.segmentize(np.asarray(lines, dtype=object), step))
        self._tree = cKDTree(places)

    def metres(self, points: Floats) -> Floats:
        """Return the distance of each point (x, y) to the nearest line; inf beyond the last class."""
        distance, _ = self._tree.query(points, distance_upper_bound=self.scale.edges[-1])
        return np.asarray(distance, dtype=np.float64)


def alignments(lines: Lines, positions: Sequence[Floats]) -> tuple[Alignment, ...]:
    """Judge several positions of the same points.

    Parameters
    ----------
    lines
        What they are compared with.
    positions
        For each position the x and y of every point (n by 2), in the metric CRS of the lines and within a
        few kilometres of each other.

    Returns
    -------
    tuple of Alignment
        One a position. `order` and `evidence` are NaN where fewer than 20 points are covered.
    """
    distances = [lines.metres(points) for points in positions]
    mean, inverse = _chance(lines, positions)
    return tuple(_alignment(each, lines.scale, mean, inverse) for each in distances)


def digits_of_evidence(order: float, classes: int) -> float:
    """Return how many digits the odds against chance have, for chi-squared with so many degrees of freedom.

    Examples
    --------
    >>> f"{digits_of_evidence(13.82, 2):.1f} {digits_of_evidence(10_000, 4):.0f}"
    '3.0 2168'
    """
    log_chance = float(chi2.logsf(order, classes))
    if np.isneginf(log_chance):  # beyond what the tail can be computed for: its leading term
        half = classes / 2
        log_chance = (half - 1) * np.log(order / 2) - order / 2 - float(gammaln(half))
    return float(-log_chance / np.log(10))


def _chance(lines: Lines, positions: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the mean of the pushed points' shares and the inverse of their covariance."""
    middle = np.mean(positions, axis=0)
    pushes = _pushes(lines.scale)
    kept = np.all(
        [np.hypot(*(pushes - np.median(each - middle, axis=0)).T) > lines.scale.apart for each in positions],
        axis=0,
    )
    counted = [_shares(lines.metres(middle + push), lines.scale)[1] for push in pushes[kept]]
    shares = np.array([each[:-1] for each in counted if np.isfinite(each).all()]).reshape(
        -1, len(lines.scale.edges) - 2
    )
    if len(shares) < _PUSHES // 3:
        return np.full(shares.shape[1], np.nan), np.full((shares.shape[1],) * 2, np.nan)
    spread = np.cov(shares.T) + 1e-6 * np.eye(shares.shape[1])
    return np.asarray(shares.mean(axis=0), dtype=np.float64), np.asarray(np.linalg.inv(spread))


def _pushes(scale: Scale) -> Floats:
    """Return pushes spread evenly over a ring (a sunflower's spiral), the same ones every time."""
    number = np.arange(_PUSHES)
    radius = np.sqrt(scale.nearest**2 + (number + 0.5) / _PUSHES * (scale.farthest**2 - scale.nearest**2))
    angle = number * _GOLDEN_ANGLE
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _shares(distances: Floats, scale: Scale) -> tuple[int, Floats]:
    near = distances[np.isfinite(distances)]
    if near.size < _MIN_POINTS:
        return near.size, np.full(len(scale.edges) - 1, np.nan)
    return near.size, np.histogram(near, scale.edges)[0] / near.size


def _alignment(distances: Floats, scale: Scale, mean: Floats, inverse: Floats) -> Alignment:
    covered, shares = _shares(distances, scale)
    unlike = shares[:-1] - mean
    order = float(unlike @ inverse @ unlike)
    evidence = digits_of_evidence(order, mean.size)
    median = float(np.median(distances[np.isfinite(distances)])) if covered else float("nan")
    return Alignment(covered / max(distances.size, 1), median, tuple(map(float, shares)), order, evidence)
