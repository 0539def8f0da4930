"""What a siting question is made of: sites, demand, and the rules a plan must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.errors import Fault, InputError
from geo.given import aligned, has_labels
from geo.siting.times import TravelTimes, siting_fault
from geo.types import Bools, Floats, Index

Goal = Literal["cover_all", "cover_most", "least_minutes", "least_worst"]
Labels = Literal["group", "area", "cell", "part"]
Floor = Literal["area_floor", "cell_floor", "group_floor", "part_floor"]

FLOORS: Mapping[Floor, Labels] = {
    "area_floor": "area", "cell_floor": "cell", "group_floor": "group", "part_floor": "part",
}  # fmt: skip
"""Rules that ask for a least share of the people of each label, and whose labels they go by."""


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Places where a service stands or could stand; one entry per row of the travel times.

    Attributes
    ----------
    count
        Number of sites.
    existing
        Sites that stand today; they stay open unless ``Rules.close`` asks otherwise.
    required, forbidden
        Candidates that must, or must not, be opened. An existing site that is required stays open.
    closed
        Existing sites that must be closed; they are among those that ``Rules.close`` counts.
    may_close
        Existing sites among which those to be closed are chosen (default all that are not required).
    cost
        Cost of opening, in any one unit of money (default 1 each).
    capacity
        People a site can serve (default without limit).
    offers
        Which categories of demand each site serves, one column per category (default all).
    area
        Label of the area a site stands in, for ``Rules.least_sites``.
    opens_on
        Day an existing site opens (``NaT``: open); later than ``Rules.on`` means not counted.
    too_close
        Pairs of sites that may not both be open, see :func:`pairs_within`; a site is not too close to itself.
    """

    count: int
    existing: Bools | None = None
    required: Bools | None = None
    forbidden: Bools | None = None
    closed: Bools | None = None
    may_close: Bools | None = None
    cost: Floats | None = None
    capacity: Floats | None = None
    offers: Bools | None = None
    area: NDArray[Any] | None = None
    opens_on: NDArray[np.datetime64] | None = None
    too_close: Index | None = None

    def __post_init__(self) -> None:
        _take_in_order(self, "sites", leave=("count", "too_close"))

    def flag(self, name: Literal["existing", "required", "forbidden", "closed"]) -> Bools:
        """Return one of the yes-or-no columns, all no where it was not given."""
        given = getattr(self, name)
        return np.zeros(self.count, dtype=bool) if given is None else np.asarray(given, dtype=bool)

    @property
    def costs(self) -> Floats:
        """Cost per site, 1 where none was given."""
        return np.ones(self.count) if self.cost is None else np.asarray(self.cost, dtype=float)

    @property
    def capacities(self) -> Floats:
        """Capacity per site, ``inf`` where none was given; an unknown one counts as no limit."""
        if self.capacity is None:
            return np.full(self.count, np.inf)
        given = np.asarray(self.capacity, dtype=float)
        return np.where(np.isnan(given), np.inf, given)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """People who need a service; one entry per point, group and category.

    Attributes
    ----------
    people
        How many.
    point
        Column of the travel times (default: entry ``j`` stands at point ``j``).
    group, area, cell
        Labels, for weights, floors and the tables of the answer.
    part
        Labels of the parts among which the plan is fair (default ``area``), with a floor of their own.
    category
        Column of ``Sites.offers`` that is needed (default 0).
    weight
        What a person of the entry counts in the goal (default 1), times ``Rules.group_weights``.
    """

    people: Floats
    point: Index | None = None
    group: NDArray[Any] | None = None
    area: NDArray[Any] | None = None
    cell: NDArray[Any] | None = None
    part: NDArray[Any] | None = None
    category: Index | None = None
    weight: Floats | None = None

    def __post_init__(self) -> None:
        _take_in_order(self, "demand")

    @property
    def count(self) -> int:
        """Number of entries."""
        return int(np.size(self.people))

    @property
    def points(self) -> Index:
        """Point per entry."""
        return np.arange(self.count) if self.point is None else np.asarray(self.point, dtype=np.int64)

    @property
    def categories(self) -> Index:
        """Category per entry."""
        if self.category is None:
            return np.zeros(self.count, dtype=np.int64)
        return np.asarray(self.category, dtype=np.int64)

    @property
    def persons(self) -> Index:
        """Whom each entry is of, as a number: entries of one point and group but for another category."""
        if self.category is None:
            return np.arange(self.count)
        keys = pd.DataFrame({"point": self.points, "group": self.labels("group")[1]})
        again = keys.assign(category=self.categories).groupby(["point", "group", "category"]).cumcount()
        number = keys.assign(again=again).groupby(["point", "group", "again"]).ngroup()
        return np.asarray(number, dtype=np.int64)

    def labels(self, name: Labels) -> tuple[list[Any], Index]:
        """Return the distinct labels, sorted, and the label of each entry as a number (-1: none)."""
        given = getattr(self, name)
        if name == "part" and given is None:
            given = self.area
        if given is None:
            return [], np.full(self.count, -1, dtype=np.int64)
        values = [None if _missing(value) else value for value in np.asarray(given, dtype=object)]
        names = sorted(
            {value for value in values if value is not None}, key=lambda value: (str(value), repr(value))
        )
        number = {value: k for k, value in enumerate(names)}
        return names, np.array([-1 if v is None else number[v] for v in values], dtype=np.int64)


