"""What the page needs to try changes: polygons of people, what a new place counts for, hours, and the gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.assessment.cuts import Cut
from geo.assessment.gain.layer import GainLayer
from geo.assessment.traveller import positions_by_category
from geo.measures.size import of_size
from geo.measures.standard import Standard
from geo.types import Bools, Floats, Index
from maps.page.packing import Pack

STEPS_A_DOUBLING: Final = 4
"""Steps of the gain between a number of people and twice as many; each stands for its upper end."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapWhatIf:
    """What changes are tried with.

    Attributes
    ----------
    cuts
        Which demand point belongs to which polygon.
    applies
        By category of the map, for whom it is asked; None where for everybody.
    counts_for
        By category of the map, the positions of those that a new place of it counts for.
    moments
        By case, when services are used; None at any hour.
    gain
        People left out today whom a place at each junction would cover.
    """

    cuts: tuple[Cut, ...] = ()
    applies: tuple[Bools | None, ...] = ()
    counts_for: tuple[tuple[int, ...], ...] = ()
    moments: tuple[datetime | None, ...] = ()
    gain: tuple[GainLayer, ...] = ()


def counts_for(
    facilities: pd.DataFrame, standard: Standard, categories: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    """Return for each category which of them a new place of it, of no known size, counts for."""
    found = []
    for category in categories:
        row = pd.DataFrame({"category": [category]})
        frame = pd.concat([facilities.drop(columns="geometry", errors="ignore"), row], ignore_index=True)
        wanted = of_size(frame, standard, positions_by_category(frame["category"], standard))
        new = len(frame) - 1
        found.append(
            tuple(place for place, each in enumerate(categories) if each in wanted and new in wanted[each])
        )
    return tuple(found)


def pack_what_if(
    pack: Pack, what_if: MapWhatIf, *, categories: Sequence[str], minutes: Sequence[float], placed: Bools
) -> dict[str, object]:
    """Add what changes are tried with to the pack; return what the page must know beside it.

    Parameters
    ----------
    placed
        Which demand points may be shown.
    """
    first = 0
    for number, cut in enumerate(what_if.cuts):
        _pack_shares(pack, f"polygons{number}", cut, placed, first)
        first += len(cut.areas)
    applies = [None if each is None else np.flatnonzero(~each[placed]) for each in what_if.applies]
    for number, left in enumerate(applies):
        if left is not None:
            pack.whole_numbers(f"applies{number}", np.diff(left, prepend=0))
    for number, layer in enumerate(what_if.gain):
        pack.whole_numbers(f"gain{number}", np.diff(levels(layer.people), prepend=0))
    return {
        "cuts": len(what_if.cuts),
        "countsFor": [list(each) for each in what_if.counts_for],
        "moments": [
            None if each is None else [each.weekday(), 60 * each.hour + each.minute]
            for each in what_if.moments
        ],
        "gain": [
            [layer.case, list(categories).index(layer.category), list(minutes).index(layer.minutes)]
            for layer in what_if.gain
        ],
        "stepsADoubling": STEPS_A_DOUBLING,
    }


def levels(people: Floats) -> npt.NDArray[np.int64]:
    """Return people in steps of a logarithmic scale, rounded up: a step stands for at least its people.

    Examples
    --------
    >>> levels(np.array([0.0, 1.0, 3.0, 1000.0])).tolist()
    [0, 4, 8, 40]
    """
    steps = STEPS_A_DOUBLING * np.log2(1.0 + people)
    return np.ceil(steps - 1e-9).astype(np.int64)


def _pack_shares(pack: Pack, name: str, cut: Cut, placed: Bools, first: int) -> None:
    """Add which polygon holds each demand point, and which share of it where it is divided."""
    shares = cut.shares[: len(cut.areas)].tocoo()
    number = np.cumsum(placed) - 1
    kept = placed[shares.col] & (shares.data > 0)
    point, polygon, share = number[shares.col[kept]], shares.row[kept] + first, shares.data[kept]
    order = np.lexsort([polygon, point])
    _pack_rising(pack, f"{name}.point", point[order])
    _pack_rising(pack, f"{name}.polygon", polygon[order])
    pack.decimals(f"{name}.share", np.empty(0) if np.all(share == 1.0) else share[order])


def _pack_rising(pack: Pack, name: str, positions: Index) -> None:
    pack.whole_numbers(name, np.diff(positions.astype(np.int64), prepend=0))
