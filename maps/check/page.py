"""The page of `lifecircle check`: what was read, what is wrong with it, and a small map of each layer.

One HTML file without any script, which asks for nothing: the maps are inline SVG in the page.

>>> from maps.check.page import CheckContent, LayerCheck, render_check
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from numpy.typing import NDArray

from geo.errors import Fault
from geo.text import Language, Text
from layers.catalogue.schema import all_schemas, facility_kinds
from layers.rows.report import LayerReport
from layers.study.model import Study
from maps.book.check import SnapFigures, columns_table
from maps.check.small_map import MOST_POINTS, WIDTH, Frame, frame_of, small_map, street_paths

__all__ = ["MOST_POINTS", "CheckContent", "LayerCheck", "render_check"]


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, eq=False)
class LayerCheck:
    """One layer of the page.

    Attributes
    ----------
    report
        What is known of it.
    accepted
        Geometry of the accepted rows, EPSG:4326.
    snap
        How far its points lie from the streets; None for polygons and where the streets are not known.
    """

    report: LayerReport
    accepted: gpd.GeoSeries
    snap: SnapFigures | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CheckContent:
    """Everything the page says.

    Attributes
    ----------
    title
        Name of the study.
    language
        Of the page.
    sound, verdict
        Whether the study can be run, and that in words.
    faults
        What is wrong beside the layers: the streets, the profile, the standard.
    layers
        In the order of the study.
    streets
        Lines, EPSG:4326 degrees, drawn under every small map; None where they cannot be read.
    streets_said
        The streets in words.
    max_snap_metres
        Farther from a street a point is not joined.
    attributions
        Whom to thank, and the map review number where there is one.
    """

    title: str
    language: Language
    sound: bool
    verdict: str
    faults: tuple[Fault, ...]
    layers: tuple[LayerCheck, ...]
    streets: NDArray[np.object_] | None
    streets_said: str
    max_snap_metres: float
    attributions: tuple[str, ...] = ()


def render_check(content: CheckContent) -> str:
    """Return the page as one HTML document; write it as UTF-8."""
    said = content.language
    frame = frame_of(content.streets, [one.accepted for one in content.layers])
    layers = [_layer(one, number, content, frame) for number, one in enumerate(content.layers, start=1)]
    return _template().render(
        tag="zh-CN" if said == "zh" else "en",
        content=content,
        word={key: text.to(said) for key, text in _WORDS.items()},
        faults=_fault_rows(content.faults, said),
        layers=layers,
        totals=[
            sum(getattr(one.report, key) for one in content.layers)
            for key in ("read", "accepted", "rejected", "left_out")
        ],
        streets=street_paths(content.streets, frame),
        size=(WIDTH, frame.height) if frame else (WIDTH, 1),
    )


# What is said of a layer ---------------------------------------------------------------------------


def _layer(one: LayerCheck, number: int, content: CheckContent, frame: Frame | None) -> dict[str, Any]:
    said, report = content.language, one.report
    return {
        "anchor": f"layer-{number}",
        "report": report,
        "kind": kind_name(report.kind).to(said),
        "stopped": _fault_rows(report.faults, said),
        "rejected": _fault_rows(report.row_faults, said),
        "notes": _fault_rows(report.notes, said),
        "unlisted": max(report.rejected - len(report.row_faults), 0),
        "facts": [(title.to(said), text) for title, text in _facts(one, content)],
        "columns": columns_table([report], said).to_dict("records"),
        "map": small_map(one.accepted, report.kind, frame, said),
    }


def _facts(one: LayerCheck, content: CheckContent) -> list[tuple[Text, str]]:
    said, report = content.language, one.report
    found = [(_FOUND.get(key, Text(key, key)), value) for key, value in report.details.items()]
    facts = [*found, (Text("Coordinate system", "坐标系"), _coordinates(report, said))]
    if report.kind in facility_kinds():
        facts.append((Text("Same name within 50 m", "50 米内同名"), _noted(report, "double", said)))
        facts.append((Text("Opening hours", "开放时间"), _noted(report, "no_hours", said)))
    outside = _noted(report, "outside_study", said) if content.streets is not None else _UNKNOWN.to(said)
    facts.append((Text("Outside the study", "研究范围之外"), outside))
    if one.snap is not None:
        facts.append((Text("To the nearest street", "距最近街道"), _snapped(one.snap, content)))
    return facts


def _coordinates(report: LayerReport, said: Language) -> str:
    crs = report.crs
    semicolon, colon = ("；", "：") if said == "zh" else ("; ", ": ")
    accuracy = "" if crs.accuracy_metres is None else f"{crs.accuracy_metres:g} m"
    parts = (
        (Text("used", "采用"), crs.used),
        (Text("said by the study", "研究声明"), crs.declared),
        (Text("said by the file", "文件声明"), crs.in_file),
        (Text("converted by", "转换"), " → ".join(crs.steps)),
        (Text("accuracy", "精度"), accuracy),
        (Text("evidence", "依据"), crs.note.to(said)),
    )
    shown = semicolon.join(f"{title.to(said)}{colon}{text}" for title, text in parts if text)
    return shown or _UNKNOWN.to(said)


def _noted(report: LayerReport, code: str, said: Language) -> str:
    """Return what the faults and notes of one kind say; where the layer was not usable, that it is open."""
    notes = [fault for fault in (*report.faults, *report.notes) if fault.code == code]
    if notes:
        stop = "。" if said == "zh" else ". "
        return " ".join(f"{fault.what.to(said)}{stop}{fault.fix.to(said)}" for fault in notes)
    return (_NONE if report.usable and report.accepted else _UNKNOWN).to(said)


def _snapped(snap: SnapFigures, content: CheckContent) -> str:
    limit = content.max_snap_metres

    def metres(value: float) -> str:
        return f"{value:,.0f} m" if math.isfinite(value) else f"> {10 * limit:,.0f} m"

    median, most = metres(snap.median_metres), metres(snap.most_metres)
    return Text(
        f"median {median}, 95 % within {most}; {snap.beyond:,} of {snap.points:,} "
        f"beyond {limit:,g} m (not joined)",
        f"中位数 {median}，95% 不超过 {most}；{snap.points:,} 个点中 {snap.beyond:,} 个超过 "
        f"{limit:,g} m（不接入街道）",
    ).to(content.language)


def _fault_rows(faults: Iterable[Fault], said: Language) -> list[dict[str, str]]:
    return [
        {
            "source": fault.source,
            "sheet": fault.sheet,
            "row": "" if fault.row is None else str(fault.row),
            "column": fault.column,
            "value": fault.value,
            "what": fault.what.to(said),
            "fix": fault.fix.to(said),
        }
        for fault in faults
    ]


# The page ------------------------------------------------------------------------------------------

_NONE = Text("none", "无")
_FOUND: Final = {
    "encoding": Text("Encoding", "编码"),
    "delimiter": Text("Delimiter", "分隔符"),
    "sheet": Text("Sheet", "工作表"),
    "header row": Text("Header row", "表头所在行"),
    "format": Text("Format", "格式"),
    "layer": Text("Layer of the file", "文件内图层"),
}


def kind_name(kind: str) -> Text:
    """Return what a kind of layer is called; a kind that the schema does not know is its own name."""
    schema = all_schemas().get(kind)
    return schema.singular if schema else Text(kind, kind)


_UNKNOWN = Text("not known: this could not be checked", "未能检查")
_WORDS: Final = {
    "check": Text("Check of the study", "数据检查"),
    "layers": Text("Layers", "图层"),
    "layer": Text("Layer", "图层"),
    "kind": Text("Kind", "类型"),
    "source": Text("File", "文件"),
    "read": Text("Rows read", "读取行数"),
    "accepted": Text("Accepted", "采用"),
    "rejected": Text("Rejected", "剔除"),
    "left_out": Text("Left out", "不采用"),
    "total": Text("All layers", "合计"),
    "study_faults": Text("What stops the study", "研究本身的错误"),
    "stops": Text("Cannot be used until this is mended", "须先修正，否则无法使用"),
    "row_faults": Text("Rejected rows", "剔除的行"),
    "notes": Text("To be looked at", "请核对"),
    "sheet": Text("Sheet", "工作表"),
    "row": Text("Row", "行"),
    "column": Text("Column", "列"),
    "value": Text("Found", "内容"),
    "what": Text("What is wrong", "问题"),
    "fix": Text("What to do", "处理办法"),
    "unlisted": Text(
        "further rejected rows are not listed one by one; rejects.xlsx holds the rejected rows to be mended.",
        "行未逐一列出；待修正的行见 rejects.xlsx。",
    ),
    "mapping": Text("Columns: please confirm", "列对应：请确认"),
    "header": Text("Header", "表头"),
    "role": Text("Role", "字段"),
    "meaning": Text("Meaning", "含义"),
    "how": Text("How known", "依据"),
    "categories": Text("Categories not understood", "未识别的类别"),
    "text": Text("Text", "内容"),
    "rows": Text("Rows", "行数"),
    "nearest": Text("Nearest known", "相近类别"),
    "streets": Text("Streets", "街道"),
    "nothing": Text("Nothing was accepted, so there is nothing to draw.", "没有采用的数据，无图可绘。"),
    "map": Text("Map of what was accepted", "采用数据示意图"),
}
_STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 68rem; color: #1d2733; background: #fff;
  font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2.4rem 0 .6rem; padding-top: .8rem; border-top: 2px solid #1d2733; font-size: 1.25rem;
  overflow-wrap: anywhere; }
h3 { margin: 1.3rem 0 .4rem; font-size: 1rem; }
p { margin: .4rem 0; }
.over, figcaption, footer, .quiet { color: #5b6673; }
.over { letter-spacing: .04em; }
.verdict { margin: 1rem 0 1.4rem; padding: .7rem 1rem; border-left: 5px solid #2796a2; background: #eef6f6;
  font-weight: 600; }
.verdict.bad, .stop { border-left-color: #c1121f; }
.verdict.bad { background: #fbeeee; }
table { width: 100%; border-collapse: collapse; font-size: .88rem; }
th, td { padding: .32rem .6rem; border-bottom: 1px solid #dcd8d0; text-align: left; vertical-align: top;
  min-width: 5.6em; overflow-wrap: anywhere; white-space: pre-wrap; }
th { border-bottom: 1.5px solid #8b939c; font-weight: 600; white-space: normal; overflow-wrap: normal; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot td { border-bottom: 0; font-weight: 600; }
.wide { overflow-x: auto; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); gap: 0 2rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1rem; margin: .4rem 0; }
dt { color: #5b6673; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: .3rem 0; }
svg.map { display: block; width: 100%; height: auto; background: #f8f7f4; border: 1px solid #dcd8d0; }
.street { fill: none; stroke: #c3beb5; stroke-width: 1.6; }
.dots { fill: none; stroke: #1f5fe0; stroke-width: 11; stroke-linecap: round; stroke-opacity: .75; }
.dots.few { stroke-width: 17; stroke-opacity: .9; }
.shapes { fill: #2796a2; fill-opacity: .13; stroke: #00749d; stroke-width: 2.5; fill-rule: evenodd; }
footer { margin-top: 2.5rem; font-size: .85rem; }
a { color: inherit; }
.defs { position: absolute; width: 0; height: 0; }
@media (max-width: 46rem) { .two { grid-template-columns: 1fr; } dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; } }
@media print { @page { margin: 14mm; } body { padding: 0; max-width: none; font-size: 10pt; }
  h2, h3, h2 + p { break-after: avoid; } .two, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; } .wide { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
_PAGE: Final = """\
{% macro faults_table(title, rows) %}{% if rows %}
<h3>{{ title }} ({{ "{:,}".format(rows|length) }})</h3>
<div class="wide"><table><thead><tr>
{% set shown = ("source", "sheet", "row", "column", "value") %}
{% for key in shown if rows|selectattr(key)|list %}<th>{{ word[key] }}</th>{% endfor %}
<th>{{ word.what }}</th><th>{{ word.fix }}</th></tr></thead><tbody>
{% set used = namespace(keys=[]) %}
{% for key in shown if rows|selectattr(key)|list %}{% set used.keys = used.keys + [key] %}{% endfor %}
{% for row in rows %}<tr>{% for key in used.keys %}<td>{{ row[key] }}</td>{% endfor %}
<td>{{ row.what }}</td><td>{{ row.fix }}</td></tr>
{% endfor %}</tbody></table></div>{% endif %}{% endmacro -%}
<!DOCTYPE html>
<html lang="{{ tag }}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ word.check }}: {{ content.title }}</title><style>{{ style }}</style></head><body>
<svg class="defs" aria-hidden="true"><symbol id="streets" viewBox="0 0 {{ size[0] }} {{ size[1] }}">
<path class="street" d="{{ streets }}"/></symbol></svg>
<header><p class="over">{{ word.check }}</p><h1>{{ content.title }}</h1>
<p class="verdict{{ '' if content.sound else ' bad' }}">{{ content.verdict }}</p></header>
<main>
{{ faults_table(word.study_faults, faults) }}
{% if content.streets_said %}<p class="quiet">{{ word.streets }}: {{ content.streets_said }}</p>{% endif %}
<div class="wide"><table class="summary"><thead><tr><th>{{ word.layer }}</th><th>{{ word.kind }}</th>
<th>{{ word.source }}</th><th class="n">{{ word.read }}</th><th class="n">{{ word.accepted }}</th>
<th class="n">{{ word.rejected }}</th><th class="n">{{ word.left_out }}</th></tr></thead><tbody>
{% for one in layers %}{% set r = one.report %}
<tr><td><a href="#{{ one.anchor }}">{{ r.name }}</a></td><td>{{ one.kind }}</td><td>{{ r.source }}</td>
{% for count in (r.read, r.accepted, r.rejected, r.left_out) %}
<td class="n">{{ "{:,}".format(count) }}</td>{% endfor %}</tr>
{% endfor %}</tbody><tfoot><tr><td colspan="3">{{ word.total }}</td>
{% for count in totals %}<td class="n">{{ "{:,}".format(count) }}</td>{% endfor %}</tr></tfoot></table></div>
{% for one in layers %}{% set r = one.report %}
<section id="{{ one.anchor }}"><h2>{{ r.name }}</h2>
<p class="quiet">{{ r.id }} · {{ one.kind }} · {{ r.source }}</p>
<div class="two"><div>
<dl>{% for key in ("read", "accepted", "rejected", "left_out") %}
<dt>{{ word[key] }}</dt><dd>{{ "{:,}".format(r[key]) }}</dd>{% endfor %}
{% for title, text in one.facts %}<dt>{{ title }}</dt><dd>{{ text }}</dd>
{% endfor %}</dl></div><figure>
{% if one.map is none %}<figcaption>{{ word.nothing }}</figcaption>
{% elif one.map.hidden %}<figcaption>{{ one.map.hidden }}</figcaption>
{% else %}<svg class="map" viewBox="0 0 {{ size[0] }} {{ size[1] }}" role="img"
 aria-label="{{ word.map }}: {{ r.name }}">
