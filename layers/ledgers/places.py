"""Every place of a study from its own side: stations, centres, merchants and candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import geopandas as gpd
import numpy as np

from geo.assessment.assess import CaseAssessment
from geo.assessment.catchments.homes_and_doors import Doors
from geo.assessment.catchments.tables import PlaceTables, place_tables
from geo.network.snap import AccessPoints
from geo.types import Index
from layers.joined import join_layer
from layers.load import Layers, all_polygons
from layers.settings import circle_minutes
from layers.study.model import Study

PLACE_KINDS: Final = ("station", "centre", "merchant")
"""Kinds of facility that are looked at from their own side; candidates are, too."""


def places_of(
    study: Study,
    layers: Layers,
    answers: Sequence[CaseAssessment],
    candidates: AccessPoints,
    *,
    where: Index,
) -> PlaceTables:
    """Return what every place of a study has around it, in each case.

    Parameters
    ----------
    candidates
        The candidates joined to the streets of the first case.
    where
        int64 [demand]: where people are counted (`layers.ledgers.small_groups.counted_together`).
    """
    facilities = layers.facilities
    wanted = np.flatnonzero(facilities["kind"].isin(PLACE_KINDS).to_numpy()).astype(np.int64)
    joined = {answers[0].case.streets: candidates}
    return place_tables(
        [(answer, list(_doors(study, layers, answer, wanted, joined))) for answer in answers],
        layers.demand,
        facilities,
        all_polygons(layers),
        minutes=study.minutes,
        circle=circle_minutes(study),
        where=where,
        barriers=layers.barriers,
    )


def _doors(
    study: Study, layers: Layers, answer: CaseAssessment, wanted: Index, joined: dict[str, AccessPoints]
) -> Iterator[Doors]:
    if wanted.size:
        yield _doors_of(layers.facilities.iloc[wanted], answer.traveller.facilities.take(wanted), wanted)
    if len(layers.candidates):
        streets = answer.case.streets
        if streets not in joined:
            joined[streets] = join_layer(study, answer.traveller.network, layers, layers.candidates)
        nowhere = np.full(len(layers.candidates), -1, dtype=np.int64)
        yield _doors_of(layers.candidates, joined[streets], nowhere)


def _doors_of(rows: gpd.GeoDataFrame, access: AccessPoints, facility: Index) -> Doors:
    points = rows.geometry.representative_point()
    at = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    return Doors(ids=[str(each) for each in rows["id"]], at=at, access=access, facility=facility)
