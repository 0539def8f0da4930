"""The guides of all stations as one document, a page of paper each, that makes no request."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

import segno
from jinja2 import Environment, Template
from markupsafe import Markup

from geo.day import today
from geo.text import Text
from maps.guides.content import Guide, guides_of
from maps.guides.links import safe_link
from maps.result import StudyResult

ASSETS: Final = Path(__file__).parents[1] / "assets" / "guides"
WORDS: Final = {
    "guide": Text("Guide", "服务指南"),
    "functions": Text("Functions", "服务功能"),
    "missing": Text("not offered yet", "尚未开设"),
    "services": Text("Services", "服务事项"),
    "service": Text("Service", "事项"),
    "window": Text("Window", "窗口"),
    "hours": Text("Hours", "时间"),
    "channels": Text("Channels", "渠道"),
    "code": Text("Code", "二维码"),
    "rooms": Text("Rooms", "共享空间"),
    "circle": Text("Who gets here", "服务圈"),
    "way": Text("The way there", "如何到达"),
    "scan": Text("Scan to open", "扫码查看"),
}


def render_guides(result: StudyResult, *, link: str = "") -> str:
    """Return the guides of a study as one HTML document."""
    language, study = result.study.language, result.study
    return _template().render(
        tag="zh-CN" if language == "zh" else "en",
        title=study.name,
        office=study.office or "",
        made_on=today().isoformat(),
        run=result.run_id,
        word={key: text.to(language) for key, text in WORDS.items()},
        style=Markup((ASSETS / "guides.css").read_text("utf-8")),
        guides=[_shown(guide, result) for guide in guides_of(result, link=link)],
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((ASSETS / "guides.html.j2").read_text("utf-8"))


def _shown(guide: Guide, result: StudyResult) -> dict[str, object]:
    language = result.study.language
    return {
        "name": guide.name,
        "facts": [(label.to(language), value) for label, value in guide.facts],
        "has": [each.to(language) for each in guide.has],
        "missing": [each.to(language) for each in guide.missing],
        "services": [{"row": each, "code": _code(each.link)} for each in guide.services],
        "windows": any(each.window for each in guide.services),
        "channels": any(each.channels for each in guide.services),
        "codes": any(safe_link(each.link) for each in guide.services),
        "rooms": guide.rooms,
        "said": [each.to(language) for each in guide.said],
        "way": [each.to(language) for each in guide.way],
        "code": _code(guide.link),
        "link": safe_link(guide.link) or "",
    }


def _code(link: str) -> Markup:
    """Return a QR code of a web address as SVG; nothing where there is none."""
    address = safe_link(link)
    if address is None:
        return Markup("")
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(out.getvalue().decode("utf-8"))
