"""What of a standard could not be assessed, how much of it that is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from geo.assessment.cuts import cuts_of
from geo.assessment.provision import untested_rules
from geo.assessment.tables import of_case
from geo.assessment.traveller import positions_by_category
from geo.measures.size import untested_sizes
from geo.measures.standard import AreaRule, Quota, Requirement
from geo.text import Text
from maps.result import StudyResult

Clause = Requirement | Quota | AreaRule
Why = Literal["no_layer", "no_limit", "no_setting", "no_size", "no_amount", "no_level"]

REASONS: Final[dict[Why, Text]] = {
    "no_layer": Text("no layer holds them", "没有相应图层"),
    "no_limit": Text("they name no limit", "标准未给出限值"),
    "no_setting": Text(
        "the study does not say where their condition holds (conditions, or a column 区位 of the areas)",
        "未说明适用条件（可在项目中写明，或在片区表中增加“区位”列）",
    ),
    "no_size": Text("the sizes they hang on are not known", "所依据的规模未知"),
    "no_amount": Text("what there is, or for how many households, was not given", "未提供现状数量或户数"),
    "no_level": Text("the study has no areas of their level", "项目中没有相应层级的片区"),
}
"""Why something was not assessed, in the order in which it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassessed:
    """What a standard asks for and nothing is known of.

    Attributes
    ----------
    asked
        How many lines the standard requires: requirements, amounts per thousand, rules of areas.
    kinds
        Which of these it has.
    left
        Those that could not be assessed, by the reason.
    """

    asked: int
    kinds: tuple[str, ...]
    left: dict[Why, tuple[Clause, ...]]

    @property
    def count(self) -> int:
        """Return how many could not be assessed."""
        return sum(len(clauses) for clauses in self.left.values())


def unassessed(result: StudyResult) -> Unassessed:
    """Return what the standard requires and a run could not assess."""
    standard = result.standard
    demanded = [r for r in standard.requirements if r.demanded]
    missing = set(result.assessment.not_assessed)
    pairs: list[tuple[Why, Clause]] = [(_why(result, r), r) for r in demanded if r in missing]
    pairs += [("no_amount", quota) for quota in standard.quotas if quota.key in unknown_amounts(result)]
    pairs += [("no_level", rule) for rule in rules_without_level(result)]
    return Unassessed(
        asked=len(demanded) + len(standard.quotas) + len(standard.area_rules),
        kinds=tuple(
            kind
            for kind, lines in zip(_KINDS, (demanded, standard.quotas, standard.area_rules), strict=True)
            if lines
        ),
        left={
            why: clauses
            for why in REASONS
            if (clauses := tuple(clause for reason, clause in pairs if reason == why))
        },
    )


def unknown_amounts(result: StudyResult) -> frozenset[str]:
    """Return the keys of the quotas of which nobody said how much there is, alone or for all tiers."""
    table = result.tables.quotas
    if not len(table):
        return frozenset()
    first = of_case(table, result.first.case.id)
    known = first[first["balance"].notna()]
    joint = set(known.loc[known["tier"].isna(), "quota"])
    keys = set(known["quota"])
    return frozenset(
        quota.key
        for quota in result.standard.quotas
        if quota.key not in keys and f"{quota.category}:{quota.unit}" not in joint
    )


def rules_without_level(result: StudyResult) -> tuple[AreaRule, ...]:
    """Return the rules of areas for whose level the study has no polygons."""
    layers = result.layers
    cuts = cuts_of(layers.demand, grids=layers.grids, areas=layers.areas)
    return untested_rules(result.standard.area_rules, cuts)


def sizes_not_tested(result: StudyResult) -> tuple[Requirement, ...]:
    """Return the requirements that were tested by distance or time alone, for no place gives its size."""
    ground = result.ground
    found = positions_by_category(ground.facilities["category"], ground.standard)
    untested = {r.category for r in untested_sizes(ground.facilities, ground.standard, found)}
    missing = set(result.assessment.not_assessed)
    return tuple(r for r in ground.standard.requirements if r.category in untested and r not in missing)


