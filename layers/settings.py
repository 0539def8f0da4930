"""What a study is assessed by: standard, travel profile, tiers and functions, completed from its layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.assessment.case import Case, Usable, with_tier_minutes
from geo.assessment.cuts import Counted
from geo.assessment.headline import RESIDENTS
from geo.errors import Fault, InputError
from geo.measures.requirements import Applies
from geo.measures.standard import Condition, Function, Standard
from geo.network.profiles import Profile
from geo.text import Text
from geo.types import Bools, Floats
from layers.catalogue.categories import categories
from layers.catalogue.headers import plain_header
from layers.catalogue.standards import read_standard
from layers.load import Layers, words_of
from layers.study.cases import hours_known, open_then, read_cases
from layers.study.model import Study
from layers.study.paths import resolve_source
from layers.targets import targets_known_to, unknown_targets

USUAL_MINUTES = 15.0
"""The limit that is shown first and sited for where a study has it: the 15-minute life circle."""

_NO_SERVICE = frozenset({"dwelling", "workplace", "office"})
"""Kinds of place that offer no service: a standard may ask for them, a study does not by itself."""


def circle_minutes(study: Study) -> float:
    """Return the minutes of the circle around a place: the longest of the study's up to the usual ones."""
    return max((each for each in study.minutes if each <= USUAL_MINUTES), default=min(study.minutes))


def profile_of(study: Study) -> Profile:
    """Return the travel profile of the first case of a study.

    Raises
    ------
    InputError
        With every case of the study that cannot be used.
    """
    return read_cases(study)[0].profile


def standard_of(study: Study) -> Standard:
    """Return the standard that a study names, built in or of its own.

    A requirement without minutes takes those of its tier; a mean takes as many nearest as the study says.

    Raises
    ------
    InputError
        When there is no such standard, or the study provides amounts it does not ask for.
    """
    named = study.standard
    standard = read_standard(resolve_source(study.folder, named) if named.endswith(".toml") else named)
    faults = [_unknown_quota(standard, key) for key in study.provided if key not in _quota_keys(standard)]
    faults += unknown_targets(standard, study)
    known = {condition.id for condition in standard.conditions}
    faults += [_unknown_condition(standard, one) for one in study.conditions if one not in known]
    if faults:
        raise InputError(faults)
    standard = _where_it_holds(with_tier_minutes(standard), study)
    return standard if study.mean_of is None else standard.with_count(study.mean_of)


def under_standard(study: Study, name: str) -> Study:
    """Return the study assessed by another standard, without what is strange to it.

    Raises
    ------
    InputError
        When there is no such standard.
    """
    standard = read_standard(resolve_source(study.folder, name) if name.endswith(".toml") else name)
    known = {condition.id for condition in standard.conditions}
    keys = _quota_keys(standard)
    return study.model_copy(
        update={
            "standard": name,
            "conditions": tuple(one for one in study.conditions if one in known),
            "provided": {key: amount for key, amount in study.provided.items() if key in keys},
            "targets": targets_known_to(standard, study),
        }
    )


def _where_it_holds(standard: Standard, study: Study) -> Standard:
    """Return the standard without what holds under other conditions than those of the whole study."""
    if not study.conditions:
        return standard
    held = tuple(r for r in standard.requirements if r.condition in (None, *study.conditions))
    return replace(standard, requirements=held)


def settled(standard: Standard, study: Study, layers: Layers) -> tuple[Standard, Applies]:
    """Return the standard without what holds nowhere in the study, and for whom its conditions hold.

    The study names the conditions of its whole ground; else its areas say theirs. Where neither does, what
    asks for a condition stays in the standard and is not assessed.
    """
    if study.conditions:
        return standard, dict.fromkeys(study.conditions)
    applies: dict[str, Bools | None] = {
        condition.id: where
        for condition in standard.conditions
        if (where := _holding(condition, layers)) is not None
    }
    if not applies:
        return standard, {}
    anywhere = {name for name, where in applies.items() if where is not None and where.any()}
    held = tuple(r for r in standard.requirements if r.condition is None or r.condition in anywhere)
    return replace(standard, requirements=held), {name: applies[name] for name in anywhere}


def _holding(condition: Condition, layers: Layers) -> Bools | None:
    """Return the demand points inside the polygons of a condition; None where no polygon says any."""
    frames = [frame for frame in (layers.areas, layers.grids) if "setting" in frame]
    said = [frame for frame in frames if frame["setting"].notna().any()]
    if not said:
        return None
    words = {plain_header(word) for word in (condition.id, condition.name.en, condition.name.zh)}
    points = layers.demand.geometry.representative_point()
    inside = np.zeros(len(points), dtype=np.bool_)
    for frame in said:
        chosen = [plain_header(str(each)) in words for each in frame["setting"]]
        if any(chosen):
            inside |= points.intersects(frame.geometry[chosen].union_all()).to_numpy()
    return inside


def category_id(study: Study, word: str) -> str:
    """Return the id of a category that a study or a question names, by its id or by any of its names.

    A word that nothing knows is returned as it is: it may be the study's own.
    """
    known = categories().with_own(study.categories)
    return word if word in known.by_id else known.find_name(word) or word


