"""Travel profiles as data: the built-in ones, and a user's own."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from geo.errors import Fault, InputError, because
from geo.network.profiles import Profile, TravelMode
from geo.text import Text

_FIELDS = {field.name for field in dataclasses.fields(Profile)}
_REQUIRED = {"id", "name", "speed_kph", "source", "verified", "access_keys", "ways"}
_TEXTS = ("name", "source", "lift_source", "way")
_BUILT_IN = files("layers.catalogue") / "data" / "profiles"
_Fits = Callable[[object], bool]


def list_profiles() -> tuple[str, ...]:
    """Return the names of the built-in profiles.

    Examples
    --------
    >>> "walk" in list_profiles()
    True
    """
    names = (item.name.removesuffix(".toml") for item in _BUILT_IN.iterdir())
    return tuple(sorted(name for name in names if not name.startswith("_")))


def read_profile(name: str, folder: Path | None = None) -> Profile:
    """Read a built-in profile by name, or a user's own from a TOML file in `folder`.

    Raises
    ------
    InputError
        When there is no such profile, or its file says something a profile does not know.

    Examples
    --------
    >>> read_profile("walk").metres_per_second
    1.0
    """
    if name in list_profiles():
        return _built_in(name)
    if folder is None or not name.endswith(".toml"):
        raise InputError([_unknown(name)])
    path = folder / name
    try:
        return _profile(tomllib.loads(path.read_text("utf-8")), name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([_fault(name, *because(Text("cannot be read", "无法读取"), error))]) from error


@cache
def _built_in(name: str) -> Profile:
    return _profile(tomllib.loads((_BUILT_IN / f"{name}.toml").read_text("utf-8")), name)


def _profile(data: dict[str, Any], source: str) -> Profile:
    data = dict(data)
    base = data.pop("based_on", None)
    if base is not None:
        inherited = _base(str(base), source)
        # Whoever has a name of their own is not spoken of in the words of another.
        inherited.pop("way", None)
        data = _merged(inherited, data)
    faults = [
        *(
            _fault(source, f"the key {key!r} is not known", f"未知的键 {key!r}")
            for key in sorted(data.keys() - _FIELDS)
        ),
        *(
            _fault(source, f"the key {key!r} is missing", f"缺少键 {key!r}")
            for key in sorted(_REQUIRED - data.keys())
        ),
        *_values(data, source),
    ]
    if faults:
        raise InputError(faults)
    data["name"] = _text(data["name"])
    data["source"] = _text(data["source"])
    data["way"] = _text(data["way"]) if "way" in data else None
    data["lift_source"] = _text(data.get("lift_source", ""))
    data["access_keys"] = tuple(data["access_keys"])
    data["blocking_barriers"] = frozenset(data.get("blocking_barriers", ()))
    fields: dict[str, Any] = {k: MappingProxyType(v) if isinstance(v, dict) else v for k, v in data.items()}
    return Profile(**fields)


def _text(value: str | dict[str, str]) -> Text:
    return Text(value, value) if isinstance(value, str) else Text(value["en"], value["zh"])


def _base(name: str, source: str) -> dict[str, Any]:
    for candidate in (name, f"_{name}"):
        path = _BUILT_IN / f"{candidate}.toml"
        if candidate.replace("_", "").isalnum() and path.is_file():
            data = tomllib.loads(path.read_text("utf-8"))
            return _merged(_base(data.pop("based_on"), source), data) if "based_on" in data else data
    raise InputError(
        [
            _fault(
                source,
                f"based_on names no built-in profile: {name!r}",
                f"based_on 指向未知的出行方式：{name!r}",
            )
        ]
    )


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with what `own` says instead, table by table; a text is one thing in both languages."""

    def merges(key: str, value: object) -> bool:
        return key not in _TEXTS and isinstance(value, dict) and isinstance(base.get(key), dict)

    return base | {key: base[key] | value if merges(key, value) else value for key, value in own.items()}


