"""Rows that are not there yet: places that are not open, homes that nobody lives in before their day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.day import today
from geo.text import Text
from geo.types import Bools, Floats
from layers.catalogue.name_rules import not_open
from layers.cells.statuses import UNKNOWN
from layers.rows.ledger import Ledger

LATER = "opens_later"
NOT_HOUSED = "homes_not_yet"
"""Codes of the notes on what is not counted before its day; the caveats of a run repeat them."""


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


def plan_what_opens_later(ledger: Ledger, roles: pd.DataFrame) -> None:
    """Take places as planned that are called open, but whose opening date lies after the day of reading.

    A study without a date counts what is open, and has nothing to compare an opening date with. What is
    planned counts from its opening date where the study has a date, just as an open place does.

    Parameters
    ----------
    roles
        The typed columns, ``status`` among them, which is changed.
    """
    later = _later(roles, "opens_on") & (roles["status"] == "open").to_numpy()
    roles["status"] = roles["status"].mask(later, "planned")
    what = Text(
        "the opening date lies after the day of this run: counted from that date where the study has a date "
        "(on), and not at all without one",
        "启用日期晚于运行当日：项目设有日期（on）时自启用之日起计入，否则不计入",
    )
    ledger.note_rows(later, what, Text("Check the date", "请核对日期"), code=LATER)


def settle_homes(ledger: Ledger, roles: pd.DataFrame, people: Floats) -> None:
    """Turn what a layer of people says of its homes into ``status`` and ``opens_on``, where it says anything.

    People whose homes have no state, or one that is not understood, count: leaving them out would hide that
    they reach nothing. Homes whose day lies after the day of reading are planned.

    Parameters
    ----------
    roles
        The typed columns, with ``home_status``, ``housed_from``, ``opens_on`` (a day in a column of states);
        the first two go.
    people
        Of each row.
    """
    if not {"home_status", "housed_from"} & set(roles.columns):
        return
    blank = pd.Series([None] * len(roles), dtype=object)
    days = roles.pop("housed_from") if "housed_from" in roles else blank
    of_states = roles.get("opens_on", blank)
    roles["opens_on"] = days.where(days.notna(), of_states)
    status = roles.pop("home_status") if "home_status" in roles else blank
    status = status.where(status.notna() & (status != UNKNOWN), "open")
    roles["status"] = status.mask(_later(roles, "opens_on") & (status == "open").to_numpy(), "planned")
    coming = (roles["status"] != "open").to_numpy()
    count = float(people[coming & ledger.accepted & np.isfinite(people)].sum())
    what = Text(
        f"homes under construction, planned, or no longer lived in; their {count:,.0f} people count from the "
        "date of moving in where the study has a date (on), and not at all without one",
        f"在建、规划或已停用的住房，其{count:,.0f}人在项目设有日期（on）时自入住之日起计入，否则不计入",
    )
    ledger.note_rows(coming, what, Text("Check the state", "请核对状态"), code=NOT_HOUSED)


def _later(roles: pd.DataFrame, column: str) -> Bools:
    """Return the rows whose day lies after today."""
    if column not in roles:
        return np.zeros(len(roles), dtype=bool)
    return np.asarray(pd.to_datetime(roles[column]) > pd.Timestamp(today()), dtype=bool)
