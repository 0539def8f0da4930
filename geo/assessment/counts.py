"""What the record of a run counts: streets, people, land, facilities and causes, as plain numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.land import LandResult
from geo.assessment.tables import of_case
from geo.assessment.traveller import piece_of
from geo.joins.doubt import doubt_counts
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search.agreement import isochrone_agreement
from geo.search.isochrones import Outline
from geo.types import Bools, Floats

SAMPLE_MINUTES = 3.0
"""The exact outline takes many times as long as the fast one: one station and few minutes are compared."""


def street_counts(network: StreetNetwork) -> dict[str, object]:
    """Return nodes, edges, metres and connected pieces of a network."""
    return {
        "nodes": network.node_count,
        "edges": network.edge_count,
        "metres": round(network.street_metres, 1),
        "pieces": int(network.pieces.size),
    }


def people_counts(case: CaseAssessment, demand: pd.DataFrame) -> dict[str, object]:
    """Return the people of any shift, those not joined to a street or off its largest piece, who reach none.

    Parameters
    ----------
    case
        The case whose traveller and times are meant.
    demand
        Demand points with `people`, in the order of the arrays of the case.
    """
    people = replace(case.case, shift="all").people(demand)
    joined = case.traveller.demand.snapped
    return {
        "total": round(float(people.sum()), 3),
        "not_joined_to_a_street": round(float(people[~joined].sum()), 3),
        "not_on_the_largest_piece": round(float(people[~on_largest_piece(case)].sum()), 3),
        "reach_none": reach_none(case),
    }


def on_largest_piece(case: CaseAssessment) -> Bools:
    """Return which demand points are joined to the largest connected piece of the streets."""
    return np.asarray(piece_of(case.traveller.network, case.traveller.demand) == 0, dtype=np.bool_)


def people_off_the_main_streets(case: CaseAssessment) -> float:
    """Return the people counted in a case who are joined to a piece of the streets beside the largest."""
    return people_off_the_largest_piece(case.traveller.network, case.traveller.demand, case.people)


def people_off_the_largest_piece(network: StreetNetwork, access: AccessPoints, people: Floats) -> float:
    """Return the people who are joined to a piece of the streets beside the largest."""
    return float(people[piece_of(network, access) > 0].sum())


def reach_none(case: CaseAssessment) -> dict[str, float]:
    """Return by category the people counted in a case who reach no facility of it."""
    return {
        category: round(float(case.people[np.isinf(nearest.seconds[:, 0])].sum()), 3)
        for category, nearest in case.times.items()
    }


def land_counts(land: LandResult) -> dict[str, object]:
    """Return hectares of residential land, hectares not joined to a street, and the number of pieces."""
    return {
        "total": round(float(land.samples["hectares"].sum()), 3),
        "not_joined_to_a_street": round(land.off_streets, 3),
        "pieces": len(land.samples),
    }


def facilities_off_streets(case: CaseAssessment) -> int:
    """Return how many facilities are not joined to a street."""
    return int((~case.traveller.facilities.snapped).sum())


def facility_counts(case: CaseAssessment) -> dict[str, int]:
    """Return how many facilities can be used in a case, and how many cannot, by why."""
    usable = case.usable
    return {
        "facilities_usable": int(usable.now.sum()),
        "facilities_closed_then": int((usable.any_hour & ~usable.if_open).sum()),
        "facilities_of_unknown_hours": int(usable.hours_unknown.sum()),
        "facilities_not_open_yet": int((usable.when_built & ~usable.any_hour).sum()),
    }


def people_by_cause(causes: pd.DataFrame, case: str) -> dict[str, dict[str, float]]:
    """Return the people of one case by requirement and cause, those covered among them; no zeros."""
    rows = of_case(causes, case)
    rows = rows[rows["people"] > 0] if len(rows) else rows
    return {
        str(requirement): dict(zip(part["cause"], part["people"].round(3).tolist(), strict=True))
        for requirement, part in (rows.groupby("requirement", sort=False) if len(rows) else ())
    }


def isochrone_sample(
    case: CaseAssessment, facilities: pd.DataFrame, *, minutes: tuple[float, ...]
) -> list[dict[str, object]]:
    """Return how well the fast outline agrees with the exact one, on the first station that is joined.

    Returns
    -------
    list of dict
        ``facility, minutes, iou``: intersection over union of the areas, 0 to 1; empty where no station
        is joined to a street.
    """
    joined = facilities["kind"].eq("station").to_numpy() & case.traveller.facilities.snapped
    sample = np.flatnonzero(joined)[:1]
    limit = min(SAMPLE_MINUTES, *minutes)
    places = case.traveller.facilities.take(sample)
    agreement = isochrone_agreement(case.traveller.network, places, minutes=[limit])
    ids = facilities["id"].to_numpy()[sample[agreement["place"]]]
    return [
        {"facility": str(name), "minutes": limit, "iou": round(iou, 4)}
        for name, iou in zip(ids, agreement["iou"].tolist(), strict=True)
    ]


def outline_settings() -> dict[str, object]:
    """Return how the isochrones of a run are drawn."""
    drawn = Outline()
    return {
        "method": drawn.method,
        "buffer_metres": drawn.buffer_metres,
        "cell_metres": drawn.cell_metres,
        "clip": drawn.clip,
    }


def join_doubts(case: CaseAssessment) -> dict[str, dict[str, float]]:
    """Return what speaks against the joins of a case: people and facilities by doubt, and with any."""
    traveller = case.traveller
    return {
        "people": doubt_counts(traveller.demand.doubt, case.people),
        "facilities": doubt_counts(traveller.facilities.doubt),
    }