def _values(data: dict[str, Any], source: str) -> Iterator[Fault]:
    """Yield a fault for every key that holds something else than it must."""
    for keys, fits, en, zh in _CHECKS:
        for key in keys:
            if key in data and not fits(data[key]):
                value = f"{data[key]!r}"[:80]
                yield _fault(source, f"{key} {en}, found {value}", f"{key} {zh}，实为 {value}")


def _word(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _words(value: object) -> bool:
    return isinstance(value, list) and all(map(_word, value))


def _both_names(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"en", "zh"} and all(map(_word, value.values()))


def _number(least: float, most: float, *, above: bool = False) -> _Fits:
    """Return a test of a number from `least` (or above it) to `most`; true and false are none."""

    def fits(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return least <= value <= most and not (above and value == least)

    return fits


def _table_of(inner: _Fits) -> _Fits:
    return lambda value: isinstance(value, dict) and all(map(inner, value.values()))


_SPEED_EN, _SPEED_ZH = "must be a speed in km/h", "应为速度（km/h）"
_CHECKS: tuple[tuple[tuple[str, ...], _Fits, str, str], ...] = (
    (("id",), _word, "must be text", "应为文字"),
    (
        ("source", "lift_source"),
        lambda value: _word(value) or _both_names(value),
        'must be text, or { en = "...", zh = "..." }',
        "应为文字或 { en, zh }",
    ),
    (("name", "way"), _both_names, 'must be { en = "...", zh = "..." }', "应为 { en, zh }"),
    (
        ("verified", "lift_verified", "steps_directed", "oneway", "private"),
        _flag,
        "must be true or false",
        "应为 true 或 false",
    ),
    (("access_keys", "blocking_barriers"), _words, "must be a list of words", "应为文字列表"),
    (("speed_kph", "top_speed_kph", "pushing_kph"), _number(0, 150, above=True), _SPEED_EN, _SPEED_ZH),
    (("steps_up_kph", "steps_down_kph"), _number(0, 150), _SPEED_EN, _SPEED_ZH),
    (("way_speed_kph",), _table_of(_number(0, 150)), "must hold speeds in km/h", "应为速度表（km/h）"),
    (("surface_factor",), _table_of(_number(0, 2)), "must hold factors from 0 to 2", "应为 0 至 2 的系数表"),
    (
        ("delays_seconds",),
        _table_of(_number(0, 3600)),
        "must hold seconds from 0 to 3600",
        "应为 0 至 3600 秒",
    ),
    (("lift_seconds",), _number(0, 3600), "must be seconds from 0 to 3600", "应为 0 至 3600 秒"),
    (
        ("ways",),
        _table_of(lambda rule: rule in ("yes", "tagged", "no")),
        "know yes, tagged and no",
        "只能取 yes、tagged、no",
    ),
    (
        ("mode",),
        lambda value: value in get_args(TravelMode),
        f"must be one of {', '.join(get_args(TravelMode))}",
        f"应为 {'、'.join(get_args(TravelMode))} 之一",
    ),
    (("slope",), lambda value: value in ("none", "tobler"), "must be none or tobler", "应为 none 或 tobler"),
)


def _unknown(name: str) -> Fault:
    known = ", ".join(list_profiles())
    return Fault(
        Text("there is no such travel profile", "没有这种出行方式"),
        Text(
            f"Use one of {known}, or name a TOML file of your own", f"可选：{known}；或给出自己的 TOML 文件"
        ),
        source="profile",
        value=name,
        code="profile-unknown",
    )


def _fault(source: str, en: str, zh: str) -> Fault:
    fix = Text(
        "Mend the profile; a built-in one in layers/catalogue/data/profiles is a good example",
        "请修正该出行方式文件，可参考 layers/catalogue/data/profiles",
    )
    return Fault(Text(en, zh), fix, source=f"profile {source}", code="profile-invalid")
