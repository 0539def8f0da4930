"""The share of people a study wants covered, a requirement: ``targets = { clinic = 0.85 }``."""

from __future__ import annotations

from geo.errors import Fault
from geo.measures.standard import Requirement, Standard
from geo.text import Text
from layers.study.model import Study


def target_of(study: Study, *, requirement: str, category: str) -> float | None:
    """Return the share that a requirement is to reach; None where the study sets none.

    Parameters
    ----------
    requirement, category
        The key of the requirement, which goes before that of its category.
    """
    return study.targets.get(requirement, study.targets.get(category))


def targets_known_to(standard: Standard, study: Study) -> dict[str, float]:
    """Return the targets of a study for what a standard asks for."""
    keys = _keys(standard, study)
    return {key: share for key, share in study.targets.items() if key in keys}


def unknown_targets(standard: Standard, study: Study) -> list[Fault]:
    """Return a fault for each target of something that neither standard nor study knows."""
    keys = _keys(standard, study)
    return [_unknown(standard.requirements, key) for key in study.targets if key not in keys]


def _keys(standard: Standard, study: Study) -> set[str]:
    own = {category.id for category in study.categories}
    return own | {key for each in standard.requirements for key in (each.key, each.category)}


def _unknown(requirements: tuple[Requirement, ...], key: str) -> Fault:
    known = ", ".join(sorted({each.category for each in requirements})) or "-"
    return Fault(
        Text("a target for something that the standard does not ask for", "目标所指的设施不在标准要求之内"),
        Text(f"Known: {known}", f"可用：{known}"),
        source="targets",
        value=key,
        code="study",
    )
