"""The ledgers of needs of a study, as its own words and dates have them."""

from __future__ import annotations

from datetime import date

from geo.day import today
from geo.ledgers.tables import NeedTables, need_tables
from layers.load import Layers, all_polygons, words_of
from layers.study.model import Study


def needs_of(study: Study, layers: Layers, on: date | None) -> NeedTables:
    """Return what the needs of a study come to.

    Parameters
    ----------
    on
        The day on which open cases are counted; that of the run where it is None.
    """
    states = words_of(study).need_states.terms
    return need_tables(
        layers.needs,
        all_polygons(layers),
        closing=[state.id for state in states.values() if state.closes],
        known=list(states),
        today=on or today(),
    )
