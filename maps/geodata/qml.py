"""Styles of QGIS (QML, as written by 3.22): rules, symbols and labels put together as XML."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from maps import style

_VERSION: Final = "3.22.16"
FONT: Final = "Noto Sans CJK SC"


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolLayer:
    """One layer of a symbol: its class in QGIS, and its properties."""

    kind: str
    properties: Mapping[str, str]
    by_data: Mapping[str, str] = field(default_factory=dict)
    """Expressions by the property that they decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is drawn with a symbol: an expression, and its words in the legend.

    Attributes
    ----------
    where
        Expression of QGIS; empty for everything.
    """

    words: str
    where: str
    layers: tuple[SymbolLayer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What stands beside the features: an expression, its size in points, from which scale on."""

    expression: str
    size: float = 8.0
    smallest_scale: int = 0


def rgba(colour: str, share: float = 1.0) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> rgba("#c1121f", 0.5)
    '193,18,31,128'
    """
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return ",".join([*map(str, parts), str(round(255 * share))])


def fill(
    colour: str, *, share: float = 1.0, edge: str = style.HALO, wide: float = 0.2, edge_share: float = 1.0
) -> SymbolLayer:
    """Return a plain fill with an outline, in millimetres."""
    return SymbolLayer(
        kind="SimpleFill",
        properties={
            "color": rgba(colour, share),
            "style": "solid",
            "outline_color": rgba(edge, edge_share),
            "outline_style": "solid" if wide else "no",
            "outline_width": f"{wide:g}",
            "outline_width_unit": "MM",
        },
    )


def line(colour: str, *, wide: float, dashed: bool = False) -> SymbolLayer:
    """Return a plain line, its width in millimetres."""
    return SymbolLayer(
        kind="SimpleLine",
        properties={
            "line_color": rgba(colour),
            "line_width": f"{wide:g}",
            "line_width_unit": "MM",
            "line_style": "dash" if dashed else "solid",
            "capstyle": "round",
            "joinstyle": "round",
        },
    )


def circle(colour: str, *, share: float, size: str, edge: str = style.HALO) -> SymbolLayer:
    """Return a circle whose diameter in millimetres is an expression."""
    return SymbolLayer(
        kind="SimpleMarker",
        properties={
            "name": "circle",
            "color": rgba(colour, share),
            "outline_color": rgba(edge),
            "outline_width": "0.15",
            "size": "2",
            "size_unit": "MM",
        },
        by_data={"size": size},
    )


def sign(outline: str, glyph: str, colour: str, *, size: float) -> SymbolLayer:
    """Return a sign of the map as a picture inside the style: its outline filled, a white glyph, a halo."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 26 26">'
        f'<path d="{outline}" fill="{colour}" stroke="{style.HALO}" stroke-width="1.4"/>'
        f'<path d="{glyph}" fill="#ffffff"/></svg>'
    )
    return SymbolLayer(
        kind="SvgMarker",
        properties={
            "name": "base64:" + base64.b64encode(svg.encode()).decode(),
            "size": f"{size:g}",
            "size_unit": "MM",
        },
    )


def qml(
    rules: Sequence[Rule],
    *,
    shape: str,
    labels: Labels | None = None,
    order_by: str = "",
) -> str:
    """Return a style of rules.

    Parameters
    ----------
    shape
        ``fill``, ``line`` or ``marker``.
    order_by
        Expression by which features are drawn, the largest value first, so beneath the others.
    """
    root = ET.Element(
        "qgis",
        version=_VERSION,
        styleCategories="Symbology|Labeling|Fields",
        labelsEnabled="1" if labels is not None else "0",
    )
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby="1" if order_by else "0",
    )
    top = ET.SubElement(renderer, "rules", key="{all}")
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        attributes = {"key": f"{{rule{number}}}", "symbol": str(number), "label": rule.words}
        ET.SubElement(top, "rule", attributes | ({"filter": rule.where} if rule.where else {}))
        _symbol(symbols, str(number), shape, rule.layers)
    if order_by:
        clause = ET.SubElement(ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0")
        clause.text = order_by
    if labels is not None:
        _labels(root, labels, shape)
    return ET.tostring(root, encoding="unicode")


def _symbol(parent: ET.Element, name: str, shape: str, layers: Iterable[SymbolLayer]) -> None:
    symbol = ET.SubElement(
        parent, "symbol", name=name, type=shape, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    for each in layers:
        layer = ET.SubElement(
            symbol, "layer", {"class": each.kind, "enabled": "1", "locked": "0", "pass": "0"}
        )
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in each.properties.items():
            ET.SubElement(options, "Option", name=key, type="QString", value=value)
        _by_data(layer, each.by_data)


def _by_data(layer: ET.Element, expressions: Mapping[str, str]) -> None:
    if not expressions:
        return
    defined = ET.SubElement(layer, "data_defined_properties")
    top = ET.SubElement(defined, "Option", type="Map")
    ET.SubElement(top, "Option", name="name", type="QString", value="")
    properties = ET.SubElement(top, "Option", name="properties", type="Map")
    for key, expression in expressions.items():
        one = ET.SubElement(properties, "Option", name=key, type="Map")
        ET.SubElement(one, "Option", name="active", type="bool", value="true")
        ET.SubElement(one, "Option", name="expression", type="QString", value=expression)
        ET.SubElement(one, "Option", name="type", type="int", value="3")
    ET.SubElement(top, "Option", name="type", type="QString", value="collection")


def _labels(root: ET.Element, labels: Labels, shape: str) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=labels.expression,
        isExpression="1",
        fontFamily=FONT,
        fontSize=f"{labels.size:g}",
        fontSizeUnit="Point",
        textColor=rgba(style.INK),
        textOpacity="1",
        multilineHeight="1",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor=rgba(style.HALO),
        bufferOpacity="0.9",
    )
    # Over a point, around it; for polygons horizontal inside; for lines along them.
    placement = {"marker": "6", "fill": "1", "line": "2"}[shape]
    ET.SubElement(settings, "placement", placement=placement, dist="1.5", distUnits="MM", priority="5")
    ET.SubElement(
        settings,
        "rendering",
        scaleVisibility="1" if labels.smallest_scale else "0",
        scaleMin=str(labels.smallest_scale),
        scaleMax="0",
        drawLabels="1",
        obstacle="1",
    )
