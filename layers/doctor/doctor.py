"""Diagnosis of a layer's coordinate system: hypotheses, the evidence for each, and whether it suffices.

Nothing is converted here and nothing decided for the user. Every hypothesis is tried on a copy of the
positions, and each is judged by how the points then lie about streets (and outlines about boundaries), see
`geo.coordinates.alignment`. Where the evidence does not single one out, the diagnosis says that it cannot
tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from geo.coordinates.alignment import (
    OUTLINES,
    STREETS,
    Alignment,
    Lines,
    Scale,
    alignments,
    digits_of_evidence,
)
from geo.coordinates.crs import WGS84, metric_crs
from geo.errors import Fault, InputError
from geo.text import Language, Text
from geo.types import Floats
from layers.doctor.hypotheses import (
    Hypothesis,
    hypotheses_for,
    swapped,
)
from layers.doctor.mixed import MOST_PLACES, Part, find_parts, parts_text
from layers.rows.coordinates import Declared, parse_crs

CERTAIN: Final = (5.0, 3.0)
"""Digits of evidence that a verdict needs, and by how many it must lead every other hypothesis.

Five digits: chance alone gets as far once in 100,000 times.
"""
LIKELY: Final = (3.0, 1.5)
"""The same for a verdict that is called likely only; below it there is none."""

_MAX_POINTS = 2000
_OUTLINE_STEP = 60.0  # metres between the places looked at on an outline
_MAX_PLACES = 500_000  # on outlines; longer ones are sampled more coarsely
_FARTHEST = 1e8  # no coordinate of any system, in degrees or metres, is larger
_MARGIN = 3000.0  # metres around the streets; points farther away are not compared with them
_SAME = 5.0  # metres: two hypotheses nearer to each other are one


@dataclass(frozen=True, slots=True)
class Finding:
    """How the layer lies if the hypothesis is true.

    Attributes
    ----------
    covered
        Share of the points that are where the streets (or boundaries) are at all.
    streets, boundaries
        The fit to each; None where it was not, or could not be, measured.
    evidence
        Digits of evidence from both together; 0 where there is none.
    """

    hypothesis: Hypothesis
    covered: float
    streets: Alignment | None
    boundaries: Alignment | None
    evidence: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings, the best first, and the verdict where the evidence allows one.

    Attributes
    ----------
    points
        Places of the layer that were looked at.
    findings
        One a hypothesis.
    verdict
        The hypothesis that the evidence singles out; None means: cannot tell.
    certain
        Whether the verdict is certain (`CERTAIN`) or likely only (`LIKELY`).
    agrees
        Whether the verdict is what the study declares; None without either.
    explanation
        The outcome in a sentence or two.
    parts
        The rows of a layer in two systems; none where one serves them all, or where there is no telling.
    """

    points: int
    findings: tuple[Finding, ...]
    verdict: Hypothesis | None
    certain: bool
    agrees: bool | None
    explanation: Text
    parts: tuple[Part, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return the evidence, a row a hypothesis, the best first."""
        return pd.DataFrame(
            {
                "hypothesis": [each.hypothesis.id for each in self.findings],
                "declare": [each.hypothesis.declare for each in self.findings],
                "covered": [each.covered for each in self.findings],
                "street_metres": [
                    each.streets.median_metres if each.streets else np.nan for each in self.findings
                ],
                "on_carriageway": [
                    each.streets.shares[0] if each.streets else np.nan for each in self.findings
                ],
                "street_evidence": [
                    each.streets.evidence if each.streets else np.nan for each in self.findings
                ],
                "boundary_metres": [
                    each.boundaries.median_metres if each.boundaries else np.nan for each in self.findings
                ],
                "boundary_evidence": [
                    each.boundaries.evidence if each.boundaries else np.nan for each in self.findings
                ],
                "evidence": [each.evidence for each in self.findings],
            }
        )

    def to(self, language: Language) -> str:
        """Return the outcome and, where there is one, what to do."""
        fix = self.verdict.fix.to(language) if self.verdict and not self.parts else ""
        mixed = parts_text(self.parts).to(language) if self.parts else ""
        between = "" if language == "zh" else " "
        return between.join(part for part in (mixed, self.explanation.to(language), fix) if part)


def diagnose(
    layer: gpd.GeoSeries,
    streets: gpd.GeoSeries,
    *,
    boundaries: gpd.GeoSeries | None = None,
    declared: Declared | None = None,
) -> Diagnosis:
    """Find out which coordinate system a layer is in.

    Parameters
    ----------
    layer
        Points, lines or polygons with their coordinates as the file holds them, x first; what the series says
        of its CRS is not believed.
    streets
        Lines that are right, with a CRS; such as `layers.osm.basemap.Basemap.streets`.
    boundaries
        Polygons or lines that are right and that the layer's outlines should follow, with a CRS.
    declared
        What the study declares, for the diagnosis to agree or disagree with.

    Returns
    -------
    Diagnosis
        With no verdict where fewer than 20 places lie near the streets, where no hypothesis fits the
        streets much better than chance, or where two fit alike (`LIKELY`).

    Raises
    ------
    InputError
        Where the layer or the streets are empty, or the declared system is unknown.
    """
    declared_name = parse_crs(declared).name if declared is not None else None
    shapes = layer.to_numpy()
    shapes = shapes[(np.abs(shapely.bounds(shapes)) <= _FARTHEST).all(axis=1)]
    if len(shapes) == 0 or streets.dropna().empty:
        raise InputError([_nothing()])
    crs = metric_crs(streets)
    references = [_Reference(streets.to_crs(crs), STREETS)]
    if boundaries is not None and shapely.get_dimensions(shapes).max() > 0:
        references.append(_Reference(boundaries.boundary.to_crs(crs), OUTLINES))
    diagnosis = _judge(_places(shapes), crs, references, declared_name)
    points = gpd.GeoSeries(layer[(np.abs(shapely.bounds(layer.to_numpy())) <= _FARTHEST).all(axis=1)])
    return replace(diagnosis, parts=_parts(points, crs, references[0]))


def _parts(layer: gpd.GeoSeries, crs: pyproj.CRS, streets: _Reference) -> tuple[Part, ...]:
    """Return the parts of a layer of points that is in two systems."""
    if not (shapely.get_type_id(layer.to_numpy()) == 0).all() or len(layer) > MOST_PLACES:
        return ()
    trials = _trials(shapely.get_coordinates(layer.to_numpy()), crs)
    near = [float(streets.holds(xy).mean()) for _, xy in trials]
    likely = [index for index, share in enumerate(near) if share > 0.5 * max(near) and share > 0]
    likely = _distinct([trials[index][1] for index in likely], likely)

    def judge(some: gpd.GeoSeries) -> Hypothesis | None:
        return _judge(_places(some.to_numpy()), crs, [streets], None).verdict

    return find_parts(layer, [trials[index] for index in likely], streets.kept, judge)


class _Reference:
    """Lines that are right, and how far the layer lies from them."""

    def __init__(self, lines: gpd.GeoSeries, scale: Scale) -> None:
        kept = lines[~(lines.isna() | lines.is_empty)]
        self.bounds = np.asarray(kept.total_bounds, dtype=np.float64)
        self.kept = kept.to_numpy()
        self.lines = Lines(self.kept, scale)
        self.scale = scale

    def holds(self, xy: Floats) -> NDArray[np.bool_]:
        """Tell which points lie near enough to be about the lines."""
        low, high = self.bounds[:2] - _MARGIN, self.bounds[2:] + _MARGIN
        return np.asarray(((xy >= low) & (xy <= high)).all(axis=1))


def _places(shapes: NDArray[np.object_]) -> Floats:
    """Return the layer's points, and places along its lines and outlines, as they stand in the file."""
    points = shapely.get_coordinates(shapes[shapely.get_dimensions(shapes) == 0])
    rest = shapes[shapely.get_dimensions(shapes) > 0]
    if len(rest) == 0:
        return points
    in_degrees = np.abs(shapely.get_coordinates(rest)).max() <= 360
    step = _OUTLINE_STEP / (111_320.0 if in_degrees else 1.0)
    step = max(step, float(shapely.length(rest).sum()) / _MAX_PLACES)
    return np.concatenate([points, shapely.get_coordinates(shapely.segmentize(rest, step))])


def _judge(
    places: Floats, crs: pyproj.CRS, references: Sequence[_Reference], declared_name: str | None
) -> Diagnosis:
    trials = _trials(places, crs)
    near = np.array([[reference.holds(xy).mean() for reference in references] for _, xy in trials])
    likely = [i for i in range(len(trials)) if near[i].max() > 0.5 * near.max() and near[i].max() > 0]
    likely = _distinct([trials[i][1] for i in likely], likely)
    fits = [_fits([trials[i][1] for i in likely], reference) for reference in references]
    findings = [
        _finding(trials[i][0], [fit[place] for fit in fits], references) for place, i in enumerate(likely)
    ]
    findings.sort(key=lambda each: -each.evidence)
    rest = [
        Finding(hypothesis, 0.0, None, None, 0.0)
        for i, (hypothesis, _) in enumerate(trials)
        if i not in likely
    ]
    verdict, certain, explanation = _verdict(findings)
    agrees = None if verdict is None or declared_name is None else _same_name(verdict.declare, declared_name)
    return Diagnosis(len(places), (*findings, *rest), verdict, certain, agrees, explanation)


def _trials(places: Floats, crs: pyproj.CRS) -> list[tuple[Hypothesis, Floats]]:
    """Return where the points lie, in the metric CRS, under each hypothesis."""
    project = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
    middle, _ = project.transform(0.0, 0.0, direction="INVERSE")
    trials = []
    for exchanged, xy in ((False, places), (True, places[:, ::-1])):
        for hypothesis, move in hypotheses_for(xy, middle):
            x, y = project.transform(*move(xy[:, 0].copy(), xy[:, 1].copy()))
            trials.append((swapped(hypothesis) if exchanged else hypothesis, np.column_stack([x, y])))
    return trials


def _distinct(positions: Sequence[Floats], numbers: Sequence[int]) -> list[int]:
    """Leave out hypotheses that put the points where an earlier one does."""
    kept: list[tuple[int, Floats]] = []
    for number, xy in zip(numbers, positions, strict=True):
        if all(np.nanmedian(np.hypot(*(xy - other).T)) > _SAME for _, other in kept):
            kept.append((number, xy))
    return [number for number, _ in kept]


def _fits(positions: Sequence[Floats], reference: _Reference) -> Sequence[Alignment]:
    """Measure every position against one reference, on the same sample of points near it."""
    if not positions:
        return ()
    near = np.flatnonzero(np.all([reference.holds(xy) for xy in positions], axis=0))
    chosen = np.sort(np.random.default_rng(0).permutation(near)[:_MAX_POINTS])
    return alignments(reference.lines, [xy[chosen] for xy in positions])


def _finding(hypothesis: Hypothesis, fits: Sequence[Alignment], references: Sequence[_Reference]) -> Finding:
    ranks = [(fit.order, len(fit.shares) - 1) for fit in fits if np.isfinite(fit.order)]
    order, classes = sum(each for each, _ in ranks), sum(count for _, count in ranks)
    evidence = digits_of_evidence(order, classes) if ranks else 0.0
    boundaries = next(
        (fit for fit, each in zip(fits, references, strict=True) if each.scale is OUTLINES), None
    )
    return Finding(hypothesis, max(fit.covered for fit in fits), fits[0], boundaries, evidence)


def _verdict(findings: Sequence[Finding]) -> tuple[Hypothesis | None, bool, Text]:
    """Return the verdict, whether it is certain, and the outcome in words."""
    if not findings:
        return None, False, _NOWHERE
    best = findings[0]
    lead = best.evidence - max((each.evidence for each in findings[1:]), default=0.0)
    for certain, (enough, ahead) in ((True, CERTAIN), (False, LIKELY)):
        if best.evidence >= enough and lead >= ahead:
            return best.hypothesis, certain, _told(best, certain=certain)
    return None, False, _cannot_tell(findings, best)


_NOWHERE: Final = Text(
    "Cannot tell: under no hypothesis does the layer lie where the streets are.",
    "无法判断：在任何假设下，图层都不在路网范围内。",
)


def _told(best: Finding, *, certain: bool) -> Text:
    odds = f"1 : 10^{min(best.evidence, 99):.0f}"
    what = best.hypothesis.what
    return Text(
        f"{'' if certain else 'Probably: '}{what.en}. Only so does the layer stand in order about "
        f"the streets (by chance {odds}).",
        f"{'' if certain else '很可能：'}{what.zh}。仅在此假设下，图层与道路的位置吻合"
        f"（偶然吻合的概率为 {odds}）。",
    )


def _cannot_tell(findings: Sequence[Finding], best: Finding) -> Text:
    exchanged = all(each.hypothesis.id.startswith("swapped") for each in findings)
    axes = Text(
        "The axes are swapped: exchange the columns of longitude and latitude. " if exchanged else "",
        "坐标轴颠倒：请调换经度与纬度两列。" if exchanged else "",
    )
    guess = best.hypothesis.what
    return Text(
        f"{axes.en}Cannot tell which coordinate system it is. The best guess is '{guess.en}', but on too "
        f"weak evidence ({best.evidence:.1f} digits, {LIKELY[0]:.0f} are needed). Ask who made the data.",
        f"{axes.zh}无法判断坐标系。最可能为“{guess.zh}”，但证据不足（{best.evidence:.1f}，"
        f"需要 {LIKELY[0]:.0f}）。请询问数据来源。",
    )


def _same_name(declare: str | None, declared_name: str) -> bool:
    equal = {"EPSG:4326", "EPSG:4490"}
    return declare == declared_name or {declare, declared_name} <= equal


def _nothing() -> Fault:
    return Fault(
        Text("There is nothing to compare: the layer or the streets are empty", "图层或道路为空，无法比较"),
        Text(
            "Give a layer with coordinates and streets of the same place",
            "请提供含坐标的图层及同一地区的道路",
        ),
        code="doctor-empty",
    )
