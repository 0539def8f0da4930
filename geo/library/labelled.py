"""Frames of the caller as places on streets, and tables of travel times with labelled axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geo.errors import InputError
from geo.given import aligned, amounts, given_fault
from geo.limits import SECONDS_PER_MINUTE
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints, snap
from geo.text import Text
from geo.types import Floats, Index

Points: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries
"""Points with a CRS; their index names them in what comes back."""

Times: TypeAlias = "pd.Series[float] | pd.DataFrame"
"""Minutes by origin and destination, as `geo.travel_times` returns them, or that unstacked."""

AXES: Final = ("origin", "destination")
"""What the two levels of travel times are called: nothing else tells one from the other."""

_ELSEWHERE_DEGREES = 1.0
"""Points farther than this outside the streets are not at their edge but somewhere else."""


def join(streets: StreetNetwork, points: Points, name: str, *, max_snap_metres: float) -> AccessPoints:
    """Join points to the streets, after a look at whether they can be meant.

    Raises
    ------
    InputError
        When they have no CRS, are no points, lie somewhere else, or have longitude and latitude swapped.
    """
    if not isinstance(points, gpd.GeoDataFrame | gpd.GeoSeries):
        raise InputError([_no_frame(name, type(points).__name__)])
    if points.crs is None:
        raise InputError([_no_crs(name)])
    shapes = points.geometry
    kinds = sorted(set(shapes.geom_type.dropna()) - {"Point"})
    if kinds:
        raise InputError([_no_points(name, kinds[0])])
    unusable = shapes.isna() | shapes.is_empty
    if unusable.any():
        raise InputError([_no_place(name, int(unusable.sum()), str(points.index[unusable][0]))])
    _check_place(streets, shapes, name)
    return snap(streets, shapes, max_snap_metres=max_snap_metres)


def unique_index(points: Points, name: str) -> pd.Index[Any]:
    """Return the index of points that are told apart by it.

    Raises
    ------
    InputError
        When a label stands twice.
    """
    if not points.index.is_unique:
        repeated = str(points.index[points.index.duplicated()][0])
        raise InputError(
            [
                given_fault(
                    name,
                    Text(f"the label {repeated} stands twice", f"标签 {repeated} 重复"),
                    Text("Make the index unique", "请使索引唯一"),
                )
            ]
        )
    return points.index


def labels_at(index: pd.Index[Any], positions: npt.NDArray[np.integer]) -> Any:
    """Return labels by position as an extension array or objects, missing where the position is -1."""
    # Whole numbers stay whole numbers beside a missing one.
    values = index.to_series()
    values = values.astype("Int64") if pd.api.types.is_integer_dtype(index.dtype) else values
    return pd.api.extensions.take(values.array, positions, allow_fill=True)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TimeTable:
    """Travel times with their labels.

    Attributes
    ----------
    seconds
        CSR [origins, destinations]; a stored 0 is a time of none.
    origins, destinations
        What rows and columns are called.
    """

    seconds: sparse.csr_array
    origins: pd.Index[Any]
    destinations: pd.Index[Any]


def series_of(seconds: sparse.csr_array, origins: pd.Index[Any], destinations: pd.Index[Any]) -> Any:
    """Return a matrix of seconds as a Series of minutes, a row for each pair that is reached."""
    rows = np.repeat(np.arange(seconds.shape[0]), np.diff(seconds.indptr))
    levels: Any = [origins, destinations]
    codes: Any = [rows, seconds.indices]
    index = pd.MultiIndex(
        levels=levels,
        codes=codes,
        names=list(AXES),
        verify_integrity=False,
    )
    minutes = pd.Series(np.asarray(seconds.data) / SECONDS_PER_MINUTE, index=index, name="minutes")
    minutes.attrs = {"origin": origins.name, "destination": destinations.name}
    return minutes


def time_table(times: Times) -> TimeTable:
    """Return labelled travel times as a matrix.

    Raises
    ------
    InputError
        When the axes are not called `AXES` in this order, a pair stands twice, or a time is negative or
        missing.
    """
    names = times.attrs
    if isinstance(times, pd.DataFrame):
        _check_axes((times.index.name, times.columns.name))
        origins, destinations = times.index, times.columns
        whole = times.to_numpy(np.float64)
        # An unstacked table has a missing value where there was no pair.
        rows, columns = np.nonzero(np.isfinite(whole))
        minutes = whole[rows, columns]
    else:
        _check_axes(tuple(times.index.names))
        assert isinstance(times.index, pd.MultiIndex)
        origins, destinations = times.index.levels
        rows, columns = (np.asarray(codes, np.int64) for codes in times.index.codes)
        minutes = times.to_numpy(np.float64)
    amounts("times", minutes)
    return TimeTable(
        seconds=_matrix(rows, columns, minutes * SECONDS_PER_MINUTE, (len(origins), len(destinations))),
        origins=origins.rename(names.get("origin")),
        destinations=destinations.rename(names.get("destination")),
    )


def by_label(name: str, values: Any, index: pd.Index[Any], *, unlimited: bool = False) -> Floats:
    """Return amounts in the order of an index: a Series by its labels, an array by position.

    Raises
    ------
    InputError
        When labels or length differ from the index, or an amount is negative or missing.
    """
    _, ordered = aligned(times=pd.Series(0, index=index), **{name: values})
    return amounts(name, ordered, count=len(index), unlimited=unlimited)


def _matrix(rows: Index, columns: Index, seconds: Floats, shape: tuple[int, int]) -> sparse.csr_array:
    # Whole milliseconds again: minutes have passed through a division.
    seconds = np.rint(seconds * 1000) / 1000
    key = rows * shape[1] + columns
    if not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        rows, columns, seconds, key = rows[order], columns[order], seconds[order], key[order]
        if (key[1:] == key[:-1]).any():
            raise InputError([_TWICE])
    start = np.zeros(shape[0] + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=shape[0]), out=start[1:])
    return sparse.csr_array((seconds, columns, start), shape=shape)


def _check_axes(found: tuple[Any, ...]) -> None:
    if found == AXES:
        return
    turned = found == AXES[::-1]
    raise InputError(
        [
            given_fault(
                "times",
                Text("origin and destination have changed places", "出发地与目的地的顺序颠倒")
                if turned
                else Text(
                    f"the axes are called {', '.join(map(str, found))}, not origin, destination",
                    "坐标轴未命名为 origin、destination",
                ),
                Text("Turn the table round: the people travel from the origins", "请转置表格：人口在出发地")
                if turned
                else Text(
                    "Take what travel_times returns, or name the axes so",
                    "请使用 travel_times 的结果，或如此命名",
                ),
            )
        ]
    )


def _check_place(streets: StreetNetwork, shapes: gpd.GeoSeries, name: str) -> None:
    """Refuse points none of which is anywhere near the streets."""
    if not len(shapes):
        return
    places = shapes.to_crs(4326)
    x, y = places.x.to_numpy(), places.y.to_numpy()
    if _near(streets, x, y).any():
        return
    if _near(streets, y, x).all() or ((np.abs(shapes.y) > 90).any() and shapes.crs.is_geographic):
        raise InputError([_swapped(name)])
    west, south, east, north = streets.bounds
    shown = f"{x[0]:.4f}, {y[0]:.4f}"
    raise InputError(
        [
            given_fault(
                name,
                Text(
                    f"all points lie somewhere else than the streets, such as {shown}; the streets lie "
                    f"between {west:.4f}, {south:.4f} and {east:.4f}, {north:.4f}",
                    f"所有点都不在路网范围内，例如 {x[0]:.4f}，{y[0]:.4f}；路网范围为 "
                    f"{west:.4f}，{south:.4f} 至 {east:.4f}，{north:.4f}",
                ),
                Text("Check the coordinate system of the points", "请核对这些点的坐标系"),
            )
        ]
    )


def _near(streets: StreetNetwork, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    west, south, east, north = streets.bounds
    far = _ELSEWHERE_DEGREES
    near = (lon > west - far) & (lon < east + far) & (lat > south - far) & (lat < north + far)
    return np.asarray(near, dtype=np.bool_)


def _no_frame(name: str, kind: str) -> Any:
    return given_fault(
        name,
        Text(
            f"is a {kind}, not a GeoDataFrame or GeoSeries", f"类型为 {kind}，不是 GeoDataFrame 或 GeoSeries"
        ),
        Text(
            "Make one: geopandas.GeoSeries.from_xy(lon, lat, crs=4326)",
            "请生成：geopandas.GeoSeries.from_xy(lon, lat, crs=4326)",
        ),
    )


def _no_crs(name: str) -> Any:
    return given_fault(
        name,
        Text("has no coordinate system", "没有坐标系"),
        Text(
            "Say it with set_crs(4326), or with to_wgs84(points, crs='gcj02') for points of Chinese maps",
            "请用 set_crs(4326) 指明；国内地图的坐标请用 to_wgs84(points, crs='gcj02') 转换",
        ),
    )


def _no_points(name: str, kind: str) -> Any:
    return given_fault(
        name,
        Text(f"holds a {kind}, and only points are joined to streets", f"含有 {kind}，只有点可以连接到路网"),
        Text("Give representative points of lines and areas", "线和面请先取代表点（representative_point）"),
    )


def _no_place(name: str, count: int, label: str) -> Any:
    return given_fault(
        name,
        Text(f"{count} rows have no point ({label})", f"有 {count} 行没有点（{label}）"),
        Text("Leave those rows out", "请剔除这些行"),
    )


def _swapped(name: str) -> Any:
    return given_fault(
        name,
        Text("longitude and latitude have changed places", "经度与纬度颠倒"),
        Text("Give x as longitude and y as latitude", "x 应为经度，y 应为纬度"),
    )


_TWICE = given_fault(
    "times",
    Text("a pair of origin and destination stands twice", "同一对出发地和目的地重复"),
    Text("Keep one time for each pair", "每对请只保留一个时间"),
)
