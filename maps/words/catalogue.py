"""The built-in standards and profiles, as text for a screen."""

from __future__ import annotations

from geo.measures.standard import Requirement
from layers.catalogue.profiles import list_profiles, read_profile
from layers.catalogue.standards import list_standards, read_standard


def standards_text() -> str:
    """Return a line for each built-in standard: id, titles, and how much of it was verified."""
    lines = []
    for standard in list_standards():
        total = len(standard.requirements)
        checked = total - len(standard.unverified)
        title = f"{standard.title.en} / {standard.title.zh}"
        lines.append(f"{standard.id:<28}{title} ({checked} of {total} clauses verified)")
    return "\n".join(lines)


def standard_text(name: str) -> str:
    """Return what a standard asks for, a requirement a line, unverified clauses marked."""
    standard = read_standard(name)
    head = [standard.title.en, standard.title.zh, standard.note.en, standard.note.zh, ""]
    return "\n".join([*(line for line in head if line != " "), *map(_requirement, standard.requirements)])


def _requirement(requirement: Requirement) -> str:
    limits = [
        f"{requirement.minutes:g} min" if requirement.minutes is not None else "",
        f"{requirement.metres:g} m {requirement.measure}" if requirement.metres is not None else "",
        f"the nearest {requirement.count}" if requirement.count > 1 else "",
    ]
    mark = "" if requirement.verified else "  [not verified]"
    need = "required" if requirement.required else "optional"
    limit = ", ".join(limit for limit in limits if limit) or "present"
    clause = ", ".join(part for part in (requirement.source, requirement.clause) if part)
    name = f"{requirement.name.en} / {requirement.name.zh}"
    return f"{requirement.tier or '-':<8}{name}: {limit}; {need}; {clause}{mark}"


def profiles_text() -> str:
    """Return a line for each built-in profile: name, speed and source."""
    lines = []
    for name in list_profiles():
        profile = read_profile(name)
        mark = "" if profile.verified else "  [not verified]"
        speed = f"{profile.metres_per_second:.2f} m/s"
        lines.append(
            f"{name:<18}{speed:<10}{profile.name.en} / {profile.name.zh}\n{'':<18}{profile.source.en}{mark}"
        )
    return "\n".join(lines)