def unassessed_text(found: Unassessed) -> Text:
    """Return how many lines could not be assessed of how many, and which, by the reason."""
    parts = [
        Text(f"{REASONS[why].en}: {names.en}", f"{REASONS[why].zh}：{names.zh}")
        for why, clauses in found.left.items()
        for names in (names_of(clauses),)
    ]
    kinds = [_KINDS[kind] for kind in found.kinds]
    en, zh = " and ".join(kind.en for kind in kinds), "、".join(kind.zh for kind in kinds)
    return Text(
        f"of the {found.asked} things the standard asks for ({en}), {found.count} could not be assessed; "
        + "; ".join(part.en for part in parts),
        f"标准要求共{found.asked}项（{zh}），其中{found.count}项未能评估。"
        + "；".join(part.zh for part in parts),
    )


_KINDS: Final = {
    "facilities": Text("required facilities", "应配设施"),
    "amounts": Text("amounts per thousand", "千人指标"),
    "rules": Text("rules of areas", "分片区配置要求"),
}


_NOTHING_HELD: Final = Text(
    "The file of the standard holds no clause yet: nothing can be assessed by it.",
    "所选标准尚未收录条文，不能据此评估。",
)
_NOTHING_ASKED: Final = Text(
    "Nothing that the standard asks for in minutes or metres could be assessed.",
    "标准对出行时间和服务半径的要求均未能评估。",
)


def nothing_assessed(result: StudyResult) -> Text | None:
    """Return that no time and no distance of the standard was assessed, and why; None where one was."""
    if any(each.requirement.by_standard for each in result.assessment.results):
        return None
    standard = result.standard
    held = any(r.by_standard for r in standard.requirements) or standard.quotas or standard.area_rules
    return _NOTHING_ASKED if held else _NOTHING_HELD


NO_AREAS: Final = Text(
    "Gaps are placed by grid or area; the study has neither",
    "项目中没有网格或片区，短板未定位到具体区域",
)


def not_looked_for(result: StudyResult) -> Text | None:
    """Return why no gaps could be looked for or placed in the first case; None where they could."""
    if not any(each.requirement.demanded for each in result.assessment.results):
        return Text(
            "No gaps could be looked for: nothing that the standard requires could be assessed",
            "标准的应配要求均未能评估，无法查找短板",
        )
    looked = of_case(result.tables.by_area, result.first.case.id)
    if not len(looked):
        return NO_AREAS
    if not (looked["total"] > 0).any():
        return Text("No gaps could be looked for: nobody is counted", "没有统计人口，无法查找短板")
    return None


def unassessed_count(found: Unassessed) -> Text:
    """Return how many lines could not be assessed, in a few words."""
    return Text(
        f"{found.count} of the {found.asked} things the standard asks for could not be assessed.",
        f"标准要求共{found.asked}项，其中{found.count}项未能评估。",
    )


def names_of(clauses: Iterable[Clause]) -> Text:
    """Return what clauses are called, each name once: several tiers ask for the same service."""
    # 儿童、老年人活动场地 is one name, not two.
    names = [
        Text(clause.name.en, f"“{clause.name.zh}”" if "、" in clause.name.zh else clause.name.zh)
        for clause in clauses
    ]
    return Text(
        ", ".join(dict.fromkeys(name.en for name in names)),
        "、".join(dict.fromkeys(name.zh for name in names)),
    )


def _why(result: StudyResult, requirement: Requirement) -> Why:
    return next(_reasons(result, requirement), "no_layer")


def _reasons(result: StudyResult, requirement: Requirement) -> Iterator[Why]:
    if requirement.condition is not None and requirement.condition not in result.ground.applies:
        yield "no_setting"
    if requirement.minutes is None and requirement.metres is None:
        yield "no_limit"
    accepted = requirement.accepts or (requirement.category,)
    if requirement.size_decides and result.layers.facilities["category"].isin(accepted).any():
        yield "no_size"
