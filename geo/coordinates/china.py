"""The two shifted coordinate systems of Chinese map providers: GCJ-02 and BD-09.

GCJ-02 is WGS84 with an obfuscating offset of up to 710 m; BD-09 is GCJ-02 with another 800 to 1,000 m.
PROJ does not know either, so the arithmetic is here. All functions take longitudes and latitudes in degrees
and return new arrays; they never write into what they were given.

The offset is applied inside a longitude-latitude box alone (`BOX`), because that is what every published
implementation does. The box is far larger than China: it holds Korea, Mongolia, much of Japan and India, and
also Hong Kong, Macau and Taiwan, for which providers do not all use GCJ-02. So these functions must be
called for coordinates that are *declared* to be GCJ-02 or BD-09, never to decide whether they are.
Outside the box a coordinate is returned unchanged. At the edge of the box itself the published transform
jumps, so within 1 km of that edge (nowhere in China) there is no inverse, and a round trip is not promised.

Notes
-----
The offset is the published sum of sines (constants as in Leaflet.InternetMapCorrection, coord-convert and
prcoords). All its angles are whole multiples of one angle a coordinate, so a sine and a cosine each,
multiplied up as complex numbers, give every term together with its derivative; the result differs from the
term-by-term sum by less than 1e-8 m. The inverse is a Newton iteration with that derivative.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from geo.types import Floats

_Kernel = Callable[[Floats, Floats, Floats, Floats], None]
_Derivative = tuple[float, float, float, float]

BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box inside which the offset is applied (degrees)."""

# Krasovsky 1940: semi-major axis in metres, and eccentricity squared as the published code has it.
_A = 6378245.0
_EE = 0.00669342162296594323
# Constants of the published transforms, in degrees.
_ORIGIN_LON, _ORIGIN_LAT = 105.0, 35.0
_BD_LON, _BD_LAT = 0.0065, 0.006
_BD_ANGLE = math.pi * 3000.0 / 180.0
# One degree, in the angle that all terms of the series are multiples of: pi/30 is 2, pi/12 is 5, 6 pi is 360.
_ANGLE = math.pi / 60.0
# Of the last step, in degrees (0.1 mm): the error left after it is at most a fiftieth of it.
_TOLERANCE = 1e-9
_MAX_ROUNDS = 12
# Points a task: input and output of one (2 MB) stay within a core's cache.
_CHUNK = 65_536


_Function = TypeVar("_Function", bound=Callable[..., object])


