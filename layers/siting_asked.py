"""What a siting question means in a study: services, minutes, cases, and the places that count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.case import Case
from geo.errors import Fault, InputError
from geo.limits import minutes_to_seconds
from geo.measures.standard import Standard
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.text import Text
from geo.types import Bools
from layers.catalogue.categories import categories as catalogue
from layers.joined import join_layer
from layers.load import Layers
from layers.settings import USUAL_MINUTES, category_id, category_names, usable_in
from layers.study.model import Study
from layers.study.siting.problem import farthest_seconds
from layers.study.siting.question import CODE, SiteQuestion


def offered(candidates: gpd.GeoDataFrame, *categories: str) -> gpd.GeoDataFrame:
    """Return the candidates that may offer one of some categories: or none at all.

    Examples
    --------
    >>> from layers.rows.frames import empty_frame
    >>> len(offered(empty_frame("candidates"), "clinic"))
    0
    """
    named = candidates["category"]
    kept = candidates[named.isna() | named.isin(categories) | _may_offer(candidates, *categories).any(axis=1)]
    return kept.reset_index(drop=True)


def standing_places(
    question: SiteQuestion,
    study: Study,
    cases: Sequence[Case],
    layers: Layers,
    standard: Standard,
    *categories: str,
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the places that offer a service and count in some case, and how many offer one and do not."""
    facilities = layers.facilities
    offering = _offer(facilities, standard, *categories).any(axis=1)
    offering &= ~facilities["layer"].isin(question.competitors).to_numpy()
    usable = np.any([usable_in(study, case, layers).now for case in cases], axis=0)
    counting = facilities[offering & usable].reset_index(drop=True)
    return counting, int((offering & ~usable).sum())


def _offer(facilities: gpd.GeoDataFrame, standard: Standard, *categories: str) -> Bools:
    """Return which of some services each place offers, a column a service."""
    fulfilled = [standard.accepted.get(category, (category,)) for category in categories]
    return np.column_stack([facilities["category"].isin(each).to_numpy(dtype=bool) for each in fulfilled])


def offers_of(sites: gpd.GeoDataFrame, standard: Standard, *categories: str) -> Bools | None:
    """Return which services each site offers; None where there is but one. A candidate without any: all."""
    if len(categories) == 1:
        return None
    candidate = ~sites["existing"].to_numpy(dtype=bool)
    listed = np.array([bool(each) and isinstance(each, tuple) for each in sites["functions"]], dtype=bool)
    anything = candidate & sites["category"].isna().to_numpy(dtype=bool) & ~listed
    offers = _offer(sites, standard, *categories) | anything[:, None]
    return offers | (_may_offer(sites, *categories) & candidate[:, None])


def _may_offer(candidates: gpd.GeoDataFrame, *categories: str) -> Bools:
    """Return which services each candidate lists among the functions it may offer, by any name of theirs."""
    known = catalogue().by_id
    offers = np.zeros((len(candidates), len(categories)), dtype=bool)
    if "functions" not in candidates:
        return offers
    for column, category in enumerate(categories):
        words = {category}
        if category in known:
            words |= {known[category].name.en, known[category].name.zh, *known[category].names}
        offers[:, column] = [
            isinstance(listed, tuple) and bool(words & set(listed)) for listed in candidates["functions"]
        ]
    return offers


def competing_places(question: SiteQuestion, study: Study, case: Case, layers: Layers) -> gpd.GeoDataFrame:
    """Return the places of the competitors that can be used.

    Raises
    ------
    InputError
        With every layer named that is none of the study's.
    """
    known = {layer.id for layer in study.layers}
    what = Text("the study has no such layer", "项目中没有此图层")
    fix = Text(f"Use ids of layers: {', '.join(sorted(known))}", f"可用图层：{'、'.join(sorted(known))}")
    strange = [name for name in question.competitors if name not in known]
    if strange:
        raise InputError([Fault(what, fix, source="competitors", value=each, code=CODE) for each in strange])
    facilities = layers.facilities
    theirs = facilities["layer"].isin(question.competitors).to_numpy() & usable_in(study, case, layers).now
    return facilities[theirs].reset_index(drop=True)


