"""For whom and when an assessment is made: a traveller, an hour, a date and a part of the people."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, datetime
from typing import Literal

import numpy as np
import pandas as pd

from geo.measures.hourly import in_shift, working_on
from geo.measures.standard import Standard
from geo.network.profiles import Profile
from geo.text import Text
from geo.types import Bools, Floats

CaseShift = Literal["in", "out", "all"]


@dataclass(frozen=True, slots=True)
class Case:
    """One question put to the same streets, services and people.

    Attributes
    ----------
    id, name
        Short name, and the name people read.
    profile
        Who travels.
    moment
        When the services are used; without it opening hours are not looked at.
    on
        From which day planned and unfinished places count; without it only open ones do.
    shift
        Who is counted: people within (``in``) or outside the eight working hours, or all.
    hour
        Moment, date and shift as people read them.
    state_of_streets
        Names what is closed on the streets at the moment; empty where it is as at any hour.
    """

    id: str
    name: Text
    profile: Profile
    _: KW_ONLY
    moment: datetime | None = None
    on: date | None = None
    shift: CaseShift = "all"
    hour: Text = Text("at any hour", "不限时段")  # noqa: RUF009 - a NamedTuple, immutable
    state_of_streets: str = ""

    @property
    def streets(self) -> str:
        """Return the name of the network this case travels on: cases with the same name share it."""
        return f"{self.profile.id} {self.state_of_streets}".rstrip()

    @property
    def named(self) -> dict[str, str]:
        """Return the columns by which a row of a table names its case."""
        return {"case": self.id, "case_en": self.name.en, "case_zh": self.name.zh}

    def people(self, demand: pd.DataFrame) -> Floats:
        """Return the people of each demand point who are counted in this case.

        Where rows say their status, those under construction or planned house nobody before their date (of
        the case; without a date they house nobody), and those that are closed house nobody.

        Examples
        --------
        >>> demand = pd.DataFrame({"people": [5.0, 7.0], "shift": ["in", "all"]})
        >>> Case("night", Text("", ""), None, shift="out").people(demand).tolist()
        [0.0, 7.0]
        """
        people = demand["people"].to_numpy(np.float64) * housing(demand, on=self.on)
        return people if self.shift == "all" else people * in_shift(demand["shift"], self.shift)


def housing(demand: pd.DataFrame, *, on: date | None) -> Bools:
    """Return which demand points house their people on a day; without a day, those that stand today.

    Examples
    --------
    >>> rows = pd.DataFrame({"status": [None, "building"], "opens_on": [None, date(2027, 5, 1)]})
    >>> housing(rows, on=None).tolist(), housing(rows, on=date(2027, 5, 1)).tolist()
    ([True, False], [True, True])
    """
    everybody = np.ones(len(demand), dtype=np.bool_)
    if "status" not in demand and "opens_on" not in demand:
        return everybody
    blank = pd.Series([None] * len(demand), index=demand.index, dtype=object)
    status = demand.get("status", blank)
    opens_on = demand.get("opens_on", blank)
    # A row that gives only a date stands from that day on.
    coming = np.where(opens_on.notna(), "building", "open")
    status = status.where(status.notna(), pd.Series(coming, index=demand.index, dtype=object))
    if on is None:
        return np.asarray(status == "open", dtype=np.bool_)
    return working_on(status, opens_on, on)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Usable:
    """Which facilities can be used: at the hour, at some hour, and once all that is planned stands.

    Each mask holds all of the one before it.

    Attributes
    ----------
    now
        Known to be open at the hour asked for; all that work where none is asked for.
    if_open
        Those and the ones of which it is not known whether they are open then.
    any_hour, when_built
        Those that work, whatever the hour; those and the planned and unfinished ones.
    """

    now: Bools
    if_open: Bools
    any_hour: Bools
    when_built: Bools

    @property
    def hours_unknown(self) -> Bools:
        """Return which work and may or may not be open at the hour asked for."""
        return self.if_open & ~self.now

    @classmethod
    def of(
        cls,
        facilities: pd.DataFrame,
        *,
        on: date | None,
        open_then: Bools | None,
        hours_known: Bools | None = None,
    ) -> Usable:
        """Tell the states of facilities apart.

        Parameters
        ----------
        facilities
            With `status` and `opens_on`.
        on
            The day; without it only what is open counts.
        open_then
            Which ones are open at the hour asked for; all when no hour is asked for.
        hours_known
            Of which ones that is known; of all where left out. The others do not count as open.

        Examples
        --------
        >>> two = pd.DataFrame({"status": ["open", "planned"], "opens_on": [None, date(2027, 5, 1)]})
        >>> usable = Usable.of(two, on=None, open_then=np.array([False, True]))
        >>> usable.now.tolist(), usable.any_hour.tolist(), usable.when_built.tolist()
        ([False, False], [True, False], [True, True])
        """
        status = facilities["status"]
        is_open = np.asarray(status == "open", dtype=np.bool_)
        works = is_open if on is None else working_on(status, facilities["opens_on"], on)
        coming = np.asarray(status.isin(["open", "building", "planned"]), dtype=np.bool_)
        if open_then is None:
            return cls(now=works, if_open=works, any_hour=works, when_built=works | coming)
        known = np.ones(len(facilities), dtype=np.bool_) if hours_known is None else hours_known
        now = works & open_then & known
        return cls(now=now, if_open=now | (works & ~known), any_hour=works, when_built=works | coming)


def with_tier_minutes(standard: Standard) -> Standard:
    """Return the standard with the minutes of the tier where a requirement names none of its own.

    A tier that is called the ten-minute circle says in how many minutes its services are to be
    reached; the metres of a requirement stay a test of their own.
    """
    minutes = {tier.id: tier.minutes for tier in standard.tiers}
    changed = (
        replace(r, minutes=minutes.get(r.tier or "")) if r.minutes is None else r
        for r in standard.requirements
    )
    return replace(standard, requirements=tuple(changed))
