"""What the page of a check is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import Fault
from geo.network.network import StreetNetwork
from geo.text import Language
from maps.result import CheckResult, LayerCheck
from maps.words.check import streets_words, verdict


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CheckContent:
    """Everything the page says.

    Attributes
    ----------
    title
        Name of the study.
    language
        Of the page.
    sound, verdict
        Whether the study can be run, and that in words.
    faults
        What is wrong beside the layers: the streets, the profile, the standard.
    layers
        In the order of the study.
    streets
        Lines, EPSG:4326 degrees, drawn under every small map; None where they cannot be read.
    streets_said
        The streets in words.
    max_snap_metres
        Farther from a street a point is not joined.
    result
        What was found, for the doubtful joins.
    decided
        What the study decides of joins, in words.
    attributions
        Attribution of the data, and the map review number where there is one.
    """

    title: str
    language: Language
    sound: bool
    verdict: str
    faults: tuple[Fault, ...]
    layers: tuple[LayerCheck, ...]
    streets: NDArray[np.object_] | None
    streets_said: str
    max_snap_metres: float
    attributions: tuple[str, ...] = ()
    result: CheckResult | None = None
    decided: tuple[str, ...] = ()


def check_content(result: CheckResult) -> CheckContent:
    """Return the content of the page of a check."""
    study = result.study
    return CheckContent(
        title=study.name,
        language=study.language,
        sound=result.sound,
        verdict=verdict(result, faults_follow=True).to(study.language),
        faults=result.faults,
        layers=result.layers,
        streets=street_lines(result.network) if result.network else None,
        streets_said=streets_words(result).to(study.language),
        max_snap_metres=study.max_snap_metres,
        result=result,
        decided=tuple(each.to(study.language) for each in result.decided),
        attributions=study.attributions + ((study.review_number,) if study.review_number else ()),
    )


def street_lines(network: StreetNetwork) -> NDArray[np.object_]:
    """Return the edges of a network as lines, EPSG:4326."""
    owner = np.repeat(np.arange(network.edge_count), np.diff(network.vertex_start))
    coordinates = np.column_stack([network.vertex_lon, network.vertex_lat])
    return np.asarray(shapely.linestrings(coordinates, indices=owner))
