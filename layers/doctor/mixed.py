"""A layer of two halves in two systems: which rows fit which, and on what evidence.

Rows that do not fit one system are judged by themselves, as a layer of their own, and the other way round.
The rows are chosen by how they lie in *one* system and judged by how they lie in the *others*, so that the
choice lends the verdict no evidence. Too few rows for a verdict are shown as what they are: a hint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools, Floats
from layers.doctor.hypotheses import Hypothesis

NEAR_METRES = 25.0
FAR_METRES = 40.0
"""A place nearer to a street than the one fits it; one farther than the other does not."""

_APART_METRES = 5.0
"""By so much a row must lie nearer to a street in one of the two systems to be counted to it."""

MOST_PLACES = 5_000
_FEWEST = 20
"""Places from which on a verdict is possible."""

_HINT = (0.2, 0.8)
"""Share of the rows that each part must hold, and of a part that must lie near streets, for a hint."""

Judge = Callable[[gpd.GeoSeries], Hypothesis | None]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a layer that fit one system and not the other.

    Attributes
    ----------
    hypothesis
        The system.
    rows
        Their numbers, as the file has them.
    sure
        Whether the rows got that verdict by themselves; else it is a hint.
    """

    hypothesis: Hypothesis
    rows: NDArray[np.int64]
    sure: bool


def find_parts(
    layer: gpd.GeoSeries,
    positions: Sequence[tuple[Hypothesis, Floats]],
    lines: NDArray[np.object_],
    judge: Judge,
) -> tuple[Part, ...]:
    """Return the two parts of a mixed layer; nothing where one system serves all of it.

    Parameters
    ----------
    layer
        Points as they stand in the file; the index holds the numbers of the rows.
    positions
        By hypothesis, where the points then lie, in metres; the likely ones, each once.
    lines
        The streets in the same metres.
    judge
        Returns the verdict on some of the points.
    """
    if len(layer) < 4 or len(layer) > MOST_PLACES or len(positions) < 2:
        return ()
    tree = shapely.STRtree(lines)
    metres = np.array([_to_streets(tree, xy) for _, xy in positions])
    first = int((metres <= NEAR_METRES).sum(axis=1).argmax())
    stray = metres[first] > FAR_METRES
    if not stray.any():
        return ()
    others = [index for index in range(len(positions)) if index != first]
    second = max(others, key=lambda index: int((metres[index][stray] <= NEAR_METRES).sum()))
    own = metres[first] < metres[second] - _APART_METRES
    other = metres[second] < metres[first] - _APART_METRES
    sure = _judged(layer, metres, (first, second), positions, judge)
    if not sure and not _is_hint(metres, first, second, stray):
        return ()
    rows = np.asarray(layer.index, dtype=np.int64)
    return tuple(
        Part(positions[index][0], rows[mask], sure) for index, mask in ((first, own), (second, other))
    )


def _to_streets(tree: shapely.STRtree, xy: Floats) -> Floats:
    metres = np.full(len(xy), np.inf)
    finite = np.isfinite(xy).all(axis=1)
    (at, _), distance = tree.query_nearest(
        shapely.points(xy[finite]), return_distance=True, all_matches=False
    )
    metres[np.flatnonzero(finite)[at]] = distance
    return metres


def _judged(
    layer: gpd.GeoSeries,
    metres: Floats,
    pair: tuple[int, int],
    positions: Sequence[tuple[Hypothesis, Floats]],
    judge: Judge,
) -> bool:
    """Return whether the rows that stray from each of two systems are judged to be in the other."""
    for stray_from, belongs in (pair, pair[::-1]):
        some = layer[metres[stray_from] > FAR_METRES]
        if len(some) < _FEWEST:
            return False
        verdict = judge(some)
        if verdict is None or verdict.id != positions[belongs][0].id:
            return False
    return True


def _is_hint(metres: Floats, first: int, second: int, stray: Bools) -> bool:
    """Return whether what strays from one system lies on streets in another, and far more than by chance."""
    least, most = _HINT
    if not least <= stray.mean() <= 1 - least or stray.sum() < 4:
        return False
    fits = float((metres[second][stray] <= NEAR_METRES).mean())
    rest = [index for index in range(len(metres)) if index not in (first, second)]
    by_chance = min((float(np.median(metres[index][stray])) for index in rest), default=np.inf)
    return fits >= most and float(np.median(metres[second][stray])) <= 0.5 * by_chance


def parts_text(parts: Sequence[Part]) -> Text:
    """Return the parts in a sentence."""
    en = "; ".join(f"{part.hypothesis.what.en}: {_rows(part, 'en')}" for part in parts)
    zh = "；".join(f"{part.hypothesis.what.zh}：{_rows(part, 'zh')}" for part in parts)
    if all(part.sure for part in parts):
        return Text(
            f"Mixed: the rows are in two systems. {en}. Split the layer and declare each part.",
            f"混合坐标：各行分属两种坐标系。{zh}。请拆分图层并分别声明。",
        )
    return Text(
        f"Perhaps mixed, on too few rows to be sure. {en}. Ask who made the data.",
        f"可能为混合坐标，但行数太少，无法确定。{zh}。请询问数据来源。",
    )


def _rows(part: Part, language: str) -> str:
    """Return the numbers of a part's rows, runs of them as 2-11."""
    numbers = np.sort(part.rows)
    breaks = np.flatnonzero(np.diff(numbers) > 1) + 1
    runs = [(int(run[0]), int(run[-1])) for run in np.split(numbers, breaks) if run.size]
    shown = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs[:12]] + (["..."] if len(runs) > 12 else [])
    joined = (", " if language == "en" else "、").join(shown)
    return f"{len(numbers)} rows ({joined})" if language == "en" else f"{len(numbers)} 行（第 {joined} 行）"
