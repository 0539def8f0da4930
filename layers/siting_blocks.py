"""A siting question over several services and cases: demand stacked block by block, rules by label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.assessment.case import Case
from geo.assessment.cuts import Cut
from geo.errors import Fault, InputError
from geo.siting import Demand, TravelTimes, sites_per_thousand
from geo.siting.coverage import polygon_of_most
from geo.siting.problem import Labels
from geo.text import Text
from geo.types import Bools, Floats
from layers.load import Layers
from layers.study.siting.question import CODE, EVERY, SiteQuestion


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Block:
    """One case of a question.

    Attributes
    ----------
    case
        Who travels when.
    people
        People of each demand point who count in the goal.
    times
        From the demand points to the sites, a row a site.
    """

    case: Case
    people: Floats
    times: TravelTimes


def stacked_times(blocks: Sequence[Block]) -> TravelTimes:
    """Return the times of all blocks as one table: the points of a block follow those of the one before."""
    first = blocks[0].times
    if len(blocks) == 1:
        return first
    site, point, milliseconds = [], [], []
    for number, block in enumerate(blocks):
        site.append(np.repeat(np.arange(first.sites), np.diff(block.times.start)))
        point.append(block.times.point.astype(np.int64) + number * first.points)
        milliseconds.append(block.times.milliseconds)
    row, column = np.concatenate(site), np.concatenate(point)
    order = np.lexsort((column, row))
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=first.sites))])
    every = np.concatenate(milliseconds)[order]
    return TravelTimes(start, column[order].astype(np.int32), every, first.points * len(blocks))


def only_usable(times: TravelTimes, usable: Bools) -> TravelTimes:
    """Return the times of the sites that can be used; nobody reaches the others."""
    return _kept(times, np.repeat(np.asarray(usable, dtype=bool), np.diff(times.start)))


def only_won(times: TravelTimes, competitors: TravelTimes) -> TravelTimes:
    """Return the times to sites that are nearer than every competitor.

    A person is won by the nearest place; who has a competitor as near or nearer stays with it (ReVelle
    1986, The maximum capture or "sphere of influence" location problem, Journal of Regional Science 26).

    Examples
    --------
    >>> times = TravelTimes.from_matrix([[60.0, 60.0, 60.0]])
    >>> rival = TravelTimes.from_matrix([[60.0, 61.0, float("inf")]])
    >>> only_won(times, rival).point.tolist()
    [1, 2]
    """
    nearest = np.full(times.points, np.iinfo(np.int64).max)
    np.minimum.at(nearest, competitors.point, competitors.milliseconds.astype(np.int64))
    return _kept(times, times.milliseconds < nearest[times.point])


def _kept(times: TravelTimes, kept: Bools) -> TravelTimes:
    before = np.concatenate([[0], np.cumsum(kept)])
    return TravelTimes(before[times.start], times.point[kept], times.milliseconds[kept], times.points)


def stacked_demand(
    question: SiteQuestion,
    layers: Layers,
    blocks: Sequence[Block],
    cuts: tuple[Cut, ...],
    *,
    services: int = 1,
) -> Demand:
    """Return the demand of a question: an entry for each case, service and demand point.

    Labels of ``area`` and ``cell`` are those floors go by; those of ``part`` are the polygons, groups or
    cases among which the plan is fair. Where the worst case is to be as good as can be, a floor holds in
    each case.

    Raises
    ------
    InputError
        Where parts are asked for that the study does not have.
    """
    groups = layers.demand["group"].astype(object).to_numpy()
    area = _polygons("area", cuts, "area_floor") if question.area_floor else None
    cell = _polygons("grid", cuts, "grid_floor") if question.grid_floor else None
    part = groups if question.fair == "group" else None
    if question.fair in ("grid", "area"):
        part = _polygons(question.fair, cuts, "fair")
    weight = _weight(question, layers)
    if len(blocks) == 1 and services == 1:
        return Demand(blocks[0].people, group=groups, area=area, cell=cell, part=part, weight=weight)
    count, copies = len(groups), len(blocks) * services
    weights = np.tile(np.ones(count) if weight is None else weight, copies)
    given = question.case_weights
    by_case = [given.get(block.case.id, given.get(EVERY, 1.0)) for block in blocks]
    case = np.repeat(np.array([block.case.id for block in blocks], dtype=object), count * services)
    worst = _worst_case(question, blocks)

    def stacked(labels: NDArray[Any] | None) -> NDArray[Any] | None:
        if labels is None:
            return None
        every = np.tile(labels, copies)
        return _in_each(case, every) if worst else every

    return Demand(
        np.concatenate([np.tile(block.people, services) for block in blocks]),
        point=np.concatenate([np.tile(np.arange(count) + k * count, services) for k in range(len(blocks))]),
        group=np.tile(groups, copies),
        area=stacked(area),
        cell=stacked(cell),
        part=case if worst else stacked(part),
        category=np.tile(np.repeat(np.arange(services), count), len(blocks)),
        weight=weights * np.repeat(by_case, count * services),
    )


def part_rules(
    question: SiteQuestion, layers: Layers, blocks: Sequence[Block], demand: Demand
) -> dict[str, Any]:
    """Return fairness and floors in the words of the engine's rules.

    Raises
    ------
    InputError
        For labels that the study does not have.
    """
    rules: dict[str, Any] = {}
    if question.fair != "none":
        rules["fair"] = "gini" if question.fair_by == "gini" else "worst_first"
        rules["give_up"] = question.give_up
    if _worst_case(question, blocks):
        if question.aim == "cover":
            rules["part_floor"] = {block.case.id: question.share for block in blocks}
        else:
            rules["fair"] = "worst_first"
    polygons = {"grid": layers.grids, "area": layers.areas}
    faults: list[Fault] = []
    for kind, frame in polygons.items():
        column: Labels = "cell" if kind == "grid" else "area"
        table: Mapping[str, float] = getattr(question, f"{kind}_floor")
        if table:
            named = _ids_by_name(frame)
            faults += _strange(f"{kind}_floor", table, {*named, *frame["id"]})
            by_id = {named.get(label, label): share for label, share in table.items()}
            rules[f"{column}_floor"] = _by_label(by_id, demand.labels(column)[0])
    groups = demand.labels("group")[0]
    for field in ("group_floor", "group_weights"):
        table = getattr(question, field)
        faults += _strange(field, table, set(groups))
        if table:
            rules[field] = _by_label(table, groups, usual=1.0 if field == "group_weights" else 0.0)
    faults += _strange("case_weights", question.case_weights, {block.case.id for block in blocks})
    if faults:
        raise InputError(faults)
    return rules


def areas_to_fill(
    question: SiteQuestion, cuts: tuple[Cut, ...], people: Floats, sites: gpd.GeoDataFrame
) -> tuple[NDArray[Any] | None, dict[str, int]]:
    """Return the area each site stands in, and the least number of open sites in each area.

    Raises
    ------
    InputError
        Where the study has neither areas nor a grid.
    """
    if not question.each_area and question.each_thousand is None:
        return None, {}
    field = "each_area" if question.each_area else "each_thousand"
    if not cuts:
        raise InputError([_no_parts(field, "area")])
    cut = next((cut for cut in cuts if cut.kind == "area"), cuts[0])
    ids = cut.areas["id"].to_numpy(dtype=object)
    least = dict.fromkeys(ids, question.each_area)
    if question.each_thousand is not None:
        living = dict(zip(ids, np.asarray(cut.shares @ people)[:-1].tolist(), strict=True))
        more = sites_per_thousand(living, per_thousand=question.each_thousand)
        least = {area: max(number, more[area]) for area, number in least.items()}
    return _area_of(sites, cut.areas), least


def _area_of(sites: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return the id of the first polygon that each site lies in; None outside all."""
    site, polygon = areas.sindex.query(sites.geometry, predicate="intersects")
    labels = np.full(len(sites), None, dtype=object)
    labels[site[::-1]] = areas["id"].to_numpy(dtype=object)[polygon[::-1]]
    return labels


