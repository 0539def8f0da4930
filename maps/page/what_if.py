"""What the page needs to try changes: polygons of people, what a new place counts for, hours, gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from geo.text import Text
from geo.types import Bools, Floats
from layers.hours.opening import TYPICAL_MONDAY
from maps.page.columns import both
from maps.page.packing import Pack

DAYS_IN_WEEK: Final = 7
STEPS_A_DOUBLING: Final = 4
"""Steps of the gain between a number of people and twice as many; each stands for its upper end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Openable:
    """A category that a new place may have.

    Attributes
    ----------
    counts_for
        Positions of the services of the map that a place of it fulfils.
    """

    id: str
    name: Text
    counts_for: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapWhatIf:
    """What changes are tried with.

    Attributes
    ----------
    cuts
        Which demand point belongs to which polygon.
    applies
        By category of the map, for whom it is asked; None where for everybody.
    openable
        What a new place may be.
    moments
        By case, when services are used; None at any hour.
    works
        By case, facilities that can be used at some hour, bool [facilities].
    gain
        People left out today whom a place at each junction would cover.
    """

    cuts: tuple[Cut, ...] = ()
    applies: tuple[Bools | None, ...] = ()
    openable: tuple[Openable, ...] = ()
    moments: tuple[datetime | None, ...] = ()
    works: tuple[Bools, ...] = ()
    gain: tuple[GainLayer, ...] = ()


def openable(
    facilities: pd.DataFrame, standard: Standard, names: Mapping[str, Text], asked: Sequence[str]
) -> tuple[Openable, ...]:
    """Return the categories of which a new place, of no known size, counts for a service that is asked for.

    Parameters
    ----------
    names
        Of the categories that a place may have.
    asked
        Services of the map, which may be fulfilled by several categories: a clinic answers to "healthcare".
    """
    frame = facilities.drop(columns="geometry", errors="ignore")
    new = len(frame)
    found = []
    for category in dict.fromkeys(each for service in asked for each in standard.accepted.get(service, ())):
        if category not in names:
            continue
        with_new = pd.concat([frame, pd.DataFrame({"category": [category]})], ignore_index=True)
        wanted = of_size(with_new, standard, positions_by_category(with_new["category"], standard))
        places = tuple(
            place for place, service in enumerate(asked) if new in wanted.get(service, np.empty(0))
        )
        if places:
            found.append(Openable(id=category, name=names[category], counts_for=places))
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
            pack.rising(f"applies{number}", left)
    for number, works in enumerate(what_if.works):
        pack.rising(f"works{number}", np.flatnonzero(works))
    for number, layer in enumerate(what_if.gain):
        pack.rising(f"gain{number}", levels(layer.people))
    return {
        "cuts": len(what_if.cuts),
        "openable": [
            {
                "id": each.id,
                "name": both(each.name),
                "countsFor": list(each.counts_for),
            }
            for each in what_if.openable
        ],
        "moments": [_moment(each) for each in what_if.moments],
        "applies": [each is not None for each in what_if.applies],
        "gain": [
            [layer.case, list(categories).index(layer.category), list(minutes).index(layer.minutes)]
            for layer in what_if.gain
        ],
        "stepsADoubling": STEPS_A_DOUBLING,
    }


def _moment(moment: datetime | None) -> list[int] | None:
    """Return weekday and minute of a typical week; nothing for a date: the page knows no holidays."""
    if moment is None:
        return None
    typical = 0 <= (moment.date() - TYPICAL_MONDAY).days < DAYS_IN_WEEK
    return [moment.weekday(), 60 * moment.hour + moment.minute] if typical else []


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
    pack.rising(f"{name}.point", point[order])
    pack.rising(f"{name}.polygon", polygon[order])
    pack.decimals(f"{name}.share", np.empty(0) if np.all(share == 1.0) else share[order])
