"""Candidates that no best plan needs: another covers all they do, costs no more, and breaks no rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.siting.engines.losses import dominated_sites
from geo.siting.prepared import Case
from geo.types import Bools


def thinned(case: Case) -> Case:
    """Return the case without dominated candidates; the case itself where none is known to be.

    Whatever plan has the dominated candidate is no worse with the other in its place, or without it where
    the other is open too: the number and the money are no more, whoever was covered still is, so that
    shares, floors and the worst part are no less. That asks for coverage by one site without decay and
    without limits of room; a least Gini coefficient may want fewer people covered. A site that an area is
    to have, that is insisted on, or that may stand too close to another stays.
    """
    if not _lets(case):
        return case
    free = np.zeros(case.problem.sites.count, dtype=bool)
    free[case.candidates] = True
    free[case.pairs.ravel()] = False
    rows = np.flatnonzero(free[case.choices])
    table = case.cover_table()
    priced = case.goal == "cover_all" or case.rules.budget is not None
    size = case.money.units[case.choices] if priced else np.ones(case.choices.size)
    dominated = dominated_sites(replace(table, size=size).only(rows))
    gone = np.zeros(free.size, dtype=bool)
    gone[case.choices[rows[dominated]]] = True
    gone &= ~_needed(case)
    if not gone.any():
        return case
    sites = replace(case.problem.sites, forbidden=case.problem.sites.flag("forbidden") | gone)
    return Case(replace(case.problem, sites=sites), case.rules, case.goal, case.near_too)


def _lets(case: Case) -> bool:
    rules = case.rules
    covers = case.goal in ("cover_all", "cover_most") and rules.decay is None and rules.copies == 1
    return covers and rules.fair != "gini" and not case.has_capacity and not case.near_too


def _needed(case: Case) -> Bools:
    """Return which sites a rule may ask for: insisted on, or in an area still short of sites."""
    needed = case.problem.sites.flag("required").copy()
    names, area = case.area_of_sites()
    staying = np.bincount(area[case.kept][area[case.kept] >= 0], minlength=len(names))
    short = np.array([case.rules.least_sites[name] > staying[k] for k, name in enumerate(names)] + [False])
    return needed | short[area]
