"""Where the people of a study are counted by places, small groups put together once for every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.assessment.assess import CaseAssessment
from geo.assessment.catchments.gathered import counted_at, first_polygons
from geo.types import Bools, Floats, Index
from layers.load import Layers, all_polygons


def people_at_any_hour(layers: Layers, answer: CaseAssessment) -> Floats:
    """Return the people of all shifts on the day of a case."""
    return replace(answer.case, shift="all").people(layers.demand)


def counted_together(layers: Layers, answers: Sequence[CaseAssessment], *, small: Bools) -> Index:
    """Return the row at which the people of each demand point are counted, one for all figures by place.

    Figures that put small groups together in different ways would tell by their difference what each hides.

    Parameters
    ----------
    small
        bool [demand]: rows of small groups.
    """
    points = layers.demand.geometry.representative_point()
    at = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    people = [*(answer.people for answer in answers), people_at_any_hour(layers, answers[0])]
    return counted_at(layers.demand, people, small, first_polygons(points, all_polygons(layers))[1], at)