def _take_in_order(columns: Sites | Demand, source: str, *, leave: Sequence[str] = ()) -> None:
    """Make arrays of columns that are pandas Series, in the order of the first of them."""
    labelled = {
        f"{source}.{field.name}": getattr(columns, field.name)
        for field in fields(columns)
        if field.name not in leave and has_labels(getattr(columns, field.name))
    }
    for name, values in zip(labelled, aligned(**labelled) if labelled else (), strict=True):
        object.__setattr__(columns, name.removeprefix(f"{source}."), values)


def _missing(value: object) -> bool:
    return value is None or value != value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a plan must keep, and what counts.

    Attributes
    ----------
    new
        Most new sites; required ones count. ``None``: no such limit.
    budget
        Most money for new sites. Money is counted exactly, in the last decimal place that was written
        (15 digits of the sum of all costs at most); a budget is met within one part in 10^14.
    limit_seconds
        Travel time within which people are covered; one number, or one per category. ``inf``: no limit.
    share
        Share of the (weighted) people that ``cover_all`` has to cover.
    copies
        How many open sites must be in reach for a person to count as covered (backup coverage, Hogan
        & ReVelle 1986).
    decay
        Function of travel seconds that gives the share of a person counted as covered, falling from 1
        (gradual coverage, Berman & Krass 2002); within ``limit_seconds`` where that is given.
    group_weights
        What a person of a group counts in the goal (default 1). 0 leaves the group out.
    area_floor, cell_floor, group_floor, part_floor
        Least share of the people of each area, cell, group or part to be covered; one share for all, or by
        label. All of them hold together.
    fair
        ``"gini"``: among plans that give up no more than ``give_up`` of the coverage, the one with the
        least Gini coefficient of coverage over the parts. ``"worst_first"``: the worst part as good as
        can be, then the second worst, and so on.
    give_up
        Share of the best coverage that ``fair="gini"`` may cost.
    close
        Exactly this many of the existing sites are to be closed, ``Sites.closed`` among them.
    on
        Day for which stations with an opening day are counted.
    least_sites
        Least number of open sites by area label ("one area one station", a count per 1,000 people).
    missing_sites
        How many sites ``least_sites`` may fall short of, over all areas together: where not every area can
        have its sites, those that can be filled are filled first.
    unserved_seconds
        What a person whom no open site reaches counts as in ``least_minutes``. ``None``: all must be
        reached.
    """

    new: int | None = None
    budget: float | None = None
    limit_seconds: float | tuple[float, ...] | None = None
    share: float = 1.0
    copies: int = 1
    decay: Callable[[Floats], Floats] | None = None
    group_weights: Mapping[Any, float] = field(default_factory=dict)
    area_floor: float | Mapping[Any, float] | None = None
    cell_floor: float | Mapping[Any, float] | None = None
    group_floor: float | Mapping[Any, float] | None = None
    part_floor: float | Mapping[Any, float] | None = None
    fair: Literal["gini", "worst_first"] | None = None
    give_up: float = 0.05
    close: int = 0
    on: date | None = None
    least_sites: Mapping[Any, int] = field(default_factory=dict)
    missing_sites: int = 0
    unserved_seconds: float | None = None

    @property
    def floors(self) -> dict[Floor, float | Mapping[Any, float]]:
        """The floors that are asked for."""
        return {name: getattr(self, name) for name in FLOORS if getattr(self, name) is not None}

    def without_places(self) -> Rules:
        """Return the rules without those that ask for something by label: floors, and sites of areas."""
        return replace(
            self, area_floor=None, cell_floor=None, group_floor=None, part_floor=None, least_sites={}
        )


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Travel times, sites and demand that belong together.

    Raises
    ------
    InputError
        With every fault found: lengths that differ, numbers out of range, labels that do not exist.
    """

    times: TravelTimes
    sites: Sites
    demand: Demand

    def __post_init__(self) -> None:
        faults = [*_site_faults(self.sites, self.times), *_demand_faults(self.demand, self.times, self.sites)]
        if faults:
            raise InputError(faults)


