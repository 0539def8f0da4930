"""The built-in standards and profiles, as text for a screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from geo.measures.standard import AreaRule, Quota, Requirement, Source
from geo.text import Text
from layers.catalogue.profiles import list_profiles, read_profile
from layers.catalogue.standards import list_standards, read_standard
from maps.words.compare import limit_text


def standards_text() -> str:
    """Return a line for each built-in standard: id, titles, and how much of it was verified."""
    lines = []
    for standard in list_standards():
        total = len(standard.requirements)
        checked = total - len(standard.unverified)
        title = f"{standard.title.en} / {standard.title.zh}"
        state = f"{checked} of {total} clauses verified" if total else "no clause could be had"
        lines.append(f"{standard.id:<28}{title} ({state})")
    return "\n".join(lines)


def standard_text(name: str) -> str:
    """Return what a standard asks for, a requirement a line, unverified clauses marked."""
    standard = read_standard(name)
    head = [standard.title.en, standard.title.zh, standard.note.en, standard.note.zh]
    reasons = dict.fromkeys(r.measure_reason for r in standard.requirements if r.measure_reason.en)
    head += [f"{reason.en} / {reason.zh}" for reason in reasons]
    others: list[Quota | AreaRule] = [*standard.quotas, *standard.area_rules]
    return "\n".join(
        [
            *(line for line in head if line),
            *map(_source, standard.sources),
            "",
            *map(_requirement, standard.requirements),
            *(f"{line.name.en} / {line.name.zh}: {_asked(line)}{_mark(line.verified)}" for line in others),
        ]
    )


def _source(source: Source) -> str:
    """Return which text was read, by whom it was published, where and when; or that none could be had."""
    seen = f"; {source.publisher.en}; seen {source.seen.isoformat()}" if source.seen else ""
    return f"[{source.id}] {source.title.en} / {source.title.zh}{seen}; {source.note} {source.url}".rstrip(
        " ;"
    )


def checklist_text(name: str) -> str:
    """Return every clause of a standard, to be compared with the printed text, as a standard of one's own.

    The file extends the standard: whoever has seen a clause takes the signs # off its ``[[confirmed]]`` and
    fills it in.
    """
    standard = read_standard(name)
    lines: list[Requirement | Quota | AreaRule] = [
        *standard.requirements,
        *standard.quotas,
        *standard.area_rules,
    ]
    base = Path(name).name
    own = Path(name).stem
    head = [
        f"# {standard.title.en} / {standard.title.zh}",
        "# Compare each clause with the published text; where it agrees, take the # off and fill it in.",
        "# 请逐条与标准原文核对；核对一致的，去掉行首的 # 并填写核对人、日期和所核对的文本。",
        "",
        f'id = "{own}-confirmed"',
        f'title = {{ en = "{_quoted(standard.title.en)}", zh = "{_quoted(standard.title.zh)}" }}',
        f'extends = "{base}"',
    ]
    titles = {source.id: source.title for source in standard.sources}
    return "\n".join([*head, *(_to_be_confirmed(line, titles) for line in lines)])


def _to_be_confirmed(line: Requirement | Quota | AreaRule, titles: Mapping[str, Text]) -> str:
    source = titles.get(line.source)
    where = ", ".join(part for part in (source.zh if source else line.source, line.clause) if part) or "-"
    state = "verified / 已核对" if line.verified else "not verified / 未与标准原文核对"
    return "\n".join(
        [
            "",
            f"# {line.name.en} / {line.name.zh}: {_asked(line)}",
            f"# {where}; {state}",
            "# [[confirmed]]",
            f'# clause = "{_quoted(line.key)}"',
            '# by = ""',
            "# on = 2026-01-31",
            '# text = ""',
        ]
    )


def _asked(line: Requirement | Quota | AreaRule) -> str:
    """Return what a clause asks for."""
    if isinstance(line, Requirement):
        return _limits(line)
    said = limit_text(line)
    return f"{said.en} / {said.zh}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _requirement(requirement: Requirement) -> str:
    need = "required" if requirement.required else "optional"
    limit = _limits(requirement)
    clause = ", ".join(part for part in (requirement.source, requirement.clause) if part)
    name = f"{requirement.name.en} / {requirement.name.zh}"
    return f"{requirement.tier or '-':<8}{name}: {limit}; {need}; {clause}{_mark(requirement.verified)}"


def _mark(verified: bool) -> str:
    return "" if verified else "  [not verified]"


def _limits(requirement: Requirement) -> str:
    limits = [
        f"{requirement.minutes:g} min" if requirement.minutes is not None else "",
        f"{requirement.metres:g} m {requirement.measure}" if requirement.metres is not None else "",
        f"the nearest {requirement.count}" if requirement.count > 1 else "",
        *(f"{name.replace('_', ' ')} {size:,g}" for name, size in requirement.sizes.items()),
        f"where {requirement.condition}" if requirement.condition else "",
        f"one of {requirement.one_of}" if requirement.one_of else "",
    ]
    return ", ".join(limit for limit in limits if limit) or "present"


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


_NUMBERED = re.compile(r"(Tables? )?([A-Z]?[\d.]+\w?(?:, [\w.]+)*)")


def clause_words(clause: str) -> Text:
    """Return where a requirement is written; nothing in Chinese where only an English description is known.

    Examples
    --------
    >>> clause_words("Table A.3").zh, clause_words("1.2").zh, clause_words("timed tiers").zh
    ('表A.3', '1.2', '')
    """
    numbered = _NUMBERED.fullmatch(clause)
    if numbered:
        return Text(clause, f"{'表' if numbered[1] else ''}{numbered[2].replace(', ', '、')}")
    return Text(clause, clause if any("一" <= sign <= "鿿" for sign in clause) else "")
