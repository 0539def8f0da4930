"""How the layers of a file are drawn in QGIS: in the colours, signs and order of the map."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.points import column_name
from geo.text import Language, Text
from layers.catalogue.schema import all_schemas
from layers.write.geodata.features import Field, LayerStyle
from maps import style
from maps.geodata.lead import Lead
from maps.geodata.qml import Labels, Rule, SymbolLayer, circle, fill, line, qml, sign
from maps.result import StudyResult

UNKNOWN: Final = "#d9d9d9"
"""Polygons in which nobody is counted."""

_SHARES: Final = {"reach": ("reach", "room"), "compliance": ("metres",)}
MILLIMETRES_A_PIXEL: Final = 0.2
_RING_WIDTHS: Final = (0.15, 0.25, 0.4)
"""Of outlines, in millimetres: isochrones lie upon each other, and a fill would hide the map."""
_RING_EDGE: Final = 0.6


def coverage_styles(
    frame: pd.DataFrame,
    fields: Mapping[str, Field],
    case: CaseAssessment,
    *,
    lead: Lead | None,
    language: Language,
) -> tuple[LayerStyle, ...]:
    """Return a style for each share of a wide table, that of the map first."""
    columns = [
        f"{column_name(each.requirement.key)}_{end}"
        for each in case.assessment.results
        for end in _SHARES[each.test]
    ]
    columns = [name for name in [*columns, "mean_coverage"] if name in frame]
    first = "" if lead is None else f"{column_name(lead.requirement)}_{_SHARES[lead.test][0]}"
    ordered = sorted(columns, key=lambda name: name != first)
    return tuple(
        LayerStyle(name=fields[name].name, qml=_coverage(name, fields[name].name.to(language), language))
        for name in ordered
    )


def _coverage(column: str, title: str, language: Language) -> str:
    """Return a style of one share: bands as on the map, grey where nobody is counted."""
    rules = [
        Rule(
            words=f"{title} {low:.0%}–{high:.0%}" if not number else f"{low:.0%}–{high:.0%}",
            where=f'"{column}" >= {low:g} AND "{column}" {"<=" if high == 1 else "<"} {high:g}',
            layers=(fill(colour, share=style.COVERAGE_OPACITY),),
        )
        for number, (colour, (low, high)) in enumerate(
            zip(style.COVERAGE_COLOURS, pairwise([0.0, *style.COVERAGE_LIMITS, 1.0]), strict=True)
        )
    ]
    nobody = Text("nobody counted", "无统计人口").to(language)
    rules.append(
        Rule(words=nobody, where=f'"{column}" IS NULL', layers=(fill(UNKNOWN, share=style.COVERAGE_OPACITY),))
    )
    expression = f"\"name\" || '\\n' || coalesce(round(100 * \"{column}\") || '%', '')"
    return qml(rules, shape="fill", labels=Labels(expression=expression))


def demand_styles(frame: pd.DataFrame, *, lead: Lead | None, language: Language) -> tuple[LayerStyle, ...]:
    """Return how demand points are drawn: those left out in red, the size by the people."""
    if lead is None:
        return ()
    end = "covered" if lead.test == "reach" else "complying"
    column = f"{column_name(lead.requirement)}_{end}"
    if column not in frame:
        return ()
    size = 'max(1, min(6, 0.15 * sqrt("people_counted")))'
    left = f'"people_counted" - "{column}" >= 0.5'
    rules = [
        Rule(
            words=Text("covered", "已覆盖").to(language),
            where=f"NOT ({left})",
            layers=(circle(style.QUIET_INK, share=0.35, size=size),),
        ),
        Rule(
            words=Text("left out", "未覆盖").to(language),
            where=left,
            layers=(circle(style.GAP, share=0.85, size=size),),
        ),
    ]
    return (LayerStyle(name=Text("who is left out", "未覆盖人口"), qml=qml(rules, shape="marker")),)


def facility_styles(result: StudyResult) -> tuple[LayerStyle, ...]:
    """Return how places are drawn: each kind with the sign of the map, the names from near."""
    language = result.study.language
    present = set(result.layers.facilities["kind"])
    rules, sizes = [], []
    for kind, schema in all_schemas().items():
        if kind in present and kind in style.SYMBOLS:
            symbol, words = style.SYMBOLS[kind], schema.singular.to(language)
            size = symbol.size * MILLIMETRES_A_PIXEL
            drawn = sign(symbol.outline, symbol.glyph, symbol.colour, size=size)
            where = f"\"kind\" = '{words}'"
            rules.append(Rule(words=schema.name.to(language), where=where, layers=(drawn,)))
            sizes.append(f"WHEN {where} THEN {-size:g}")
    labels = Labels(expression='"name"', smallest_scale=8000)
    # The larger signs stand above the smaller ones.
    order = f"CASE {' '.join(sizes)} END" if sizes else ""
    drawn_as = qml(rules, shape="marker", labels=labels, order_by=order)
    return (LayerStyle(name=Text("kinds of places", "设施种类"), qml=drawn_as),)


def ring_styles(result: StudyResult) -> tuple[LayerStyle, ...]:
    """Return how isochrones are drawn: the shorter the stronger, the longest beneath."""
    unit = Text(" min", " 分钟").to(result.study.language)
    longest_first = sorted({float(minutes) for minutes in result.isochrones["minutes"]}, reverse=True)
    rules = [
        Rule(
            words=f"{minutes:g}{unit}",
            where=f'"minutes" = {minutes:g}',
            layers=(_ring(number),),
        )
        for number, minutes in enumerate(longest_first)
    ]
    return (LayerStyle(name=Text("minutes", "时限"), qml=qml(rules, shape="fill", order_by='"minutes"')),)


def _ring(number: int) -> SymbolLayer:
    wide = _RING_WIDTHS[min(number, len(_RING_WIDTHS) - 1)]
    return fill(style.ACCENT, share=0, edge=style.ACCENT, wide=wide, edge_share=_RING_EDGE)


def way_styles() -> tuple[LayerStyle, ...]:
    """Return how detours are drawn."""
    rules = [Rule(words="", where="", layers=(line(style.GAP, wide=0.4, dashed=True),))]
    return (LayerStyle(name=Text("detours", "绕行路径"), qml=qml(rules, shape="line")),)


def land_styles() -> tuple[LayerStyle, ...]:
    """Return how residential land is drawn: quiet, beneath everything."""
    rules = [Rule(words="", where="", layers=(fill("#e8dcc2", edge="#cbbd9c", wide=0.1),))]
    return (LayerStyle(name=Text("residential land", "居住用地"), qml=qml(rules, shape="fill")),)
