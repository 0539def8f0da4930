"""Where the next sites go: set cover, maximal covering, p-median and p-center, each with a proof."""

from geo.siting.compare import CurvePoint, Regret, alternatives, curve, regret
from geo.siting.plan import Coverage, Culprit, Plan, SiteShare, Status
from geo.siting.problem import (
    Demand,
    Goal,
    Problem,
    Progress,
    Rules,
    Run,
    Sites,
    TravelTimes,
    pairs_within,
    sites_per_thousand,
)
from geo.siting.solve import cover_all, cover_most, least_minutes, least_worst, solve

__all__ = [
    "Coverage",
    "Culprit",
    "CurvePoint",
    "Demand",
    "Goal",
    "Plan",
    "Problem",
    "Progress",
    "Regret",
    "Rules",
    "Run",
    "SiteShare",
    "Sites",
    "Status",
    "TravelTimes",
    "alternatives",
    "cover_all",
    "cover_most",
    "curve",
    "least_minutes",
    "least_worst",
    "pairs_within",
    "regret",
    "sites_per_thousand",
    "solve",
]