<use href="#streets" width="{{ size[0] }}" height="{{ size[1] }}"/>
{% if one.map.shapes %}<path class="shapes" d="{{ one.map.shapes }}"/>{% endif %}
{% if one.map.points %}<path class="dots{{ one.map.few }}" d="{{ one.map.points }}"/>{% endif %}
</svg><figcaption>{{ one.map.caption }}</figcaption>{% endif %}</figure></div>
{{ faults_table(word.stops, one.stopped) }}
{{ faults_table(word.notes, one.notes) }}
{{ faults_table(word.row_faults, one.rejected) }}
{% if one.unlisted %}<p>{{ "{:,}".format(one.unlisted) }} {{ word.unlisted }}</p>{% endif %}
{% if r.unknown_categories %}<h3>{{ word.categories }}</h3><table class="categories"><thead><tr>
<th>{{ word.text }}</th><th class="n">{{ word.rows }}</th><th>{{ word.nearest }}</th></tr></thead><tbody>
{% for text, count, nearest in r.unknown_categories %}
<tr><td>{{ text }}</td><td class="n">{{ "{:,}".format(count) }}</td><td>{{ nearest|join(", ") }}</td></tr>
{% endfor %}</tbody></table>{% endif %}
{% if one.columns %}<h3>{{ word.mapping }}</h3><table class="columns"><thead><tr><th>{{ word.header }}</th>
<th>{{ word.role }}</th><th>{{ word.meaning }}</th><th>{{ word.how }}</th></tr></thead><tbody>
{% for row in one.columns %}<tr><td>{{ row.header }}</td><td>{{ row.role }}</td><td>{{ row.meaning }}</td>
<td>{{ row.how }}</td></tr>
{% endfor %}</tbody></table>{% endif %}
</section>{% endfor %}
</main><footer>{% for line in content.attributions %}<p>{{ line }}</p>{% endfor %}</footer>
</body></html>
"""


def _plain(value: object) -> object:
    """Return text with the characters made visible that a page would hide, refuse, or turn round."""
    safe = isinstance(value, Markup) or not isinstance(value, str)
    return value if safe else _CONTROL.sub("\ufffd", str(value))


@cache
def _template() -> Template:
    jinja = Environment(
        autoescape=True, finalize=_plain, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    jinja.globals["style"] = Markup(_STYLE)
    return jinja.from_string(_PAGE)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` says: the report, whether the study can be run, that in words, and all of it as data."""

    text: str
    sound: bool
    verdict: str
    study: Study
    content: CheckContent
