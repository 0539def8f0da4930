"""Places whose name or address says that they are not open (装修中, 在建): never counted as open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.text import Text
from layers.catalogue.name_rules import not_open
from layers.rows.ledger import Ledger


def close_by_name(ledger: Ledger, roles: pd.DataFrame) -> None:
    """Set the status of rows that are open, or say nothing of it, by what their name and address say.

    Parameters
    ----------
    ledger
        The book of the layer; the rows are noted.
    roles
        The typed columns, with ``name`` or ``address``; ``status`` is changed or added.
    """
    states = np.array([None] * len(roles), dtype=object)
    for role in ("address", "name"):
        if role in roles:
            said = {text: not_open(text) for text in roles[role].dropna().unique() if isinstance(text, str)}
            found = roles[role].map(said).to_numpy(dtype=object)
            states = np.where(pd.notna(found), found, states)
    status = roles["status"].to_numpy(dtype=object) if "status" in roles else np.full(len(roles), None)
    mask = pd.notna(states) & (pd.isna(status) | (status == "open"))
    if mask.any():
        roles["status"] = pd.Series(np.where(mask, states, status), dtype=object)
        what = Text(
            "name or address says it is not open (renovation, construction, closed), not counted as open",
            "名称或地址注明装修、在建或停业等，不计为开放",
        )
        fix = Text("Where it is open again, mend the name", "如已恢复开放，请更正名称或地址")
        ledger.note_rows(mask, what, fix, code="not_open_by_name", column="name")