def cases_asked(question: SiteQuestion, cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return the cases that a plan is to suit: those named, else the first of the study.

    Raises
    ------
    InputError
        With every case named that the study does not have.
    """
    by_id = {case.id: case for case in cases}
    strange = [name for name in question.cases if name not in by_id]
    if strange:
        what = Text("the study has no such case", "项目中没有此情景")
        fix = Text(f"Known: {', '.join(by_id)}", f"可用：{'、'.join(by_id)}")
        raise InputError([Fault(what, fix, source="cases", value=each, code=CODE) for each in strange])
    chosen = tuple(by_id[name] for name in dict.fromkeys(question.cases)) or (cases[0],)
    return tuple(replace(case, on=question.on) for case in chosen) if question.on else chosen


def categories_asked(
    study: Study, layers: Layers, standard: Standard, question: SiteQuestion
) -> tuple[str, ...]:
    """Return the services asked for, each once."""
    if not question.categories:
        return (category_asked(study, layers, standard, question),)
    each = dict.fromkeys(question.categories)
    return tuple(
        category_asked(
            study, layers, standard, question.model_copy(update={"category": name, "categories": ()})
        )
        for name in each
    )


def category_asked(
    study: Study, layers: Layers, standard: Standard, question: SiteQuestion, *, opened: Iterable[str] = ()
) -> str:
    """Return the service asked for; where none is named, the only one there is or that stations offer.

    Parameters
    ----------
    opened
        Categories that a change opens, and the study need not have yet.
    """
    facilities = layers.facilities
    present = {*facilities["category"].dropna(), *layers.candidates["category"].dropna(), *opened}
    served = {category for category, fulfilling in standard.accepted.items() if present & set(fulfilling)}
    if question.category is not None:
        named = category_id(study, question.category)
        if named in present | set(standard.accepted):
            return named
    stations = sorted(set(facilities.loc[facilities["kind"] == "station", "category"].dropna()))
    only = stations if len(stations) == 1 else sorted(present)
    if question.category is None and len(only) == 1:
        return str(only[0])
    what = Text("the category of the service is not given", "没有说明设施类别")
    if question.category is not None:
        what = Text("the study has no such category", "项目中没有此设施类别")
    known = [_with_name(study, standard, each) for each in sorted(present | served)]
    fix = Text(f"Use one of: {', '.join(known) or '-'}", f"可用：{'、'.join(known) or '-'}")
    raise InputError([Fault(what, fix, source="category", value=question.category or "", code=CODE)])


def _with_name(study: Study, standard: Standard, category: str) -> str:
    name = service_name(study, standard, category).to(study.language)
    return (
        category
        if name == category
        else f"{category}（{name}）"
        if study.language == "zh"
        else f"{category} ({name})"
    )


def service_name(study: Study, standard: Standard, category: str) -> Text:
    """Return what a service is called: as the standard says it, else as the categories do."""
    known = {key: each.name for key, each in catalogue().with_own(study.categories).by_id.items()}
    return (known | category_names(standard)).get(category, Text(category, category))


def minutes_of(study: Study, question: SiteQuestion) -> float:
    """Return the minutes of a question: as it says, else the study's 15, or its longest below that."""
    usual = max((m for m in study.minutes if m <= USUAL_MINUTES), default=min(study.minutes))
    return question.minutes or usual


def searched_seconds(study: Study, question: SiteQuestion, minutes: float) -> float:
    """Return how far is searched: as far as the goal looks and the map shows."""
    shown = minutes_to_seconds(max(minutes, *study.minutes))
    return max(shown, farthest_seconds(minutes)) if question.aim in ("minutes", "worst") else shown


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class JoinedSites:
    """Sites of a question, joined to the streets.

    Attributes
    ----------
    sites, access
        What stands and the candidates near a street; ``capacity`` is missing where nothing limits a site.
    candidates
        All candidates, in their order.
    off_street
        How many of them lie too far from any street to be used.
    """

    sites: gpd.GeoDataFrame
    access: AccessPoints
    candidates: AccessPoints
    off_street: int


def join_sites(
    study: Study,
    layers: Layers,
    network: StreetNetwork,
    standing: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
) -> JoinedSites:
    """Return what stands and the candidates as one frame, both joined to the streets."""
    columns = ["id", "name", "category", "functions", "layer", "cost", "capacity", "tags", "geometry"]
    limit = standing["people_limit"]
    # As in the assessment, a place whose limit is not known serves nobody.
    room = standing["capacity"].where(np.isinf(limit), limit.fillna(0.0))
    old = standing.assign(cost=np.nan, capacity=room)
    old, new = (frame.reindex(columns=columns) for frame in (old, candidates))
    old, new = old.assign(existing=True), new.assign(existing=False)
    both = new if not len(old) else pd.concat([old, new], ignore_index=True)
    sites = gpd.GeoDataFrame(both, geometry="geometry", crs=4326)
    access = join_layer(study, network, layers, sites)
    existing = sites["existing"].to_numpy(dtype=bool)
    used = access.snapped | existing
    return JoinedSites(
        sites=sites[used].reset_index(drop=True),
        access=access.take(used),
        candidates=access.take(~existing),
        off_street=int((~used).sum()),
    )


Places: TypeAlias = gpd.GeoDataFrame
"""Places of a service, a row a place."""


def usable_sites(study: Study, case: Case, layers: Layers, sites: Places) -> Bools:
    """Return which sites can be used in a case; a candidate can in every one."""
    usable = set(layers.facilities.loc[usable_in(study, case, layers).now, "id"])
    return np.asarray(~sites["existing"] | sites["id"].isin(usable), dtype=np.bool_)


def services_name(names: Sequence[Text]) -> Text:
    """Return what several services are called together: whoever reaches them reaches all.

    Examples
    --------
    >>> services_name([Text("a clinic", "诊所"), Text("a park", "公园")]).en
    'a clinic and a park'
    """
    return Text(" and ".join(name.en for name in names), "和".join(name.zh for name in names))