def _jit(function: _Function) -> _Function:
    """Compile without the interpreter's lock, so that threads run in parallel, and keep the code on disk."""
    return cast("_Function", njit(cache=True, nogil=True, error_model="numpy")(function))


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS84 coordinates to GCJ-02.

    Parameters
    ----------
    lon, lat
        Degrees in WGS84, of one shape. NaN stays NaN; what is outside `BOX` is returned unchanged.

    Returns
    -------
    tuple of numpy.ndarray
        Longitudes and latitudes in GCJ-02.

    Raises
    ------
    ValueError
        Where the shapes differ.

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02([121.2450], [31.3831])
    >>> print(f"{lon[0]:.6f} {lat[0]:.6f}")
    121.249439 31.381136
    """
    return _run(_wgs_to_gcj, lon, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo the GCJ-02 shift, to better than a millimetre (in practice a micrometre).

    Parameters
    ----------
    lon, lat
        Degrees in GCJ-02, of one shape. NaN stays NaN; what is outside `BOX` is returned unchanged.

    Returns
    -------
    tuple of numpy.ndarray
        Longitudes and latitudes in WGS84.

    Raises
    ------
    ValueError
        Where the shapes differ.

    Examples
    --------
    >>> lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02([121.2450], [31.3831]))
    >>> print(f"{lon[0]:.6f} {lat[0]:.6f}")
    121.245000 31.383100
    """
    return _run(_gcj_to_wgs, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS84 coordinates to BD-09 by way of GCJ-02; arguments and result as in `wgs84_to_gcj02`.

    The second step, Baidu's own, has no box: it is applied to every coordinate.
    """
    return _run(_wgs_to_bd, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo the BD-09 shift, to better than a millimetre (the usual closed form is 0.2 m off).

    Examples
    --------
    >>> lon, lat = bd09_to_wgs84(*wgs84_to_bd09([121.2450], [31.3831]))
    >>> print(f"{lon[0]:.6f} {lat[0]:.6f}")
    121.245000 31.383100
    """
    return _run(_bd_to_wgs, lon, lat)


def inside_box(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which coordinates lie inside `BOX`, where GCJ-02 differs from WGS84."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    west, south, east, north = BOX
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def _run(kernel: _Kernel, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Apply a kernel to new arrays, the chunks spread over the cores when there are many points."""
    x = np.asarray(lon, dtype=np.float64, order="C")
    y = np.asarray(lat, dtype=np.float64, order="C")
    if x.shape != y.shape:
        msg = f"lon and lat must have one shape, got {x.shape} and {y.shape}"
        raise ValueError(msg)
    out_x, out_y = np.empty_like(x), np.empty_like(y)
    flat = (x.reshape(-1), y.reshape(-1), out_x.reshape(-1), out_y.reshape(-1))
    starts = range(0, x.size, _CHUNK)
    chunks = [tuple(array[start : start + _CHUNK] for array in flat) for start in starts]
    if len(chunks) < 2:
        kernel(*flat)
        return out_x, out_y
    with ThreadPoolExecutor(min(len(chunks), os.cpu_count() or 1)) as pool:
        for done in [pool.submit(kernel, *chunk) for chunk in chunks]:
            done.result()
    return out_x, out_y


@_jit
def _inside(lon: float, lat: float) -> bool:
    return BOX[0] <= lon <= BOX[2] and BOX[1] <= lat <= BOX[3]


@_jit
def _double(s: float, c: float) -> tuple[float, float]:
    return 2.0 * s * c, 1.0 - 2.0 * s * s


@_jit
def _triple(s: float, c: float) -> tuple[float, float]:
    return s * (3.0 - 4.0 * s * s), c * (4.0 * c * c - 3.0)


@_jit
def _sines(degrees: float, a12: float, a30: float) -> _Derivative:
    """Sum the sines of one coordinate, each sum with its derivative by the degree.

    The sums are ``20 sin 6 pi t + 20 sin 2 pi t`` and ``20 sin pi t + 40 sin pi t/3 + a12 sin pi t/12 +
    a30 sin pi t/30``.
    """
    angle = _ANGLE * degrees
    s1, c1 = math.sin(angle), math.cos(angle)
    s2, c2 = _double(s1, c1)
    s4, c4 = _double(s2, c2)
    s5, c5 = s4 * c1 + c4 * s1, c4 * c1 - s4 * s1
    s10, c10 = _double(s5, c5)
    s20, c20 = _double(s10, c10)
    s60, c60 = _triple(s20, c20)
    s120, c120 = _double(s60, c60)
    s360, c360 = _triple(s120, c120)
    fast = 20.0 * (s360 + s120)
    fast_slope = 20.0 * (360.0 * c360 + 120.0 * c120)
    slow = 20.0 * s60 + 40.0 * s20 + a12 * s5 + a30 * s2
    slow_slope = 1200.0 * c60 + 800.0 * c20 + 5.0 * a12 * c5 + 2.0 * a30 * c2
    return fast, fast_slope * _ANGLE, slow, slow_slope * _ANGLE


@_jit
def _degrees_per_metre(lat: float) -> tuple[float, float]:
    """Return the degrees of longitude and of latitude in a metre on Krasovsky's ellipsoid."""
    radians = lat / 180.0 * math.pi
    sine = math.sin(radians)
    magic = 1.0 - _EE * sine * sine
    root = math.sqrt(magic)
    per_lon = 180.0 * root / (_A * math.cos(radians) * math.pi)
    per_lat = 180.0 * magic * root / (_A * (1.0 - _EE) * math.pi)
    return per_lon, per_lat


@_jit
def _offset(lon: float, lat: float) -> tuple[float, float, _Derivative]:
    """Return the GCJ-02 offset in degrees and its derivative (by column: lon/lon, lon/lat, lat/lon, lat/lat).

    The derivative leaves out the two square roots and the change of a degree's length: less than 1e-4 of
    itself, which costs the iteration nothing.
    """
    x, y = lon - _ORIGIN_LON, lat - _ORIGIN_LAT
    root = math.sqrt(abs(x))
    fast, fast_slope, of_x, of_x_slope = _sines(x, 150.0, 300.0)
    _, _, of_y, of_y_slope = _sines(y, 160.0, 320.0)
    third = 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (fast + of_x) * third
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (fast + of_y) * third
    per_lon, per_lat = _degrees_per_metre(lat)
    slopes = (
        (1.0 + 0.2 * x + 0.1 * y + (fast_slope + of_x_slope) * third) * per_lon,
        (2.0 + 0.1 * x) * per_lon,
        (2.0 + 0.1 * y + fast_slope * third) * per_lat,
        (3.0 + 0.4 * y + 0.1 * x + of_y_slope * third) * per_lat,
    )
    return east * per_lon, north * per_lat, slopes


@_jit
def _encode(lon: float, lat: float) -> tuple[float, float]:
    """WGS84 to GCJ-02, one point."""
    if not _inside(lon, lat):
        return lon, lat
    east, north, _ = _offset(lon, lat)
    return lon + east, lat + north


@_jit
def _decode(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 to WGS84, one point: Newton's iteration on ``w + offset(w) = g`` from ``w = g``."""
    if not _inside(lon, lat):
        return lon, lat
    x, y = lon, lat
    for _ in range(_MAX_ROUNDS):
        east, north, (xx, xy, yx, yy) = _offset(x, y)
        miss_x, miss_y = x + east - lon, y + north - lat
        xx, yy = xx + 1.0, yy + 1.0
        determinant = xx * yy - xy * yx
        step_x = (yy * miss_x - xy * miss_y) / determinant
        step_y = (xx * miss_y - yx * miss_x) / determinant
        x, y = x - step_x, y - step_y
        if abs(step_x) < _TOLERANCE and abs(step_y) < _TOLERANCE:
            break
    return x, y


@_jit
def _bend(lon: float, lat: float) -> tuple[float, float]:
    """Scale and rotate a GCJ-02 point about (0, 0) as Baidu does, before its constant offset is added."""
    radius = math.sqrt(lon * lon + lat * lat)
    if radius == 0.0:
        return lon, lat
    stretch = 1.0 + 0.00002 * math.sin(lat * _BD_ANGLE) / radius
    turn = 0.000003 * math.cos(lon * _BD_ANGLE)
    sine, cosine = turn - turn * turn * turn / 6.0, 1.0 - 0.5 * turn * turn
    return stretch * (lon * cosine - lat * sine), stretch * (lat * cosine + lon * sine)


@_jit
def _to_baidu(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 to BD-09, one point."""
    x, y = _bend(lon, lat)
    return x + _BD_LON, y + _BD_LAT


@_jit
def _from_baidu(lon: float, lat: float) -> tuple[float, float]:
    """BD-09 to GCJ-02, one point: a fixed-point iteration whose error shrinks about fifty-fold a round."""
    bent_x, bent_y = lon - _BD_LON, lat - _BD_LAT
    x, y = bent_x, bent_y
    for _ in range(_MAX_ROUNDS):
        out_x, out_y = _bend(x, y)
        step_x, step_y = out_x - bent_x, out_y - bent_y
        x, y = x - step_x, y - step_y
        if abs(step_x) < _TOLERANCE and abs(step_y) < _TOLERANCE:
            break
    return x, y


@_jit
def _wgs_to_gcj(lon: Floats, lat: Floats, out_lon: Floats, out_lat: Floats) -> None:
    for i in range(lon.size):
        out_lon[i], out_lat[i] = _encode(lon[i], lat[i])


@_jit
def _gcj_to_wgs(lon: Floats, lat: Floats, out_lon: Floats, out_lat: Floats) -> None:
    for i in range(lon.size):
        out_lon[i], out_lat[i] = _decode(lon[i], lat[i])


@_jit
def _wgs_to_bd(lon: Floats, lat: Floats, out_lon: Floats, out_lat: Floats) -> None:
    for i in range(lon.size):
        x, y = _encode(lon[i], lat[i])
        out_lon[i], out_lat[i] = _to_baidu(x, y)


@_jit
def _bd_to_wgs(lon: Floats, lat: Floats, out_lon: Floats, out_lat: Floats) -> None:
    for i in range(lon.size):
        x, y = _from_baidu(lon[i], lat[i])
        out_lon[i], out_lat[i] = _decode(x, y)
