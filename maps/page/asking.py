"""What a siting question may name that the map itself does not show: cases, groups, competing layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.text import Text
from layers.load import Layers, words_of
from layers.study.cases import read_cases
from layers.study.model import Study
from maps.page.columns import both


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAsking:
    """What the form of a siting question offers by name.

    Attributes
    ----------
    cases, groups
        Cases of the study and groups of its people: what each is called, by id.
    layers
        Ids of the layers that have places of a service.
    has_shifts
        Whether people are told apart by their working hours.
    """

    cases: Mapping[str, Text]
    groups: Mapping[str, Text]
    layers: tuple[str, ...]
    has_shifts: bool


def asking_of(study: Study, layers: Layers) -> MapAsking:
    """Return what a siting question of a study may name."""
    demand, called = layers.demand, words_of(study).groups.terms
    groups = [str(each) for each in demand["group"].dropna().unique()]
    return MapAsking(
        cases={case.id: case.name for case in read_cases(study)} if study.cases else {},
        groups={each: called[each].name if each in called else Text(each, each) for each in groups},
        layers=tuple(dict.fromkeys(layers.facilities["layer"].astype(str))),
        has_shifts=bool(demand["shift"].isin(["in", "out"]).any()),
    )


def pack_asking(asking: MapAsking | None) -> dict[str, object] | None:
    """Return what the page must know; nothing where no question is to be written."""
    if asking is None:
        return None
    return {
        "cases": [{"id": key, "name": both(name)} for key, name in asking.cases.items()],
        "groups": [{"id": key, "name": both(name)} for key, name in asking.groups.items()],
        "layers": list(asking.layers),
        "hasShifts": asking.has_shifts,
    }
