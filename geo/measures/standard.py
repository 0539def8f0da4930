"""Standards as values: what is asked for, where it is written, and whether somebody has checked it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from typing import Literal

from geo.text import Text

Measure = Literal["network", "straight"]
Combine = Literal["each", "mean"]
NO_NOTE = Text("", "")
SIZES = ("floor_area", "site_area", "width")
"""Columns of facilities that a standard may ask a least size of: m², m² and m."""


@dataclass(frozen=True, slots=True)
class Source:
    """A published text that requirements are taken from.

    `publisher`, `url` and `seen` (when) say which text was read; `seen` is None where none could be had.
    """

    id: str
    title: Text
    url: str = ""
    note: str = ""
    publisher: Text = NO_NOTE
    seen: date | None = None


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
class Condition:
    """Where some lines of a standard hold and others do not, such as within the inner ring."""

    id: str
    name: Text
    source: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Overall:
    """What a framework says in one figure over all its categories.

    Attributes
    ----------
    kind
        ``mean_minutes``: the mean over the categories of the deciding minutes; ``all_within``: whether every
        category is had within `minutes`; ``decay``: the mean over the categories of a worth of 1 up to
        `full_minutes` that falls evenly to 0 at `minutes`, times 100.
    minutes
        The limit; of a decay, where nothing is left.
    """

    kind: Literal["mean_minutes", "all_within", "decay"]
    minutes: float
    full_minutes: float | None = None


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
    measure_reason
        Why it is measured so.
    required
        Whether the standard demands it or only advises it.
    floor_area, site_area, width
        Least size in m², m² and m: a smaller place does not fulfil it, nor one of unknown size where others
        of its category give theirs.
    size_decides
        Whether the limit hangs on the size (parks of 5000 m² within 500 m): then nothing can be said of
        places of unknown size.
    one_of
        Names a choice: of the lines with the same name one is enough, as a large park within 500 m or a small
        one within 300 m. They are one line in the results, called as the first.
    condition
        Id of the condition it holds under; without one it holds everywhere.
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
    measure_reason: Text = NO_NOTE
    floor_area: float | None = None
    site_area: float | None = None
    width: float | None = None
    size_decides: bool = False
    one_of: str | None = None
    condition: str | None = None
    source: str = ""
    clause: str = ""
    verified: bool = False
    by_standard: bool = True
    confirmed: Confirmation | None = None

    def __post_init__(self) -> None:
        for limit in (self.minutes, self.metres, *self.sizes.values()):
            if limit is not None and not 0 < limit < float("inf"):
                msg = f"{self.category}: a limit must be a positive number, not {limit}"
                raise ValueError(msg)
        if self.count < 1:
            msg = f"{self.category}: count must be 1 or more, not {self.count}"
            raise ValueError(msg)

    @property
    def key(self) -> str:
        """Return its name inside its standard, such as ``bus_stop@c5:inner_ring``."""
        key = self.category if self.tier is None else f"{self.category}@{self.tier}"
        return key if self.condition is None else f"{key}:{self.condition}"

    @property
    def sizes(self) -> dict[str, float]:
        """Return the least sizes asked for, by column."""
        return {name: size for name in SIZES if (size := getattr(self, name)) is not None}

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
    """An amount asked for per thousand people (千人指标) or households, with its unit.

    `of` says per thousand of what. Quotas of one category and unit in several tiers add up: one park is
    not counted for each tier.
    """

    category: str
    name: Text
    _: KW_ONLY
    unit: str
    per_thousand_min: float
    per_thousand_max: float | None = None
    of: Literal["people", "households"] = "people"
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
    """A number of facilities that every area must hold, such as one station per area.

    Attributes
    ----------
    level
        Which areas are meant, such as ``subdistrict``: it is tested on those alone, and not at all where the
        study has none. Without one, on the areas of the study.
    minimum, people_per
        How many at least, and one for so many people where that is more.
    """

    category: str
    name: Text
    _: KW_ONLY
    minimum: int = 1
    level: str | None = None
    people_per: float | None = None
    accepts: tuple[str, ...] = ()
    source: str = ""
    clause: str = ""
    verified: bool = False
    confirmed: Confirmation | None = None

    @property
    def key(self) -> str:
        """Return the name of this rule inside its standard."""
        return f"{self.category}:{self.level or 'area'}"


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
    conditions: tuple[Condition, ...] = ()
    overall: Overall | None = None

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories asked for, each once, in the order of the standard."""
        return tuple(dict.fromkeys(requirement.category for requirement in self.requirements))

    @property
    def accepted(self) -> dict[str, tuple[str, ...]]:
        """Return for each category asked for the categories of facilities that fulfil it."""
        return {r.category: r.accepts or (r.category,) for r in self.requirements}

    @property
    def sizes(self) -> dict[str, Requirement]:
        """Return by category the requirement that asks a least size of its places."""
        return {r.category: r for r in self.requirements if r.sizes}

    @property
    def unverified(self) -> tuple[Requirement, ...]:
        """Return the requirements that nobody has checked against the published text."""
        return tuple(r for r in self.requirements if r.by_standard and not r.verified)

    def completed(
        self, categories: Mapping[str, Text], *, minutes: float, by_themselves: Iterable[str] = ()
    ) -> Standard:
        """Return a standard that also asks for `categories` it says nothing of, within `minutes`.

        The lines that are added carry the source ``study`` and stand beside the standard: nothing is
        verified, required, ranked or a gap by them.

        Parameters
        ----------
        by_themselves
            Categories that are wanted also where the standard accepts them for another: clinics, under a
            standard that asks for any doctor.
        """
        known = set(self.categories).union(*self.accepted.values()) - set(by_themselves)
        known |= set(self.categories)
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
