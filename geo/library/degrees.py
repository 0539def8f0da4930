"""Frames in whatever system they are declared in, as longitude and latitude of WGS84."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeVar

import geopandas as gpd
import numpy as np
import shapely

from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84
from geo.coordinates.crs import WGS84
from geo.errors import InputError
from geo.given import given_fault
from geo.text import Text

Frame = TypeVar("Frame", gpd.GeoDataFrame, gpd.GeoSeries)

_SHIFTED: Final = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
_CONVERTED: Final = "lifecircle_converted_from"


def to_wgs84(frame: Frame, *, crs: Literal["gcj02", "bd09"] | str | None = None) -> Frame:
    """Return a frame in EPSG:4326, from the system it is declared to be in.

    GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are shifted by hundreds of metres and no registered systems, so
    that a frame of theirs says EPSG:4326 or nothing: they are named here. Nothing is guessed.

    Parameters
    ----------
    frame
        Any geometries; their index and columns are kept.
    crs
        ``"gcj02"``, ``"bd09"``, or what geopandas understands, such as ``"EPSG:4490"``; left out, the frame's
        own.

    Raises
    ------
    InputError
        When no system is known, a shifted system is named for a frame in another than degrees, the frame was
        converted from a shifted one before, or coordinates are no degrees (as where longitude and latitude
        have changed places).

    Notes
    -----
    GCJ-02 is undone to less than a millimetre (`geo.coordinates.china`); what lies outside the box in which
    providers shift coordinates is left as it is.

    Examples
    --------
    >>> import geo
    >>> import geopandas as gpd
    >>> shops = gpd.GeoSeries(gpd.points_from_xy([121.249439], [31.381136]), index=["shop"])
    >>> place = geo.to_wgs84(shops, crs="gcj02")["shop"]
    >>> round(place.x, 5), round(place.y, 5)
    (121.245, 31.3831)
    """
    if crs in _SHIFTED:
        return _unshifted(frame, str(crs))
    if crs is not None and frame.crs is None:
        frame = frame.set_crs(crs)
    elif crs is not None and not frame.crs.equals(crs):
        raise InputError([_other_crs(str(frame.crs), str(crs))])
    if frame.crs is None:
        raise InputError([_NO_CRS])
    placed = frame.to_crs(WGS84)
    _check_degrees(np.asarray(placed.geometry.array))
    return placed


def _unshifted(frame: Frame, crs: str) -> Frame:
    if frame.attrs.get(_CONVERTED):
        raise InputError([_twice(frame.attrs[_CONVERTED])])
    if frame.crs is not None and not frame.crs.is_geographic:
        raise InputError([_other_crs(str(frame.crs), crs)])
    shapes = np.asarray(frame.geometry.array)
    _check_degrees(shapes)
    back = _SHIFTED[crs]
    moved = shapely.transform(shapes, lambda x, y: back(x, y), interleaved=False)
    series = gpd.GeoSeries(moved, index=frame.index, crs=WGS84)
    placed = frame.copy()
    if isinstance(placed, gpd.GeoDataFrame):
        placed = placed.set_geometry(series.rename(frame.geometry.name), crs=WGS84)
    else:
        placed = series.rename(frame.name)
    placed.attrs = {**frame.attrs, _CONVERTED: crs}
    return placed


def _check_degrees(shapes: Any) -> None:
    if not len(shapes):
        return
    west, south, east, north = shapely.total_bounds(shapes)
    if (west >= -180 and east <= 180 and south >= -90 and north <= 90) or np.isnan(west):
        return
    turned = south >= -180 and north <= 180 and west >= -90 and east <= 90
    raise InputError(
        [
            given_fault(
                "frame",
                Text("longitude and latitude have changed places", "经度与纬度颠倒")
                if turned
                else Text("coordinates are no degrees", "坐标不是经纬度"),
                Text("Give x as longitude and y as latitude", "x 应为经度，y 应为纬度")
                if turned
                else Text("Name the system they are in", "请指明所用坐标系"),
            )
        ]
    )


_NO_CRS = given_fault(
    "frame",
    Text("has no coordinate system", "没有坐标系"),
    Text(
        "Name it: to_wgs84(frame, crs='gcj02') for Amap, 'bd09' for Baidu, 'EPSG:4490' for CGCS2000",
        "请指明：高德为 to_wgs84(frame, crs='gcj02')，百度为 'bd09'，国家 2000 为 'EPSG:4490'",
    ),
)


def _other_crs(own: str, named: str) -> Any:
    return given_fault(
        "crs",
        Text(f"the frame says {own[:40]}, and {named} is named", f"数据自带 {own[:40]}，却指定为 {named}"),
        Text("Leave crs out, or set the right one on the frame", "请不填 crs，或先为数据设定正确的坐标系"),
    )


def _twice(before: str) -> Any:
    return given_fault(
        "frame",
        Text(f"was converted from {before} before", f"已经由 {before} 转换过"),
        Text("Convert the original, once", "请只对原始数据转换一次"),
    )
