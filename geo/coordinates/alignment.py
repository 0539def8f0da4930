"""Whether points are aligned with lines, or lie about them at random.

Places in their true position have a typical distribution of distances to the nearest street: bus stops
lie on it, shops a few metres beside it, schools well back from it, and almost nothing in the carriageway.
Points in a wrong coordinate system are off by hundreds of metres and lie about the streets at random, which
shows in that distribution. Its median alone would mislead: schools lie farther from a street than random
points do.

A position is therefore compared with the same points shifted to many other positions near by: the shares
of points in classes of distance, as a Mahalanobis distance from the mean of the shifted ones. All points are
shifted together, which keeps their clusters, so that a hundred shops in one mall do not count as a hundred
independent observations.
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

_SHIFTS = 300
"""Shifted positions in the comparison: many times the entries of the covariance matrix they estimate."""

_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
"""Turn from one point of a sunflower spiral to the next: they cover a ring evenly (H. Vogel, 1979)."""

_MIN_POINTS = 20
"""Fewest covered points that are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The distances that matter for one kind of line.

    Attributes
    ----------
    class_metres
        Bounds of the classes of distance; a point beyond the last is not covered.
    nearest_metres, farthest_metres
        The ring in which the points are shifted for comparison.
    apart_metres
        Shifts nearer than this to a position under test are left out.
    """

    class_metres: tuple[float, ...]
    nearest_metres: float
    farthest_metres: float
    apart_metres: float


STREETS = Scale(
    class_metres=(0, 10, 20, 40, 80, 300), nearest_metres=250, farthest_metres=2000, apart_metres=120
)
"""For streets: the carriageway, its edge, the first row of houses, the depth of a block."""

OUTLINES = Scale(
    class_metres=(0, 20, 60, 150, 300, 600, 1500), nearest_metres=300, farthest_metres=4000, apart_metres=200
)
"""For outlines of areas, which may be generalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How well points in one position are aligned with lines.

    Attributes
    ----------
    covered
        Share of the points within the last class of a line; the other attributes are about these.
    median_metres
        Median distance to the nearest line; NaN where no point is covered.
    shares
        Share of the points in each class of distance.
    order
        Squared Mahalanobis distance of `shares` from those of the shifted positions; at random it
        follows a chi-squared distribution with one degree of freedom less than there are classes. NaN
        where too few points are covered.
    evidence
        The same as a number of digits, -log10 of the p-value: 5 is one in 100,000.
    """

    covered: float
    median_metres: float
    shares: tuple[float, ...]
    order: float
    evidence: float


class Lines:
    """Lines in a metric CRS, indexed for distances to many points.

    Distances are taken to points along the lines at half the width of the first class (4 m at least),
    which is fine enough for the classes.
    """

    def __init__(self, lines: Sequence[BaseGeometry] | NDArray[np.object_], scale: Scale) -> None:
        self.scale = scale
        step = max(scale.class_metres[1] / 2, 4.0)
        places = shapely.get_coordinates(shapely.segmentize(np.asarray(lines, dtype=object), step))
        self._tree = cKDTree(places)

    def metres(self, points: Floats) -> Floats:
        """Return the metres from each point (x, y) to the nearest line; ``inf`` beyond the last class."""
        distance, _ = self._tree.query(points, distance_upper_bound=self.scale.class_metres[-1])
        return np.asarray(distance, dtype=np.float64)


def alignments(lines: Lines, positions: Sequence[Floats]) -> tuple[Alignment, ...]:
    """Return the alignment of several positions of the same points.

    Parameters
    ----------
    lines
        The lines they should be aligned with.
    positions
        For each position the x and y of every point (n by 2), in the metric CRS of the lines and within a
        few kilometres of each other.

    Returns
    -------
    tuple of Alignment
        One a position. `order` and `evidence` are NaN where fewer than 20 points are covered.
    """
    distances = [lines.metres(points) for points in positions]
    mean, inverse_covariance = _baseline(lines, positions)
    return tuple(_alignment(each, lines.scale, mean, inverse_covariance) for each in distances)


def digits_of_evidence(order: float, classes: int) -> float:
    """Return -log10 of the p-value of `order`, chi-squared with `classes` degrees of freedom.

    Examples
    --------
    >>> f"{digits_of_evidence(13.82, 2):.1f} {digits_of_evidence(10_000, 4):.0f}"
    '3.0 2168'
    """
    log_p = float(chi2.logsf(order, classes))
    if np.isneginf(log_p):
        # The tail is too small to be computed: the leading term of its asymptotic expansion.
        half = classes / 2
        log_p = (half - 1) * np.log(order / 2) - order / 2 - float(gammaln(half))
    return float(-log_p / np.log(10))


def _baseline(lines: Lines, positions: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the mean of the shares of the shifted points, and the inverse of their covariance."""
    centre = np.mean(positions, axis=0)
    shifts = _shifts(lines.scale)
    kept = np.all(
        [
            np.hypot(*(shifts - np.median(each - centre, axis=0)).T) > lines.scale.apart_metres
            for each in positions
        ],
        axis=0,
    )
    shares_by_shift = [_class_shares(lines.metres(centre + shift), lines.scale)[1] for shift in shifts[kept]]
    shares = np.array([each[:-1] for each in shares_by_shift if np.isfinite(each).all()]).reshape(
        -1, len(lines.scale.class_metres) - 2
    )
    if len(shares) < _SHIFTS // 3:
        return np.full(shares.shape[1], np.nan), np.full((shares.shape[1],) * 2, np.nan)
    # The last class is left out, since shares sum to one; the small diagonal keeps the inverse finite.
    spread = np.cov(shares.T) + 1e-6 * np.eye(shares.shape[1])
    return np.asarray(shares.mean(axis=0), dtype=np.float64), np.asarray(np.linalg.inv(spread))


def _shifts(scale: Scale) -> Floats:
    """Return shifts (x, y) in metres, spread evenly over a ring, the same every time."""
    number = np.arange(_SHIFTS)
    radius = np.sqrt(
        scale.nearest_metres**2
        + (number + 0.5) / _SHIFTS * (scale.farthest_metres**2 - scale.nearest_metres**2)
    )
    angle = number * _GOLDEN_ANGLE
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _class_shares(distances: Floats, scale: Scale) -> tuple[int, Floats]:
    """Return how many points are covered, and their share in each class; NaN where they are too few."""
    near = distances[np.isfinite(distances)]
    if near.size < _MIN_POINTS:
        return near.size, np.full(len(scale.class_metres) - 1, np.nan)
    return near.size, np.histogram(near, scale.class_metres)[0] / near.size


def _alignment(distances: Floats, scale: Scale, mean: Floats, inverse_covariance: Floats) -> Alignment:
    covered, shares = _class_shares(distances, scale)
    deviation = shares[:-1] - mean
    order = float(deviation @ inverse_covariance @ deviation)
    evidence = digits_of_evidence(order, mean.size)
    median = float(np.median(distances[np.isfinite(distances)])) if covered else float("nan")
    return Alignment(
        covered=covered / max(distances.size, 1),
        median_metres=median,
        shares=tuple(map(float, shares)),
        order=order,
        evidence=evidence,
    )
