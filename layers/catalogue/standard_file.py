"""What the TOML of a standard may hold, and what is wrong with the form of one."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from geo.errors import Fault, InputError, because
from geo.text import Text


def _both_languages(value: object) -> object:
    """Accept one string where both languages say the same."""
    return {"en": value, "zh": value} if isinstance(value, str) else value


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileWords(_Model):
    """A text in both languages."""

    en: str
    zh: str


Words = Annotated[FileWords, BeforeValidator(_both_languages)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1)]


class _Cited(_Model):
    """Where a line is written, and whether somebody has read it there."""

    source: str = ""
    clause: str = ""
    verified: bool = False


class _Source(_Model):
    id: Name
    title: Words
    url: str = ""
    note: str = ""
    publisher: Words = FileWords(en="", zh="")
    seen: date | None = None


class _Tier(_Cited):
    id: Name
    name: Words
    minutes: Positive | None = None
    metres_min: NotNegative | None = None
    metres_max: Positive | None = None
    people_min: NotNegative | None = None
    people_max: Positive | None = None


class _Condition(_Model):
    id: Name
    name: Words
    source: str = ""
    clause: str = ""


class _Overall(_Model):
    kind: Literal["mean_minutes", "all_within", "decay"]
    minutes: Positive
    full_minutes: NotNegative | None = None


class FileRequirement(_Cited):
    """``[[requirement]]``: what is asked of one category."""

    category: Name
    name: Words
    tier: str | None = None
    accepts: tuple[str, ...] = ()
    minutes: Positive | None = None
    metres: Positive | None = None
    measure: Literal["network", "straight"] = "network"
    measure_reason: Words | None = None
    count: Annotated[int, Field(ge=1)] = 1
    combine: Literal["each", "mean"] = "each"
    required: bool = True
    floor_area: Positive | None = None
    site_area: Positive | None = None
    width: Positive | None = None
    size_decides: bool = False
    one_of: Name | None = None
    condition: str | None = None


class _Quota(_Cited):
    category: Name
    name: Words
    unit: Name
    per_thousand_min: NotNegative
    per_thousand_max: NotNegative | None = None
    of: Literal["people", "households"] = "people"
    tier: str | None = None


class _AreaRule(_Cited):
    category: Name
    name: Words
    minimum: Annotated[int, Field(ge=1)] = 1
    level: Name | None = None
    people_per: Positive | None = None
    accepts: tuple[str, ...] = ()


class _Confirmed(_Model):
    """Who has compared a clause with the text; `clause` is a key, or a clause as the lines write it."""

    clause: Name
    by: Name
    on: date
    text: Name


class _Function(_Model):
    id: Name
    name: Words
    kind: Name = "function"


class StandardFile(_Model):
    """What a standard's TOML may hold."""

    id: Name
    title: Words
    note: Words = FileWords(en="", zh="")
    measure_reason: Words = FileWords(en="", zh="")
    overall: _Overall | None = None
    condition: tuple[_Condition, ...] = ()
    extends: str | None = None
    remove: tuple[str, ...] = ()
    source: tuple[_Source, ...] = ()
    tier: tuple[_Tier, ...] = ()
    requirement: tuple[FileRequirement, ...] = ()
    quota: tuple[_Quota, ...] = ()
    area_rule: tuple[_AreaRule, ...] = ()
    function: tuple[_Function, ...] = ()
    confirmed: tuple[_Confirmed, ...] = ()


def parse_file(path: Path) -> StandardFile:
    """Return what a file holds; an InputError with every fault of its form."""
    try:
        return StandardFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = because(Text("Not a TOML file in UTF-8", "不是 UTF-8 编码的 TOML 文件"), error)
        fix = Text("Mend the line that is named", "请修改所指的行")
        raise InputError([Fault(what, fix, source=str(path), code="standard-toml")]) from error
    except ValidationError as error:
        raise InputError([_fault(path, dict(detail)) for detail in error.errors()]) from error


_KINDS = {"missing": "缺少此项", "extra_forbidden": "没有此项"}
"""The commonest kinds of pydantic's errors in Chinese."""


def _fault(path: Path, error: dict[str, object]) -> Fault:
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in _parts(error["loc"])).lstrip(".")
    what = Text(str(error["msg"]), _KINDS.get(str(error["type"]), "格式或取值不符"))
    fix = Text("See the built-in standards for the form", "写法请参照内置标准")
    value = "" if isinstance(error["input"], dict) else str(error["input"])[:60]
    return Fault(what, fix, source=f"{path}: {place}", value=value, code="standard-field")


def _parts(loc: object) -> tuple[int | str, ...]:
    return loc if isinstance(loc, tuple) else ()
