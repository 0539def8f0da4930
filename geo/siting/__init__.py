"""Where the next sites go: set cover, maximal covering, p-median and p-center, each with a proof."""

from geo.siting.compare import (
    CurvePoint,
    Regret,
    alternatives,
    best_plan,
    curve,
    curve_of,
    near_plans,
    regret,
)
from geo.siting.plan import Coverage, Culprit, Plan, SiteShare, Status
from geo.siting.problem import (
    Demand,
    Goal,
    Problem,
    Rules,
    Run,
    SearchProgress,
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
    "Regret",
    "Rules",
    "Run",
    "SearchProgress",
    "SiteShare",
    "Sites",
    "Status",
    "TravelTimes",
    "alternatives",
    "best_plan",
    "cover_all",
    "cover_most",
    "curve",
    "curve_of",
    "least_minutes",
    "least_worst",
    "near_plans",
    "pairs_within",
    "regret",
    "sites_per_thousand",
    "solve",
]
