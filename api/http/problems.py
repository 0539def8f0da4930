"""What is refused, in one shape: problem details (RFC 9457) in both languages, the client's own first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Scope

from geo.errors import Fault
from geo.text import Language, Text
from layers.study.siting.door_words import JSON_WORDS, in_words

PROBLEM: Final = "application/problem+json"
MOST_FAULTS: Final = 20
"""Faults listed one by one; how many more there are is said."""

MOST_CHARACTERS: Final = 600
"""Of what was sent and is quoted in a fault."""

TITLES: Final[Mapping[int, Text]] = {
    400: Text("The question cannot be understood", "无法理解请求"),
    401: Text("A key is needed", "需要密钥"),
    403: Text("The key does not allow this", "密钥无此权限"),
    404: Text("There is no such thing here", "此处没有所请求的内容"),
    405: Text("This path does not take this method", "该路径不支持此方法"),
    406: Text("There is no such representation", "没有所要求的表示形式"),
    408: Text("The request took too long to arrive", "请求发送超时"),
    409: Text("It is not ready", "尚未就绪"),
    413: Text("The body is too large", "请求体过大"),
    414: Text("The address is too long", "请求地址过长"),
    415: Text("The body is of another kind", "请求体类型不符"),
    422: Text("The question has no answer", "该问题无解"),
    429: Text("Too many requests", "请求过于频繁"),
    500: Text("The service failed", "服务出错"),
    503: Text("The service is busy", "服务繁忙"),
    504: Text("The answer took too long", "应答超时"),
}


class NotFoundError(Exception):
    """What was asked for is not there."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)


class UnsupportedError(Exception):
    """The body is of a kind that the path does not take."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)


class ProblemFault(BaseModel):
    """One fault: the field, what stands there, the finding, and the remedy."""

    model_config = ConfigDict(frozen=True)

    code: str
    field: str
    value: str
    what_en: str
    what_zh: str
    fix_en: str
    fix_zh: str


class Problem(BaseModel):
    """Problem details as RFC 9457 has them; title and detail in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(
        description="a name of the kind of problem", examples=["urn:lifecircle:invalid-parameter"]
    )
    title: str
    status: int = Field(description="the status of the answer", examples=[400])
    detail: str
    code: str = Field(description="a stable name of the kind of problem", examples=["invalid-parameter"])
    title_en: str
    title_zh: str
    detail_en: str
    detail_zh: str
    faults: list[ProblemFault]
    more_faults: int = Field(default=0, description="faults beyond those that are listed")


def language_of(scope: Scope) -> Language:
    """Return the language a client asks for by Accept-Language: Chinese where it comes before English.

    Examples
    --------
    >>> said = (b"zh-CN,en;q=0.8", b"zh;q=0.1,en", b"fr")
    >>> [language_of({"headers": [(b"accept-language", each)]}) for each in said]
    ['zh', 'en', 'en']
    """
    said = next((value for name, value in scope.get("headers", ()) if name == b"accept-language"), b"")
    best: dict[str, float] = {}
    for part in said.decode("latin-1")[:400].split(","):
        name, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        short = name.lower()[:2]
        best[short] = max(best.get(short, 0.0), quality)
    return "zh" if best.get("zh", 0.0) > best.get("en", best.get("*", 0.0)) else "en"


def problem(
    status: int,
    code: str,
    detail: Text | None = None,
    faults: Iterable[Fault] = (),
    *,
    language: Language = "en",
    more: int = 0,
) -> Problem:
    """Return problem details; of many faults the first are listed."""
    listed = [in_words(fault, JSON_WORDS) for fault in faults]
    shown = listed[:MOST_FAULTS]
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    lines = [Text(_short(fault.to("en")), _short(fault.to("zh"))) for fault in shown]
    said = detail or Text("; ".join(line.en for line in lines), "；".join(line.zh for line in lines))
    if not said.en:
        said = title
    return Problem(
        type=f"urn:lifecircle:{code}",
        title=title.to(language),
        status=status,
        detail=said.to(language),
        code=code,
        title_en=title.en,
        title_zh=title.zh,
        detail_en=said.en,
        detail_zh=said.zh,
        faults=[
            ProblemFault(
                code=fault.code,
                field=_short(fault.place()),
                value=_short(fault.value),
                what_en=fault.what.en,
                what_zh=fault.what.zh,
                fix_en=fault.fix.en,
                fix_zh=fault.fix.zh,
            )
            for fault in shown
        ],
        more_faults=more + max(len(listed) - MOST_FAULTS, 0),
    )


def problem_response(
    scope: Scope,
    status: int,
    code: str,
    detail: Text | None = None,
    faults: Iterable[Fault] = (),
    *,
    headers: Mapping[str, str] | None = None,
    more: int = 0,
) -> Response:
    """Return problem details as an answer in the language of the request."""
    language = language_of(scope)
    body = problem(status, code, detail, faults, language=language, more=more).model_dump()
    return Response(
        _json(body),
        status_code=status,
        media_type=PROBLEM,
        headers={**(headers or {}), "Content-Language": language},
    )


def _json(body: Mapping[str, Any]) -> bytes:
    # A name that was sent may hold halves of a surrogate pair, which UTF-8 does not write.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