def _polygons(kind: str, cuts: tuple[Cut, ...], field: str) -> NDArray[Any]:
    """Return the id of the polygon of a kind in which each demand point lies."""
    found = [cut for cut in cuts if cut.kind == kind]
    if not found:
        raise InputError([_no_parts(field, kind)])
    return polygon_of_most(found[0].areas, found[0].shares)


def _in_each(case: NDArray[Any], labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels told apart by case: pairs of case and label, None where there is no label."""
    pairs = (None if label is None else (one, label) for one, label in zip(case, labels, strict=True))
    return np.fromiter(pairs, dtype=object, count=len(labels))


def _no_parts(field: str, kind: str) -> Fault:
    if kind == "grid":
        what = Text("the study has no grid", "项目中没有网格图层")
        fix = Text("Add a layer with source = 'grid'", "请添加 source = 'grid' 的图层")
    else:
        what = Text("the study has no areas", "项目中没有片区图层")
        fix = Text("Add a layer of kind area", "请添加 area 图层")
    return Fault(what, fix, source=field, value=kind, code=CODE)


def _weight(question: SiteQuestion, layers: Layers) -> Floats | None:
    """Return what a person counts by shift; None where all count alike."""
    given = question.shift_weights
    if not given:
        return None
    faults = [*_strange("shift_weights", given, {"in", "out", "all"})]
    if faults:
        raise InputError(faults)
    usual = given.get(EVERY, 1.0)
    shifts = layers.demand["shift"].fillna("all")
    return np.array([given.get(str(shift), usual) for shift in shifts], dtype=float)


def _worst_case(question: SiteQuestion, blocks: Sequence[Block]) -> bool:
    """Whether the worst case has to be told from the others; the longest way is the worst by itself."""
    return question.robust == "worst" and len(blocks) > 1 and question.aim in ("people", "cover")


def _ids_by_name(frame: gpd.GeoDataFrame) -> dict[str, str]:
    named = frame[frame["name"].notna()]
    return dict(zip(named["name"], named["id"], strict=True))


def _by_label(table: Mapping[str, float], labels: Iterable[Any], *, usual: float = 0.0) -> dict[Any, float]:
    every = table.get(EVERY, usual)
    return {label: table.get(str(label[1] if isinstance(label, tuple) else label), every) for label in labels}


def _strange(field: str, table: Mapping[str, float], known: Iterable[Any]) -> Iterator[Fault]:
    names = {str(name) for name in known}
    for label in sorted(set(table) - names - {EVERY}):
        what = Text("the study knows no such name", "项目中没有此名称")
        listed = sorted(names)[:20]
        fix = Text(f"Known: {', '.join(listed) or '-'}", f"可用：{'、'.join(listed) or '-'}")
        yield Fault(what, fix, source=field, value=label, code=CODE)
