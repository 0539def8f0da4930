"""How much of the residential land has what a standard asks for: by study, by grid cell and by area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment, Ground, distances_of, times_of
from geo.assessment.cuts import Cut
from geo.assessment.traveller import Traveller
from geo.joins.barriers import Barriers
from geo.measures.coverage import coverage_by_area, coverage_table
from geo.measures.land import LAND, sample_land
from geo.measures.requirements import LifeCircleAssessment, assess
from geo.network.snap import AccessPoints, snap


@dataclass(frozen=True, slots=True, eq=False)
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
    found: Sequence[CaseAssessment],
    land: gpd.GeoDataFrame,
    polygons: Sequence[tuple[gpd.GeoDataFrame, bool]],
    *,
    max_snap_metres: float,
    barriers: Barriers | None = None,
) -> LandResult:
    """Test every requirement at every piece of residential land, as it is tested for people.

    Room is not looked at: land takes up no places.

    Parameters
    ----------
    land
        Polygons with `id`, in EPSG:4326; may be empty.
    polygons
        Frames of grids or areas, each with whether its polygons may overlap.
    max_snap_metres, barriers
        As `geo.network.snap.snap` takes them.
    """
    samples = sample_land(land)
    cases = [one for one in found if one.case.shift != "in"] if len(samples) else []
    joined: dict[int, AccessPoints] = {}

    def on_land(traveller: Traveller) -> Traveller:
        network = traveller.network
        if id(network) not in joined:
            points = samples.geometry.representative_point()
            joined[id(network)] = snap(network, points, max_snap_metres=max_snap_metres, barriers=barriers)
        return replace(traveller, demand=joined[id(network)], _found={})

    metres = on_land(ground.metres) if ground.metres is not None and cases else None
    here = replace(ground, demand=samples, metres=metres, _straight={})
    assessments = {one.case.id: _assess(here, one, on_land(one.traveller)) for one in cases}
    hectares = samples["hectares"].to_numpy(np.float64)
    cuts = [Cut.of(samples, frame, overlap=overlap) for frame, overlap in polygons] if cases else []
    coverage = [
        _named(one, coverage_table(assessments[one.case.id].results, hectares, denominator=LAND))
        for one in cases
    ]
    by_polygon = [
        _named(one, table) for one in cases for table in _by_polygon(assessments[one.case.id], hectares, cuts)
    ]
    lost = ~joined[id(cases[0].traveller.network)].snapped if cases else np.zeros(len(samples), dtype=bool)
    return LandResult(
        samples, assessments, _joined(coverage), _joined(by_polygon), float(hectares[lost].sum())
    )


def _assess(here: Ground, one: CaseAssessment, traveller: Traveller) -> LifeCircleAssessment:
    times = times_of(here, traveller, one.usable.now)
    distances = distances_of(here, one.usable.any_hour)
    return assess(here.standard, times, distances, profile=traveller.profile.id)


def _by_polygon(
    assessment: LifeCircleAssessment, hectares: np.ndarray, cuts: Sequence[Cut]
) -> Iterator[pd.DataFrame]:
    for cut in cuts:
        table = coverage_by_area(assessment.results, hectares, cut.shares, cut.areas, denominator=LAND)
        yield table.assign(kind=str(cut.areas["kind"].iloc[0]))


def _named(one: CaseAssessment, table: pd.DataFrame) -> pd.DataFrame:
    for position, (name, value) in enumerate(one.case.named.items()):
        table.insert(position, name, value)
    return table


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
