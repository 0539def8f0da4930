"""The page of `lifecircle check`: what was read, what is wrong with it, and a small map of each layer.

One HTML file without any script, which asks for nothing: the maps are inline SVG in the page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from geo.errors import Fault
from geo.text import Language, Text
from layers.catalogue.schema import PLACE_ROLES, facility_kinds, schema_of
from layers.rows.report import LayerReport
from layers.study.portable import portable_name
from maps.check.content import CheckContent
from maps.check.joins import joins_section
from maps.check.small_map import WIDTH, Frame, frame_of, small_map, street_paths
from maps.check.tables import columns_table
from maps.result import LayerCheck, SnapFigures
from maps.small_groups import FEWEST_PEOPLE
from maps.words.check import found_words
from maps.words.joins import join_facts
from maps.words.sheets_said import number_of

_TEMPLATE, _STYLE_SHEET = "check.html.j2", "check.css"

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def render_check(content: CheckContent) -> str:
    """Return the page as one HTML document; write it as UTF-8."""
    language = content.language
    frame = frame_of(content.streets, [layer.accepted for layer in content.layers])
    joins = None
    if content.result is not None:
        joins = joins_section(content.result, content.streets, frame, language)
    layers = [_layer(layer, number, content, frame) for number, layer in enumerate(content.layers, start=1)]
    return _template().render(
        tag="zh-CN" if language == "zh" else "en",
        content=content,
        word={key: text.to(language) for key, text in _WORDS.items()},
        faults=_fault_rows(content.faults, language),
        layers=layers,
        joins=joins,
        totals=[
            sum(getattr(layer.report, key) for layer in content.layers)
            for key in ("read", "accepted", "rejected", "left_out")
        ],
        streets=street_paths(content.streets, frame),
        size=(WIDTH, frame.height) if frame else (WIDTH, 1),
    )


def _layer(layer: LayerCheck, number: int, content: CheckContent, frame: Frame | None) -> dict[str, Any]:
    language, report = content.language, layer.report
    private = _private_columns(layer)
    return {
        "anchor": f"layer-{number}",
        "report": report,
        "kind": schema_of(report.kind).name.to(language),
        "stopped": _fault_rows(report.faults, language, private),
        "rejected": _fault_rows(report.row_faults, language, private),
        "notes": _fault_rows(report.notes, language, private),
        "unlisted": max(report.rejected - len(report.row_faults), 0),
        "facts": [(title.to(language), text) for title, text in _facts(layer, content)],
        "columns": _column_rows(report, language),
        "map": small_map(layer.accepted, report.kind, frame, language),
    }


def _column_rows(report: LayerReport, language: Language) -> list[dict[str, str]]:
    rows = columns_table([report]).to_dict("records")
    return [
        {str(key): cell.to(language) if isinstance(cell, Text) else str(cell) for key, cell in row.items()}
        for row in rows
    ]


def _facts(layer: LayerCheck, content: CheckContent) -> list[tuple[Text, str]]:
    language, report = content.language, layer.report
    found = [(what, value.to(language)) for what, value in found_words(report)]
    facts = [*found, (Text("Coordinate system", "坐标系"), _coordinates(report, language))]
    if report.kind in facility_kinds():
        facts.append((Text("Same name within 50 m", "50 米内同名"), _noted(report, "double", language)))
        facts.append((Text("Opening hours", "开放时间"), _noted(report, "no_hours", language)))
    outside = (
        _noted(report, "outside_study", language) if content.streets is not None else _UNKNOWN.to(language)
    )
    facts.append((Text("Outside the study", "项目范围之外"), outside))
    if layer.snap is not None:
        facts.append((Text("To the nearest street", "距最近道路"), _snapped(layer.snap, content)))
    if layer.joins is not None:
        facts += [(title, text.to(language)) for title, text in join_facts(layer.joins)]
    if layer.hidden:
        facts.append((_SMALL, _small_words(layer.hidden).to(language)))
    return facts


_SMALL = Text("Small groups", "小规模特殊人群")


def _small_words(count: int) -> Text:
    rows = number_of(count, "row", "rows")
    are = "is" if count == 1 else "are"
    return Text(
        f"{rows} of fewer than {FEWEST_PEOPLE:g} people of a special group {are} counted and not drawn",
        f"{count:,} 行特殊人群不足 {FEWEST_PEOPLE:g} 人，计入统计，不标出位置",
    )


def _coordinates(report: LayerReport, language: Language) -> str:
    crs = report.crs
    semicolon, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    accuracy = "" if crs.accuracy_metres is None else f"{crs.accuracy_metres:g} m"
    parts = (
        (Text("used", "采用"), crs.used),
        (Text("said by the study", "项目声明"), crs.declared),
        (Text("said by the file", "文件声明"), crs.in_file),
        (Text("converted by", "转换"), " → ".join(crs.steps)),
        (Text("accuracy", "精度"), accuracy),
        (Text("evidence", "依据"), crs.note.to(language)),
    )
    shown = semicolon.join(f"{title.to(language)}{colon}{text}" for title, text in parts if text)
    return shown or _UNKNOWN.to(language)


def _noted(report: LayerReport, code: str, language: Language) -> str:
    """Return what the faults and notes of layer kind say; where the layer was not usable, that it is open."""
    notes = [fault for fault in (*report.faults, *report.notes) if fault.code == code]
    if notes:
        stop = "。" if language == "zh" else ". "
        return " ".join(f"{fault.what.to(language)}{stop}{fault.fix.to(language)}" for fault in notes)
    return (_NONE if report.usable and report.accepted else _UNKNOWN).to(language)


def _snapped(snap: SnapFigures, content: CheckContent) -> str:
    limit = content.max_snap_metres

    def metres(value: float) -> str:
        return f"{value:,.0f} m" if math.isfinite(value) else f"> {10 * limit:,.0f} m"

    median, most = metres(snap.median_metres), metres(snap.most_metres)
    return Text(
        f"median {median}, 95 % within {most}; {snap.beyond:,} of {snap.points:,} "
        f"beyond {limit:,g} m (not joined)",
        f"中位数 {median}，95% 不超过 {most}；{snap.points:,} 个点中 {snap.beyond:,} 个超过 "
        f"{limit:,g} m（不接入道路）",
    ).to(content.language)


def _private_columns(layer: LayerCheck) -> frozenset[str]:
    """Return the columns whose cells tell where a person lives: of wishes, and of special groups."""
    mapping = layer.report.mapping
    grouped = any(match.role == "group" for match in mapping)
    schema = schema_of(layer.report.kind)
    if not schema.ledger and not (schema.frame == "demand" and grouped):
        return frozenset()
    return frozenset(match.header for match in mapping if match.role in PLACE_ROLES)


def _fault_rows(
    faults: Iterable[Fault], language: Language, private: frozenset[str] = frozenset()
) -> list[dict[str, str]]:
    """Return faults as rows of a table; cells of private columns are not shown."""
    return [
        {
            "source": portable_name(fault.source),
            "sheet": fault.sheet,
            "row": "" if fault.row is None else str(fault.row),
            "column": fault.column,
            "value": "" if fault.column in private else fault.value,
            "what": fault.what.to(language),
            "fix": fault.fix.to(language),
        }
        for fault in faults
    ]


_NONE = Text("none", "无")
_UNKNOWN = Text("not known: this could not be checked", "未能检查")
_WORDS: Final = {
    "colon": Text(": ", "："),
    "count": Text(" ({:,})", "（{:,}）"),
    "check": Text("Check of the study", "数据检查"),
    "layers": Text("Layers", "图层"),
    "layer": Text("Layer", "图层"),
    "kind": Text("Kind", "图层类型"),
    "source": Text("File", "文件"),
    "read": Text("Rows read", "读取行数"),
    "accepted": Text("Accepted", "采用"),
    "rejected": Text("Rejected", "剔除"),
    "left_out": Text("Left out", "略去"),
    "total": Text("All layers", "合计"),
    "study_faults": Text("What stops the study", "项目本身的错误"),
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
    "taken_for_title": Text("What each text was taken for", "设施类别识别结果"),
    "text_read": Text("Text", "原文"),
    "taken_for": Text("Category", "设施类别"),
    "by_name": Text("(by the name)", "（按名称）"),
    "text": Text("Text", "内容"),
    "rows": Text("Rows", "行数"),
    "nearest": Text("Nearest known", "相近类别"),
    "streets": Text("Streets", "道路"),
    "nothing": Text("Nothing was accepted, so there is nothing to draw.", "没有采用的数据，无图可绘。"),
    "joins": Text("Doubtful joins to the streets", "接入道路存疑"),
    "joins_about": Text(
        "These rows are joined to a street that may not be theirs: no street without such a doubt is near "
        "enough. Look at them, and decide in the study where need be: [[join]] with near, nearest or "
        "not_joined.",
        "以下各行接入的道路可能不是其出入道路：允许距离内没有更可靠的道路。"
        "请核对，必要时在项目中用 [[join]] 指定（near、nearest 或 not_joined）。",
    ),
    "name": Text("Name", "名称"),
    "people": Text("People", "人口"),
    "doubts": Text("How", "存疑原因"),
    "taken": Text("Metres to the street taken", "距所接道路（米）"),
    "plain": Text("Plain nearest", "直线最近"),
    "unlisted_joins": Text("further joins stand in check.xlsx.", "处未列出，见 check.xlsx。"),
    "undrawn": Text("further joins are not drawn from close by.", "处未绘制局部图。"),
    "decided": Text("Joins decided by the study", "项目指定的接入"),
    "join_map": Text("Where they are", "分布"),
    "key_taken": Text("join taken", "所接道路"),
    "key_nearest": Text("plain nearest", "直线最近"),
    "key_street": Text("street", "道路"),
    "key_water": Text("water", "水域"),
    "key_wall": Text("wall or fence", "围墙"),
    "key_railway": Text("railway", "铁路"),
    "key_motorway": Text("motorway", "快速路"),
    "map": Text("Map of what was accepted", "采用数据示意图"),
}


def _visible(value: object) -> object:
    """Return text with the characters made visible that a page would hide, refuse, or turn round."""
    safe = isinstance(value, Markup) or not isinstance(value, str)
    return value if safe else _CONTROL.sub("\ufffd", str(value))


@cache
def _template() -> Template:
    jinja = Environment(
        loader=DictLoader({_TEMPLATE: _asset(_TEMPLATE)}),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["named"] = portable_name
    # The style sheet is our own file: escaping it would break its selectors.
    jinja.globals["style"] = Markup("\n" + _asset(_STYLE_SHEET))
    return jinja.get_template(_TEMPLATE)


def _asset(name: str) -> str:
    return (files("maps") / "assets" / "check" / name).read_text("utf-8")
