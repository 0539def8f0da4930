"""The ledgers of needs of a study, as its own words and dates have them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.day import today
from geo.ledgers.tables import NeedTables, need_tables
from geo.ledgers.unserved import unserved_by_category
from geo.ledgers.whistles import whistle_figures
from geo.limits import SECONDS_PER_MINUTE
from geo.measures.standard import Standard
from geo.network.snap import snap
from geo.search.reach import nearest
from layers.load import Layers, all_polygons, words_of
from layers.settings import circle_minutes
from layers.study.model import Study

PASSED_ON: Final = ("transferred", "supervised")
"""States and ways of handling in which a case lies at another department."""


def needs_of(study: Study, layers: Layers, answer: CaseAssessment, standard: Standard) -> NeedTables:
    """Return what the needs of a study come to.

    Parameters
    ----------
    answer
        The case whose streets, places and day count: open cases are counted up to its day, that of the run
        where it has none.
    standard
        Which categories answer to which.
    """
    states = words_of(study).need_states.terms
    on = answer.case.on or today()
    closing = [state.id for state in states.values() if state.closes]
    tables = need_tables(layers.needs, all_polygons(layers), closing=closing, known=list(states), today=on)
    if not len(layers.needs):
        return tables
    return replace(
        tables,
        unserved=_unserved(study, layers, answer, standard),
        whistles=_whistles(study, layers.needs, closing, on),
    )


def _unserved(study: Study, layers: Layers, answer: CaseAssessment, standard: Standard) -> pd.DataFrame:
    """Return the needs whose service nothing in the circle offers, of those that stand at a point."""
    needs = layers.needs[(layers.needs.geometry.notna() & layers.needs["category"].notna()).to_numpy()]
    category = needs["category"].to_numpy(dtype=object)
    minutes = np.full(len(needs), np.inf)
    nearest_id = np.full(len(needs), None, dtype=object)
    if len(needs):
        ids = layers.facilities["id"].to_numpy(dtype=object)
        offers = layers.facilities["category"]
        access = snap(
            answer.traveller.network,
            needs.geometry,
            max_snap_metres=study.max_snap_metres,
            barriers=layers.barriers,
        )
        for name in pd.unique(category):
            fulfils = offers.isin([name, *standard.accepted.get(name, ())]).to_numpy()
            where = np.flatnonzero(fulfils & answer.usable.any_hour)
            rows = np.flatnonzero(category == name)
            if not where.size:
                continue
            places = answer.traveller.facilities.take(where)
            found = nearest(answer.traveller.network, access.take(rows), places)
            reached = found.index[:, 0] >= 0
            minutes[rows] = found.seconds[:, 0] / SECONDS_PER_MINUTE
            nearest_id[rows[reached]] = ids[where[found.index[reached, 0]]]
    return unserved_by_category(category, minutes, nearest_id, limit=circle_minutes(study))


def _whistles(study: Study, needs: pd.DataFrame, closing: list[str], on: date) -> pd.DataFrame:
    """Return how long cases lay at the departments they were passed on to."""
    find = words_of(study).need_states.find
    handling = [find(word) if isinstance(word, str) else None for word in needs["handling"]]
    passed = needs["status"].isin(PASSED_ON) | pd.Series(handling, index=needs.index).isin(PASSED_ON)
    passed = (passed | needs["called_on"].notna()) & needs["department"].notna()
    cases = needs[passed.to_numpy()]
    called = pd.to_datetime(cases["called_on"])
    return whistle_figures(
        pd.DataFrame(
            {
                "department": cases["department"],
                "called_on": called.where(called.notna(), pd.to_datetime(cases["date"])),
                "came_on": pd.to_datetime(cases["came_on"]),
                "closed_on": pd.to_datetime(cases["closed_on"]),
                "settled": cases["status"].isin(closing),
            }
        ),
        today=on,
    )
