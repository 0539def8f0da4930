"""Measures of accessibility as a study asks for them: its settings read, completed and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from geo.assessment.access import (
    NO_ACCESS,
    AccessResult,
    AccessSettings,
    measure_access,
    without_capacity,
)
from geo.assessment.assess import CaseAssessment, Ground
from geo.assessment.case import Usable
from geo.blocks import Progress
from geo.errors import Fault, InputError
from geo.measures.access import MEASURE_NAMES, TIME_MEASURES
from geo.measures.decay import Decay, exponential_decay, gaussian_decay, power_decay
from geo.measures.standard import Standard
from geo.text import Text
from layers.load import Layers
from layers.settings import category_id, category_names, completed, usable_in
from layers.study.cases import read_cases
from layers.study.model import Accessibility, Study


def check_access(study: Study, ground: Ground, usable: Sequence[Usable]) -> None:
    """Refuse, before anything is searched, what cannot be measured.

    Parameters
    ----------
    usable
        The facilities that can be used, one for each case.

    Raises
    ------
    InputError
        When a category is named that no layer holds, or capacity is to be shared out where nobody says
        how much there is.
    """
    settings = access_asked(study, ground)
    faults = list(_faults(study, ground, settings, without_capacity(ground, usable))) if settings else []
    if faults:
        raise InputError(faults)


def access_faults(study: Study, standard: Standard, layers: Layers) -> tuple[Fault, ...]:
    """Return what `check_access` would refuse, from the layers alone: no street is searched.

    Raises
    ------
    InputError
        When a case of the study cannot be used.
    """
    ground = Ground(
        standard=completed(standard, study, layers),
        facilities=layers.facilities,
        demand=layers.demand,
        choices=study.choices,
    )
    try:
        check_access(study, ground, [usable_in(study, case, layers) for case in read_cases(study)])
    except InputError as error:
        return error.faults
    return ()


def access_of(
    study: Study, ground: Ground, assessed: Sequence[CaseAssessment], *, progress: Progress | None = None
) -> AccessResult:
    """Return the measures that the study asks for; nothing where it has no ``[accessibility]``."""
    settings = access_asked(study, ground)
    return NO_ACCESS if settings is None else measure_access(ground, assessed, settings, progress=progress)


def access_asked(study: Study, ground: Ground) -> AccessSettings | None:
    """Return the settings of a study as the measures take them."""
    table = study.accessibility
    if table is None:
        return None
    minutes = table.minutes or max(study.minutes)
    step = minutes / len(table.weights)
    return AccessSettings(
        measures=tuple(dict.fromkeys(table.measures)),
        categories=tuple(
            dict.fromkeys(category_id(study, each) for each in table.categories or ground.wanted)
        ),
        minutes=minutes,
        k=table.k,
        supply=table.supply,
        decay=_decay(table, minutes),
        zones={step * number: weight for number, weight in enumerate(table.weights, start=1)},
    )


def _decay(table: Accessibility, minutes: float) -> Decay:
    width = table.decay_minutes or minutes / 3
    if table.decay == "power":
        return power_decay(power=table.power)
    return gaussian_decay(width) if table.decay == "gaussian" else exponential_decay(half_minutes=width)


def _faults(
    study: Study, ground: Ground, settings: AccessSettings, without: Mapping[str, tuple[int, int]]
) -> Iterator[Fault]:
    unknown = [category for category in settings.categories if category not in ground.wanted]
    for category in unknown:
        known = ", ".join(ground.wanted) or "-"
        yield Fault(
            Text("no layer holds this category", "没有图层包含该设施类别"),
            Text(f"Known: {known}", f"可用：{known}"),
            source="accessibility.categories",
            value=category,
            code="study",
        )
    shared = [measure for measure in settings.measures if settings.needs_capacity(measure)]
    known_categories = [category for category in settings.categories if category not in unknown]
    refused = [category for category in known_categories if category in without]
    # Left out of all categories some are noted; named by the study, or none left, there is nothing to do.
    named = study.accessibility is not None and study.accessibility.categories
    if not shared or not refused or (not named and len(refused) < len(known_categories)):
        return
    names = [capacity_missing(ground, category, without) for category in refused]
    measures = Text(
        ", ".join(MEASURE_NAMES[measure].en for measure in shared),
        "、".join(MEASURE_NAMES[measure].zh for measure in shared),
    )
    yield Fault(
        Text(
            f"{measures.en} cannot be computed: capacity is missing for " + "; ".join(n.en for n in names),
            f"无法计算{measures.zh}：缺少容量：" + "；".join(n.zh for n in names),
        ),
        Text(
            "Fill in the capacity of every facility (a column, or values = { capacity = 50 }), leave these "
            f"categories out, or ask for {', '.join(m for m in (*TIME_MEASURES, 'cumulative', 'gravity'))}",
            "请为每处设施补充容量（列，或 values = { capacity = 50 }），或去掉这些设施类别，"
            f"或改用 {'、'.join(m for m in (*TIME_MEASURES, 'cumulative', 'gravity'))}",
        ),
        source="accessibility.measures",
        code="study",
    )


def capacity_missing(ground: Ground, category: str, without: Mapping[str, tuple[int, int]]) -> Text:
    """Return a category with how many of its facilities give no capacity."""
    missing, total = without[category]
    name = category_names(ground.standard)[category]
    return Text(f"{name.en} ({missing:,} of {total:,})", f"{name.zh}（{total:,} 处中 {missing:,} 处）")
