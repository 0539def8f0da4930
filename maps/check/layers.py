"""What a check finds of the joins of a layer, and which of its rows may be shown at their place."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.joins import DOUBTFUL_COLUMNS, JoinRole, LayerJoins, doubtful_joins, joins_by_layer
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.types import Bools
from layers.catalogue.schema import FrameName, schema_of
from layers.joined import join_layer
from layers.load import Layers
from layers.rows.report import LayerReport
from layers.study.model import Study
from maps.result import LayerCheck, SnapFigures
from maps.small_groups import is_small

_ROLES: dict[FrameName, JoinRole] = {
    "demand": "people",
    "facilities": "facilities",
    "candidates": "candidates",
}


def layer_check(
    study: Study, report: LayerReport, layers: Layers, network: StreetNetwork | None
) -> tuple[LayerCheck, pd.DataFrame, int]:
    """Return what a check found of a layer, its doubtful joins, and how many of those may not be shown.

    Rows of small groups are counted in every figure and have no place.
    """
    rows = layers.rows_of(report.id, report.kind)
    small = _small(rows)
    accepted = rows.geometry[~small]
    schema = schema_of(report.kind)
    role = _ROLES.get(schema.frame)
    figures, joins, doubtful, private = None, None, empty_joins(), 0
    walks = schema.shape != "polygon" and not schema.ledger
    if network is not None and walks and len(rows):
        limit = study.max_snap_metres
        access = join_layer(study, network, layers, rows)
        figures = SnapFigures.of(access.snap_metres, max_snap_metres=limit)
    if network is not None and figures is not None and role is not None:
        joins = _joins(network, access, rows, role, limit)
        found = doubtful_joins(network, rows, access, max_snap_metres=limit)
        hidden = small[found["position"].to_numpy(np.int64)]
        doubtful, private = found[~hidden], int(hidden.sum())
    check = LayerCheck(report=report, accepted=accepted, snap=figures, joins=joins, hidden=int(small.sum()))
    return check, doubtful, private


def together(found: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the doubtful joins of all layers in one table."""
    some = [table for table in found if len(table)]
    return pd.concat(some, ignore_index=True) if some else empty_joins()


def empty_joins() -> pd.DataFrame:
    """Return a table of doubtful joins without rows."""
    return pd.DataFrame(columns=list(DOUBTFUL_COLUMNS))


def _small(rows: gpd.GeoDataFrame) -> Bools:
    if "people" not in rows or "group" not in rows:
        return np.zeros(len(rows), np.bool_)
    return is_small(rows)


def _joins(
    network: StreetNetwork, access: AccessPoints, rows: gpd.GeoDataFrame, role: JoinRole, limit: float
) -> LayerJoins:
    people = rows["people"].to_numpy(np.float64) if role == "people" else None
    (joins,) = joins_by_layer(network, access, rows["layer"], role, max_snap_metres=limit, people=people)
    return joins
