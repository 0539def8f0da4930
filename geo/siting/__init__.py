"""Where the next sites go: set cover, maximal covering, p-median and p-center, each with a proof."""

from geo.siting.asked import AskedPlan, plan_asked
from geo.siting.compare import Regret, best_plan, fill_first, regret
from geo.siting.curves import Curve, CurvePoint, curve, curve_of
from geo.siting.near import Alternatives, alternatives, near_plans
from geo.siting.phases import Limit, Phasing, Stage, phase
from geo.siting.plan import Coverage, Culprit, NothingNew, Plan, SiteShare, Status
from geo.siting.problem import Demand, Goal, Problem, Rules, Sites, pairs_within, sites_per_thousand
from geo.siting.run import Halt, Run, SearchProgress
from geo.siting.solve import cover_all, cover_most, least_minutes, least_worst, solve
from geo.siting.times import TravelTimes

__all__ = [
    "Alternatives",
    "AskedPlan",
    "Coverage",
    "Culprit",
    "Curve",
    "CurvePoint",
    "Demand",
    "Goal",
    "Halt",
    "Limit",
    "NothingNew",
    "Phasing",
    "Plan",
    "Problem",
    "Regret",
    "Rules",
    "Run",
    "SearchProgress",
    "SiteShare",
    "Sites",
    "Stage",
    "Status",
    "TravelTimes",
    "alternatives",
    "best_plan",
    "cover_all",
    "cover_most",
    "curve",
    "curve_of",
    "fill_first",
    "least_minutes",
    "least_worst",
    "near_plans",
    "pairs_within",
    "phase",
    "plan_asked",
    "regret",
    "sites_per_thousand",
    "solve",
]
