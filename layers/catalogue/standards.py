"""Standards as data: the built-in ones beside this file, and the user's own TOML.

A file names its requirements, each with `source`, `clause` and `verified`. A file of the user may
start from another standard with ``extends``: a requirement with the same category and tier replaces
the one it inherits, and keys listed in ``remove`` (``category`` or ``category@tier``) are dropped.
``[[confirmed]]`` says who has compared clauses with the published text, when, and with which text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from geo.errors import Fault, InputError
from geo.measures.standard import (
    AreaRule,
    Condition,
    Confirmation,
    Function,
    Overall,
    Quota,
    Requirement,
    Source,
    Standard,
    Tier,
)
from geo.text import Text
from layers.catalogue.standard_file import FileRequirement, FileWords, StandardFile, parse_file

BUILT_IN = Path(__file__).parent / "data" / "standards"
Clause = TypeVar("Clause", Requirement, Quota, AreaRule)
Line = TypeVar("Line", Requirement, Tier, Quota, AreaRule, Function, Source, Condition)


def list_standards() -> tuple[Standard, ...]:
    """Return every built-in standard, by id.

    Examples
    --------
    >>> "gb50180-2018" in [standard.id for standard in list_standards()]
    True
    """
    return tuple(_built_in(path.stem) for path in sorted(BUILT_IN.glob("*.toml")))


def read_standard(id_or_path: str | Path) -> Standard:
    """Read a built-in standard by its id, or the user's own TOML by its path.

    Raises
    ------
    InputError
        When there is no such standard, or with every fault of the file at once.

    Examples
    --------
    >>> standard = read_standard("gb50180-2018")
    >>> [r.metres for r in standard.requirements if r.category == "kindergarten"]
    [300.0]
    """
    name = str(id_or_path)
    if (BUILT_IN / f"{name}.toml").is_file() and Path(name).name == name:
        return _built_in(name)
    path = Path(id_or_path)
    if not path.is_file():
        raise InputError([_unknown(name)])
    return _read(path, ())


@cache
def _built_in(name: str) -> Standard:
    return _read(BUILT_IN / f"{name}.toml", ())


def _read(path: Path, below: tuple[Path, ...]) -> Standard:
    path = path.resolve()
    if path in below:
        what = Text("The standard extends itself", "该标准循环引用自身")
        fix = Text("Take `extends` out of one of the files", "请删除其中一个文件的 extends")
        raise InputError([Fault(what, fix, source=str(path), code="standard-cycle")])
    file = parse_file(path)
    base = _base(file.extends, path, (*below, path)) if file.extends is not None else None
    own = _own(file, base.tiers if base else ())
    if base is not None:
        own = _extended(base, own, file, path)
    faults = [*_checked(own, path), *_unknown_clauses(own, file, path)]
    if faults:
        raise InputError(faults)
    return _confirmed(own, file)


def _confirmed(standard: Standard, file: StandardFile) -> Standard:
    """Return the standard with the lines that somebody has confirmed marked by who it was."""
    said = {one.clause: Confirmation(by=one.by, on=one.on, text=one.text) for one in file.confirmed}

    def marked(line: Clause) -> Clause:
        by = said.get(line.key, said.get(line.clause))
        return line if by is None else replace(line, verified=True, confirmed=by)

    return replace(
        standard,
        requirements=tuple(marked(line) for line in standard.requirements),
        quotas=tuple(marked(line) for line in standard.quotas),
        area_rules=tuple(marked(line) for line in standard.area_rules),
    )


def _unknown_clauses(standard: Standard, file: StandardFile, path: Path) -> Iterator[Fault]:
    lines: list[Requirement | Quota | AreaRule] = [*standard.requirements, *standard.quotas]
    lines += standard.area_rules
    known = {name for line in lines for name in (line.key, line.clause) if name}
    for number, one in enumerate(file.confirmed, start=1):
        if one.clause not in known:
            yield _said("clause", f"{path}: confirmed[{number}].clause", one.clause)


def _own(file: StandardFile, inherited: tuple[Tier, ...]) -> Standard:
    tiers = tuple(_value(Tier, tier) for tier in file.tier)
    minutes = {tier.id: tier.minutes for tier in (*inherited, *tiers)}
    return Standard(
        file.id,
        Text(file.title.en, file.title.zh),
        tuple(_requirement(row, minutes, file.measure_reason) for row in file.requirement),
        tuple(_value(Source, row) for row in file.source),
        tiers,
        tuple(_value(Quota, row) for row in file.quota),
        tuple(_value(AreaRule, row) for row in file.area_rule),
        tuple(_value(Function, row) for row in file.function),
        Text(file.note.en, file.note.zh),
        tuple(_value(Condition, row) for row in file.condition),
        Overall(**file.overall.model_dump()) if file.overall else None,
    )


def _value(kind: type[Line], model: BaseModel) -> Line:
    """Return the frozen value of geo that a line of the file describes."""
    names = [field.name for field in fields(kind) if field.name in type(model).model_fields]
    given = {name: getattr(model, name) for name in names}
    words = {name: Text(value.en, value.zh) for name, value in given.items() if isinstance(value, FileWords)}
    return kind(**given | words)


def _requirement(
    model: FileRequirement, tier_minutes: dict[str, float | None], measure_reason: FileWords
) -> Requirement:
    """Return the requirement; one that names no minutes is asked for within those of its tier.

    What a file says of all its distances is the reason of those that name none of their own.
    """
    own = model.measure_reason or measure_reason
    reason = own if model.metres is not None else FileWords(en="", zh="")
    model = model.model_copy(update={"measure_reason": reason})
    if model.minutes is None and model.tier is not None:
        model = model.model_copy(update={"minutes": tier_minutes.get(model.tier)})
    return _value(Requirement, model)


def _base(name: str, path: Path, below: tuple[Path, ...]) -> Standard:
    built_in = BUILT_IN / f"{name}.toml"
    if Path(name).name == name and built_in.is_file():
        return _read(built_in, below)
    beside = path.parent / name
    if not beside.is_file():
        raise InputError([_unknown(name, source=f"{path}: extends")])
    return _read(beside, below)


def _extended(base: Standard, own: Standard, file: StandardFile, path: Path) -> Standard:
    """Return `base` with the lines of `own` added or in place of those with the same key."""
    known = {r.key for r in base.requirements}
    unknown = [key for key in file.remove if key not in known]
    if unknown:
        what = Text("Nothing to remove under this key", "没有可删除的条目")
        fix = Text(f"Use one of: {', '.join(sorted(known))}", f"可用的键：{'、'.join(sorted(known))}")
        source = f"{path}: remove"
        raise InputError([Fault(what, fix, source=source, value=k, code="standard-remove") for k in unknown])
    kept = (r for r in base.requirements if r.key not in file.remove)
    return Standard(
        own.id,
        own.title,
        _merged(kept, own.requirements, lambda line: line.key),
        _merged(base.sources, own.sources, lambda line: line.id),
        _merged(base.tiers, own.tiers, lambda line: line.id),
        _merged(base.quotas, own.quotas, lambda line: line.key),
        _merged(base.area_rules, own.area_rules, lambda line: line.key),
        _merged(base.functions, own.functions, lambda line: line.id),
        own.note if own.note.en else base.note,
        _merged(base.conditions, own.conditions, lambda line: line.id),
        own.overall or base.overall,
    )


def _merged(base: Iterable[Line], own: Iterable[Line], key: Callable[[Line], str]) -> tuple[Line, ...]:
    return tuple(({key(line): line for line in base} | {key(line): line for line in own}).values())


def _checked(standard: Standard, path: Path) -> Iterator[Fault]:
    """Say what the lines of a standard get wrong among themselves."""
    tiers = {tier.id for tier in standard.tiers}
    sources = {source.id for source in standard.sources}
    conditions = {condition.id for condition in standard.conditions}
    seen: dict[str, tuple[str, ...]] = {}
    sizes: dict[str, tuple[dict[str, float], bool]] = {}
    keys: set[str] = set()
    for number, line in enumerate(standard.requirements):
        place = f"{path}: requirement[{number}]"
        if line.key in keys:
            yield _said("twice", place, line.key)
        if line.tier is not None and line.tier not in tiers:
            yield _said("tier", f"{place}.tier", line.tier)
        if line.source and line.source not in sources:
            yield _said("source", f"{place}.source", line.source)
        if seen.setdefault(line.category, line.accepts) != line.accepts:
            yield _said("accepts", f"{place}.accepts", line.category)
        if line.condition is not None and line.condition not in conditions:
            yield _said("condition", f"{place}.condition", line.condition)
        asked = (line.sizes, line.size_decides)
        if sizes.setdefault(line.category, asked) != asked:
            yield _said("sizes", place, line.category)
        keys.add(line.key)


_SAID = {
    "condition": (
        Text("The standard has no such condition", "标准中没有该适用条件"),
        Text("Add it as [[condition]] with id and name", "请用 [[condition]] 添加 id 与 name"),
    ),
    "sizes": (
        Text("One category asks for different sizes in two lines", "同一类别在两行中的规模要求不一致"),
        Text("Use two categories, each with its accepts", "请分为两个类别，分别写明 accepts"),
    ),
    "clause": (
        Text("The standard has no such clause", "标准中没有该条文"),
        Text(
            "Write it as `lifecircle standards --checklist` does",
            "请按 lifecircle standards --checklist 列出的写法填写",
        ),
    ),
    "twice": (
        Text("Asked for twice", "同一要求出现两次"),
        Text("Keep one line for each category and tier", "每个类别和层级只保留一行"),
    ),
    "tier": (
        Text("The standard has no such tier", "标准中没有该层级"),
        Text("Add it as [[tier]], or use the id of one that is there", "请用 [[tier]] 添加，或改用已有层级"),
    ),
    "source": (
        Text("The standard has no such source", "标准中没有该来源"),
        Text("Add it as [[source]] with id and title", "请用 [[source]] 添加 id 与 title"),
    ),
    "accepts": (
        Text("One category accepts different things in two lines", "同一类别在两行中的 accepts 不一致"),
        Text("Write the same list in both, or use two categories", "请写成一致，或分为两个类别"),
    ),
}


def _said(kind: str, place: str, value: str) -> Fault:
    what, fix = _SAID[kind]
    return Fault(what, fix, source=place, value=value, code=f"standard-{kind}")


def _unknown(name: str, source: str = "standard") -> Fault:
    known = ", ".join(path.stem for path in sorted(BUILT_IN.glob("*.toml")))
    what = Text("There is no such standard, and no such file", "没有该标准，也没有该文件")
    fix = Text(f"Use one of {known}, or the path of your own TOML", f"可用：{known}，或自定义 TOML 的路径")
    return Fault(what, fix, source=source, value=name, code="standard-unknown")
