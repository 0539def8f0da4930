"""Standards as values: what is asked for, where it is written, and whether somebody has checked it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from typing import Literal

from geo.text import Text

Measure = Literal["network", "straight"]
Combine = Literal["each", "mean"]
NO_NOTE = Text("", "")


@dataclass(frozen=True, slots=True)
class Source:
    """A published text that requirements are taken from."""

    id: str
    title: Text
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who has compared a clause with the published text, when, and which text it was."""

    by: str
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """A level of a standard, such as the ten-minute circle, with the size it is meant for."""

    id: str
    name: Text
    _: KW_ONLY
    minutes: float | None = None
    metres_min: float | None = None
    metres_max: float | None = None
    people_min: float | None = None
    people_max: float | None = None
    source: str = ""
    clause: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a standard: this service, so near, for everybody.

    Attributes
    ----------
    category, name, tier
        The service asked for, its name for people, the tier of the standard it belongs to.
    accepts
        The categories of facilities that fulfil it; the category itself where none are named.
    minutes
        The reach test: travel time by the run's profile. ``None`` where the standard names none.
    metres, measure
        The compliance test: distance on the network or as the crow flies. ``None`` where none is set.
    count, combine
        ``each``: the `count`-th nearest must be within the limit (a choice of `count`);
        ``mean``: the mean over the `count` nearest must be.
    required
        Whether the standard demands it or only advises it.
    source, clause, verified
        Where it is written; `verified` is false until somebody has read the published text.
    by_standard
        False for a service that the layers of a study hold and its standard does not ask for (自选设施):
        there is no clause, so it is neither verified nor in need of it.
    confirmed
        Who has read the published text for the study, where the standard itself was not verified.

    Raises
    ------
    ValueError
        When a limit is not positive or `count` is below one.
    """

    category: str
    name: Text
    _: KW_ONLY
    tier: str | None = None
    accepts: tuple[str, ...] = ()
    minutes: float | None = None
    metres: float | None = None
    measure: Measure = "network"
    count: int = 1
    combine: Combine = "each"
    required: bool = True
    source: str = ""
    clause: str = ""
    verified: bool = False
    by_standard: bool = True
    confirmed: Confirmation | None = None

    def __post_init__(self) -> None:
        for limit in (self.minutes, self.metres):
            if limit is not None and not 0 < limit < float("inf"):
                msg = f"{self.category}: a limit must be a positive number, not {limit}"
                raise ValueError(msg)
        if self.count < 1:
            msg = f"{self.category}: count must be 1 or more, not {self.count}"
            raise ValueError(msg)

    @property
    def key(self) -> str:
        """Return the name of this requirement inside its standard, ``category`` or ``category@tier``."""
        return self.category if self.tier is None else f"{self.category}@{self.tier}"

    @property
    def demanded(self) -> bool:
        """Return whether the standard requires it: these alone rank areas and make gaps."""
        return self.by_standard and self.required

    @property
    def counts_many(self) -> bool:
        """Return whether more than the nearest facility decides."""
        return self.count > 1


@dataclass(frozen=True, slots=True)
class Quota:
    """An amount asked for per thousand people (千人指标), with its unit."""

    category: str
    name: Text
    _: KW_ONLY
    unit: str
    per_thousand_min: float
    per_thousand_max: float | None = None
    tier: str | None = None
    source: str = ""
    clause: str = ""
    verified: bool = False
    confirmed: Confirmation | None = None

    @property
    def key(self) -> str:
        """Return the name of this quota inside its standard."""
        return ":".join(part for part in (self.category, self.tier, self.unit) if part)


@dataclass(frozen=True, slots=True)
class AreaRule:
    """A number of facilities that every area must hold, such as one station per area."""

    category: str
    name: Text
    _: KW_ONLY
    minimum: int = 1
    source: str = ""
    clause: str = ""
    verified: bool = False
    confirmed: Confirmation | None = None

    @property
    def key(self) -> str:
        """Return the name of this rule inside its standard."""
        return f"{self.category}:area"


@dataclass(frozen=True, slots=True)
class Function:
    """A function or service that a network of stations should offer (四大功能、五大服务)."""

    id: str
    name: Text
    kind: str = "function"


@dataclass(frozen=True, slots=True)
class Standard:
    """A named set of requirements; a run names exactly one."""

    id: str
    title: Text
    requirements: tuple[Requirement, ...]
    sources: tuple[Source, ...] = ()
    tiers: tuple[Tier, ...] = ()
    quotas: tuple[Quota, ...] = ()
    area_rules: tuple[AreaRule, ...] = ()
    functions: tuple[Function, ...] = ()
    note: Text = NO_NOTE

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories asked for, each once, in the order of the standard."""
        return tuple(dict.fromkeys(requirement.category for requirement in self.requirements))

    @property
    def accepted(self) -> dict[str, tuple[str, ...]]:
        """Return for each category asked for the categories of facilities that fulfil it."""
        return {r.category: r.accepts or (r.category,) for r in self.requirements}

    @property
    def unverified(self) -> tuple[Requirement, ...]:
        """Return the requirements that nobody has checked against the published text."""
        return tuple(r for r in self.requirements if r.by_standard and not r.verified)

    def completed(self, categories: Mapping[str, Text], *, minutes: float) -> Standard:
        """Return a standard that also asks for `categories` it says nothing of, within `minutes`.

        The lines that are added carry the source ``study`` and stand beside the standard: nothing is
        verified, required, ranked or a gap by them.
        """
        known = set(self.categories).union(*self.accepted.values())
        missing = [category for category in categories if category not in known]
        added = tuple(
            Requirement(
                category,
                categories[category],
                minutes=minutes,
                required=False,
                source="study",
                by_standard=False,
            )
            for category in missing
        )
        return replace(self, requirements=self.requirements + added)

    def at_minutes(self, category: str, minutes: float) -> Requirement:
        """Return how a category is asked for, with `minutes` for its limit.

        The requirement of these minutes where there is one; else the first of the category, those that are
        demanded and those in minutes before others.
        """
        own = [r for r in self.requirements if r.category == category]
        own.sort(key=lambda r: (r.minutes != minutes, r.minutes is None, not r.demanded))
        return replace(own[0], minutes=minutes)

    def with_count(self, count: int) -> Standard:
        """Return the standard with `count` nearest in every requirement that takes a mean.

        Twenty nearest suit the places of a city; a zone may hold three stations in all.
        """
        changed = (replace(r, count=count) if r.combine == "mean" else r for r in self.requirements)
        return replace(self, requirements=tuple(changed))
