"""How many people a place can serve at most, where the study says that capacity limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.text import Text
from layers.catalogue.headers import ColumnMap, plain_header
from layers.rows.ledger import Ledger
from layers.study.sources import LayerSource

_GENERAL = frozenset(["capacity", "容量"])
"""Headers that name neither seats nor beds: under ``capacity = "limits"`` they are a service capacity."""


def set_limits(ledger: Ledger, roles: pd.DataFrame, columns: ColumnMap, layer: LayerSource) -> None:
    """Fill ``people_limit`` and, where only a service capacity is given, the ``capacity`` that is shown.

    Nobody is turned away unless the layer says ``capacity = "limits"``; then the declared service capacity
    counts (可服务人数), or a column the study maps to it. Seats and beds never do.

    Parameters
    ----------
    ledger
        The book of the layer, for what is missing.
    roles
        The typed columns, to which ``people_limit`` is added.
    columns
        Which header fills which role.
    layer
        What the study says.
    """
    served = roles.get("service_capacity")
    if "capacity" not in roles and served is not None:
        roles["capacity"] = served
    if layer.capacity != "limits":
        # Beside layers that do limit, a missing number would mean that the room is not known.
        roles["people_limit"] = np.inf
        if served is not None and served.notna().any():
            what = Text(
                "places declare how many people they serve; nobody is turned away",
                "已填写可服务人数，但未按其限制",
            )
            fix = Text('Add capacity = "limits" if it limits', '如应限制，请添加 capacity = "limits"')
            ledger.note(what, fix, code="capacity_shown")
        return
    if served is None and _is_general(columns):
        served = roles.get("capacity")
    if served is None:
        what = Text(
            "capacity limits, but no column says how many people are served",
            "已设定按容量限制，但没有可服务人数列",
        )
        fix = Text(
            'Add columns = { service_capacity = "..." }; seats and beds are not people served',
            '请添加 columns = { service_capacity = "..." }；座位与床位不是可服务人数',
        )
        ledger.stop(what, fix, code="no_limit")
        return
    limit = served.to_numpy(dtype=np.float64)
    roles["people_limit"] = pd.Series(limit)
    what = Text(
        "no service capacity is given: it is not known whether there is room, so it covers nobody",
        "未填写可服务人数：容量未知，不计其覆盖",
    )
    fix = Text("Fill it in", "请填写")
    ledger.note_rows(np.isnan(limit), what, fix, code="no_limit", ask=True)


def _is_general(columns: ColumnMap) -> bool:
    return any(
        match.role == "capacity"
        and (match.how in ("study", "value") or plain_header(match.header) in _GENERAL)
        for match in columns.matches
    )