def completed(standard: Standard, study: Study, layers: Layers) -> Standard:
    """Return the standard with the study's own categories asked for too, within its longest time."""
    known = categories().with_own(study.categories).by_id
    present = sorted(set(layers.facilities["category"].dropna()) - _NO_SERVICE)
    # A word of the study's own is called as it is written.
    names = {each: known[each].name if each in known else Text(each, each) for each in present}
    measured = (
        [category_id(study, each) for each in study.accessibility.categories] if study.accessibility else []
    )
    return standard.completed(names, minutes=max(study.minutes), by_themselves=measured)


def usable_in(study: Study, case: Case, layers: Layers) -> Usable:
    """Return which facilities can be used in a case: on its date and at its hour."""
    facilities = layers.facilities
    return Usable.of(
        facilities,
        on=case.on,
        open_then=open_then(study, case, facilities),
        hours_known=hours_known(facilities),
    )


def counted_in(study: Study, standard: Standard, layers: Layers) -> Counted:
    """Return what is counted beside the requirements: tiers of stations, functions, amounts."""
    functions, offered = _functions(study, standard, layers.facilities["functions"])
    return Counted(
        minutes=study.minutes,
        tiers=_tiers(study, layers),
        functions=functions,
        offered=offered,
        provided=study.provided,
    )


def tier_names(study: Study, standard: Standard) -> dict[str, Text]:
    """Return what tiers of stations and of the standard are called; others are their own name."""
    stations = {term.id: term.name for term in words_of(study).tiers.terms.values()}
    return stations | {tier.id: tier.name for tier in standard.tiers}


def map_terms(study: Study, facilities: pd.DataFrame) -> dict[str, Text]:
    """Return what the tiers and functions of facilities are called, by their ids, for the cards of a map."""
    words = words_of(study)
    used = {*facilities["tier"].dropna(), *(each for row in facilities["functions"] for each in row)}
    terms = {**words.functions.terms, **words.tiers.terms}
    return {key: terms[key].name for key in sorted(used) if key in terms}


def tier_order(study: Study, present: Sequence[str]) -> tuple[str, ...]:
    """Return the tiers of stations that are present, from the highest to the lowest.

    The study's own come in its order, then the usual ones, then those that only the sheets name.
    """
    own = [tier.id for tier in study.tiers]
    usual = [tier for tier in words_of(study).tiers.terms if tier not in own]
    strange = sorted(set(present) - {*own, *usual})
    return (*(tier for tier in (*own, *usual) if tier in set(present)), *strange)


def who_is_counted(study: Study, demand: pd.DataFrame, people: Floats) -> Text:
    """Return who is counted: the groups of the demand points with people, as they stand in a sentence."""
    terms = words_of(study).groups.terms
    groups = [str(group) for group in pd.unique(demand.loc[people > 0, "group"].dropna())]
    names = [terms[group].name if group in terms else Text(group, group) for group in groups]
    if not names:
        return RESIDENTS
    return Text(" and ".join(name.en for name in names), "、".join(name.zh for name in names))


def category_names(standard: Standard) -> dict[str, Text]:
    """Return what the categories of a standard are called, as its first requirement of each says."""
    return {r.category: r.name for r in reversed(standard.requirements)}


def travels_by(profile: Profile) -> Text:
    """Return how a traveller gets there, as it stands in a sentence."""
    return profile.by


def _tiers(study: Study, layers: Layers) -> dict[str, float]:
    """Return the tiers that stations stand on, from the lowest to the highest, with their minutes."""
    order = tier_order(study, list(layers.facilities["tier"].dropna()))
    minutes = {tier.id: tier.minutes for tier in study.tiers if tier.minutes is not None}
    return {tier: minutes.get(tier, max(study.minutes)) for tier in reversed(order)}


def _functions(
    study: Study, standard: Standard, offered: pd.Series
) -> tuple[tuple[Function, ...], list[tuple[str, ...]]]:
    """Return the functions to be found and, for each facility, the ids of those it offers.

    A standard's function and the word of a sheet are one and the same when their names are. Where
    the standard names no functions, those that some facility offers are counted.
    """
    words = words_of(study).functions
    given = [tuple(each) for each in offered]
    if not standard.functions:
        offered_ids = sorted({name for each in given for name in each})
        names = [words.terms[name].name if name in words.terms else Text(name, name) for name in offered_ids]
        return tuple(Function(name, text) for name, text in zip(offered_ids, names, strict=True)), given
    same: dict[str, str] = {}
    for function in standard.functions:
        for word in (function.name.en, function.name.zh, function.id):
            same[plain_header(word)] = function.id
            same[plain_header(words.find(word) or word)] = function.id
    matched = [tuple(dict.fromkeys(same.get(plain_header(name), name) for name in each)) for each in given]
    return standard.functions, matched


def _unknown_condition(standard: Standard, name: str) -> Fault:
    known = ", ".join(condition.id for condition in standard.conditions) or "-"
    return Fault(
        Text("the standard knows no such condition", "标准中没有该适用条件"),
        Text(f"Known: {known}", f"可用：{known}"),
        source="conditions",
        value=name,
        code="study",
    )


def _quota_keys(standard: Standard) -> set[str]:
    return {key for quota in standard.quotas for key in (quota.key, quota.category)}


def _unknown_quota(standard: Standard, key: str) -> Fault:
    known = ", ".join(sorted(quota.key for quota in standard.quotas)) or "-"
    return Fault(
        Text("the standard asks for no such amount per thousand people", "标准中没有该千人指标"),
        Text(f"Known: {known}", f"可用：{known}"),
        source="provided",
        value=key,
        code="study",
    )
