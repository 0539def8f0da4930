"""Layers as a DXF drawing, as design offices open it: outlines, places and names, a drawing layer each.

Written as AC1018 (AutoCAD 2004) in the code page 936: what Chinese programs and GDAL alike read Chinese names
from; letters beyond it are escaped. Lengths are metres of the coordinate system, so degrees are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import ezdxf
import shapely
from ezdxf import colors, units
from ezdxf.enums import TextEntityAlignment
from ezdxf.layouts.layout import Modelspace
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.write.geodata.reread import WrittenLayer

_RELEASE: Final = "R2004"
_CODE_PAGE: Final = "gbk"
_INK, _LINE = "#5b6673", "#1f5aa6"
_FORBIDDEN = str.maketrans(dict.fromkeys('<>/\\":;?*|=`,', "_"))
_SMALLEST_TEXT, _TEXT_PART = 2.0, 0.04
_LABELS: Final = Text("names", "注记")
_STYLE: Final = "CHINESE"
_EZDXF: Any = ezdxf
"""What it says to offer is not what its types do."""

Colours = Callable[[WrittenLayer], list[str | None]]
"""Returns the colour each row of a layer is filled with, ``#rrggbb``; None for none."""


def write_dxf(path: Path, layers: Iterable[WrittenLayer], *, language: Language, colours: Colours) -> Path:
    """Write layers into a drawing and return its path.

    Parameters
    ----------
    colours
        How the polygons of a layer are filled.

    Raises
    ------
    InputError
        When the coordinate system is in degrees.
    """
    layers = list(layers)
    _must_be_metres(path, layers)
    # Else each file would carry the second it was made in, and numbers drawn by chance.
    _EZDXF.options.write_fixed_meta_data_for_testing = True
    drawing = _EZDXF.new(_RELEASE, units=units.M)
    drawing.encoding = _CODE_PAGE
    drawing.styles.add(_STYLE, font="simsun.ttf")
    for layer in layers:
        _draw(drawing, layer, language, colours(layer))
    drawing.saveas(path)
    return path


def _must_be_metres(path: Path, layers: list[WrittenLayer]) -> None:
    crs = next((layer.frame.crs for layer in layers if layer.frame.crs is not None), None)
    if crs is None or not CRS.from_user_input(crs).is_geographic:
        return
    what = Text("a drawing needs metres, the layers are in degrees", "DXF 图需以米为单位，而图层为经纬度")
    fix = Text('Set crs_out, such as crs_out = "EPSG:4549"', '请设置 crs_out，如 crs_out = "EPSG:4549"')
    raise InputError([Fault(what, fix, source="crs_out", value=path.name, code="export.dxf")])


def _draw(drawing: Any, layer: WrittenLayer, language: Language, colours: list[str | None]) -> None:
    space: Modelspace = drawing.modelspace()
    name = layer.name.translate(_FORBIDDEN)
    labels = f"{name}_{_LABELS.to(language)}"
    drawing.layers.add(name)
    drawing.layers.add(labels)
    names = layer.frame["name"] if "name" in layer.frame else [None] * len(layer.frame)
    for place, words, colour in zip(layer.frame.geometry, names, colours, strict=True):
        if place is None or place.is_empty:
            continue
        for shape in getattr(place, "geoms", [place]):
            _draw_shape(space, shape, name, colour)
        if isinstance(words, str) and words:
            point = place.representative_point()
            size = max(_SMALLEST_TEXT, _TEXT_PART * math.sqrt(place.area)) if place.area else _SMALLEST_TEXT
            text = space.add_text(words, height=size, dxfattribs={"layer": labels, "style": _STYLE})
            text.set_placement((point.x, point.y), align=TextEntityAlignment.MIDDLE_CENTER)


def _draw_shape(space: Modelspace, shape: BaseGeometry, layer: str, colour: str | None) -> None:
    attributes: dict[str, Any] = {"layer": layer, "true_color": _number(_INK)}
    if isinstance(shape, shapely.Polygon):
        rings = list(_rings(shape))
        if colour is not None:
            filled = {"layer": layer, "true_color": _number(colour)}
            hatch = space.add_hatch(dxfattribs=filled)
            for ring in rings:
                hatch.paths.add_polyline_path(ring, is_closed=True)
        for ring in rings:
            space.add_lwpolyline(ring, close=True, dxfattribs=attributes)
    elif isinstance(shape, shapely.LineString):
        line = [(x, y) for x, y, *_ in shape.coords]
        space.add_lwpolyline(line, dxfattribs={**attributes, "true_color": _number(_LINE)})
    elif isinstance(shape, shapely.Point):
        space.add_point((shape.x, shape.y), dxfattribs={**attributes, "true_color": _number(_LINE)})


def _rings(shape: shapely.Polygon) -> Iterator[list[tuple[float, float]]]:
    for ring in (shape.exterior, *shape.interiors):
        yield [(x, y) for x, y, *_ in ring.coords[:-1]]


def _number(colour: str) -> int:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return colors.rgb2int((red, green, blue))