def pairs_within(lon: ArrayLike, lat: ArrayLike, *, metres: float) -> Index:
    """Return the pairs of points that are less than ``metres`` apart in a straight line.

    Parameters
    ----------
    lon, lat
        Degrees, WGS84; distances are those on a sphere of 6,371,008.8 m (mean radius, IUGG).
    metres
        Least distance that is allowed.

    Examples
    --------
    >>> pairs_within([0.0, 0.001, 1.0], [0.0, 0.0, 0.0], metres=200).tolist()
    [[0, 1]]
    """
    from scipy.spatial import cKDTree

    radius = 6_371_008.8
    east, north = np.radians(np.asarray(lon, float)), np.radians(np.asarray(lat, float))
    unit = np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    chord = 2.0 * np.sin(min(metres / radius, np.pi) / 2.0)
    pairs = cKDTree(unit).query_pairs(np.nextafter(chord, 0.0), output_type="ndarray")
    ordered = np.sort(pairs, axis=1).astype(np.int64)
    return ordered[np.lexsort((ordered[:, 1], ordered[:, 0]))]


def sites_per_thousand(people: Mapping[Any, float], *, per_thousand: float) -> dict[Any, int]:
    """Return the least number of sites by area for a count per 1,000 people, as ``Rules.least_sites``.

    A begun site counts as one; areas where nobody lives need none.

    Examples
    --------
    >>> sites_per_thousand({"north": 12_000, "south": 400, "park": 0}, per_thousand=0.1)
    {'north': 2, 'south': 1, 'park': 0}
    """
    return {area: int(np.ceil(per_thousand * count / 1000.0 - 1e-9)) for area, count in people.items()}


def _length(source: str, values: Any, wanted: int) -> list[Fault]:
    if values is None or len(values) == wanted:
        return []
    return [
        siting_fault(
            source, f"has {len(values)} entries, not {wanted}", f"有 {len(values)} 项，应为 {wanted} 项",
            "Give one entry per row", "每行给一项",
        )
    ]  # fmt: skip


def _below_zero(source: str, values: Any, *, missing: bool = False) -> list[Fault]:
    if values is None:
        return []
    numbers = np.asarray(values, dtype=float)
    bad = numbers < 0 if missing else ~((numbers >= 0) & (numbers < np.inf))
    if not bad.any():
        return []
    return [
        siting_fault(
            source, f"{int(bad.sum())} numbers are negative or missing",
            f"有 {int(bad.sum())} 个数为负或缺失",
            "Give numbers from 0 up", "请填写不小于 0 的数",
        )
    ]  # fmt: skip


def _site_faults(sites: Sites, times: TravelTimes) -> list[Fault]:
    faults = [] if sites.count == times.sites else _length("sites", range(sites.count), times.sites)
    for name in (
        "existing", "required", "forbidden", "closed", "may_close", "cost", "capacity", "offers", "area",
        "opens_on",
    ):  # fmt: skip
        faults += _length(f"sites.{name}", getattr(sites, name), sites.count)
    faults += _below_zero("sites.cost", sites.cost)
    faults += _below_zero("sites.capacity", sites.capacity, missing=True)
    pairs = sites.too_close
    if (
        pairs is not None
        and np.size(pairs)
        and not ((np.asarray(pairs) >= 0) & (np.asarray(pairs) < sites.count)).all()
    ):
        faults.append(
            siting_fault(
                "sites.too_close", "names a site that does not exist", "引用了不存在的点位",
                "Use numbers from 0 to the number of sites less 1", "编号应在 0 到点位数减 1 之间",
            )
        )  # fmt: skip
    return faults


def _demand_faults(demand: Demand, times: TravelTimes, sites: Sites) -> list[Fault]:
    faults = [*_below_zero("demand.people", demand.people), *_below_zero("demand.weight", demand.weight)]
    for name in ("point", "group", "area", "cell", "part", "category", "weight"):
        faults += _length(f"demand.{name}", getattr(demand, name), demand.count)
    points, categories = demand.points, demand.categories
    if points.size and (points.min() < 0 or points.max() >= times.points):
        faults.append(
            siting_fault(
                "demand.point", "names a point without travel times", "引用了没有出行时间的点",
                "Use columns of the travel times", "请使用出行时间表中的列号",
            )
        )  # fmt: skip
    if categories.size and categories.min() < 0:
        faults.append(
            siting_fault(
                "demand.category", "holds negative numbers", "含有负数",
                "Number categories from 0 up", "类别应从 0 起编号",
            )
        )  # fmt: skip
    offered = 1 if sites.offers is None else np.atleast_2d(np.asarray(sites.offers)).shape[1]
    if sites.offers is not None and categories.size and categories.max() >= offered:
        faults.append(
            siting_fault(
                "demand.category", "names a category that no site lists", "引用了点位未列出的类别",
                "Use columns of sites.offers", "请使用 sites.offers 的列号",
            )
        )  # fmt: skip
    return faults
