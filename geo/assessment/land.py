"""How much of the residential land has what a standard asks for: by study, by grid cell and by area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground, distances_of, times_of
from geo.assessment.cuts import Cut, cuts_of
from geo.assessment.traveller import Traveller
from geo.joins.barriers import Barriers
from geo.measures.coverage import coverage_by_area, coverage_table
from geo.measures.land import LAND, sample_land
from geo.measures.requirements import LifeCircleAssessment, assess
from geo.network.snap import AccessPoints, snap
from geo.types import Floats


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LandResult:
    """The answers of residential land.

    Attributes
    ----------
    samples
        From `geo.measures.land.sample_land`; the arrays of the assessments follow their order.
    assessments
        By id of the case. Cases of people at work have none: nobody lives there then.
    coverage, by_polygon
        As the tables of people, counted in hectares; each names its case and denominator.
    off_streets
        Hectares too far from any street of the first case to be joined to one; they count as not covered.
    """

    samples: gpd.GeoDataFrame
    assessments: Mapping[str, LifeCircleAssessment]
    coverage: pd.DataFrame
    by_polygon: pd.DataFrame
    off_streets: float


def assess_land(
    ground: Ground,
    answers: Sequence[CaseAssessment],
    land: gpd.GeoDataFrame,
    *,
    grids: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    max_snap_metres: float,
    barriers: Barriers | None = None,
) -> LandResult:
    """Test every requirement at every piece of residential land, as it is tested for people.

    Room is not looked at: land takes up no places.

    Parameters
    ----------
    land
        Polygons with `id`, in EPSG:4326; may be empty.
    grids, areas
        The polygons that land is counted by; either may be empty.
    max_snap_metres, barriers
        As `geo.network.snap.snap` takes them.
    """
    samples = sample_land(land)
    cases = [answer for answer in answers if answer.case.shift != "in"] if len(samples) else []
    joined: dict[int, AccessPoints] = {}

    def on_land(traveller: Traveller) -> Traveller:
        network = traveller.network
        if id(network) not in joined:
            points = samples.geometry.representative_point()
            joined[id(network)] = snap(network, points, max_snap_metres=max_snap_metres, barriers=barriers)
        return traveller.starting_at(joined[id(network)])

    by_length = on_land(ground.by_length) if ground.by_length is not None and cases else None
    here = ground.with_demand(samples, by_length=by_length)
    assessments = {answer.case.id: _assess(here, answer, on_land(answer.traveller)) for answer in cases}
    hectares = samples["hectares"].to_numpy(np.float64)
    cuts = cuts_of(samples, grids=grids, areas=areas) if cases else ()
    coverage = [
        _named(answer, coverage_table(assessments[answer.case.id].results, hectares, denominator=LAND))
        for answer in cases
    ]
    by_polygon = [
        _named(answer, table)
        for answer in cases
        for table in _by_polygon(assessments[answer.case.id], hectares, cuts)
    ]
    lost = ~joined[id(cases[0].traveller.network)].snapped if cases else np.zeros(len(samples), dtype=bool)
    return LandResult(
        samples=samples,
        assessments=assessments,
        coverage=_joined(coverage),
        by_polygon=_joined(by_polygon),
        off_streets=float(hectares[lost].sum()),
    )


def _assess(here: Ground, answer: CaseAssessment, traveller: Traveller) -> LifeCircleAssessment:
    times = times_of(here, traveller, answer.usable.now)
    distances = distances_of(here, answer.usable.any_hour)
    return assess(here.standard, times, distances, profile=traveller.profile.id, applies=here.applies)


def _by_polygon(
    assessment: LifeCircleAssessment, hectares: Floats, cuts: Sequence[Cut]
) -> Iterator[pd.DataFrame]:
    for cut in cuts:
        table = coverage_by_area(assessment.results, hectares, cut.shares, cut.areas, denominator=LAND)
        yield table.assign(kind=cut.kind)


def _named(answer: CaseAssessment, table: pd.DataFrame) -> pd.DataFrame:
    for position, (name, value) in enumerate(answer.case.named.items()):
        table.insert(position, name, value)
    return table


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
