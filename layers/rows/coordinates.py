"""Coordinate systems as a study declares them, and the one conversion to WGS84.

What a layer declares is believed, even where the file says something else (GeoJSON says WGS84 by default, and
boundaries of Chinese map providers say it wrongly). A converted frame carries its `Provenance` and is not
converted again.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, Literal, cast

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from geo.coordinates.china import bd09_to_wgs84, gcj02_to_wgs84
from geo.coordinates.crs import WGS84
from geo.errors import Fault, InputError
from geo.text import Text

Shift = Literal["gcj02", "bd09"]
Declared = str | int

_SHIFT_ALIASES: Final[dict[Shift, str]] = {
    "gcj02": "gcj02 gcj mars amap gaode autonavi tencent 火星 火星坐标 火星坐标系 国测局 国测局坐标 国测局02 "
    "高德 高德坐标 高德坐标系 腾讯 腾讯坐标 腾讯坐标系",
    "bd09": "bd09 bd09ll bd baidu 百度 百度坐标 百度坐标系 百度经纬度",
}
_SHIFTS: Final = {name: shift for shift, names in _SHIFT_ALIASES.items() for name in names.split()}
_ALIASES: Final[dict[int, str]] = {
    4326: "wgs84 wgs gps wgs1984 crs84 ogccrs84 wgs84坐标 wgs84坐标系 urnogcdefcrsogc1.3crs84",
    4490: "cgcs2000 cgcs 国家2000 国家大地2000 2000国家大地坐标系 大地2000 天地图 tianditu",
    4610: "xian80 xian1980 西安80 西安1980",
    4214: "beijing54 beijing1954 北京54 北京1954",
    3857: "webmercator 墨卡托 web墨卡托",
}
_NAMED: Final = {name: code for code, names in _ALIASES.items() for name in names.split()}
_KEY = "coordinates"
_CODE = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|ESRI|OGC)\s*:+\s*([A-Z]*\d+[A-Z]*)", re.IGNORECASE)
_WKT = re.compile(
    r"\s*(?:GEOG|PROJ|BOUND|COMPOUND)[A-Z0-9]*CRS\[|\s*(?:GEOGCS|PROJCS|COMPD_CS)\[", re.IGNORECASE
)
_MERIDIAN = re.compile(r"^(?:cgcs2000|国家2000).*?(?:cm|中央经线|中央子午线|经线)(\d{2,3})(?:e|度|°)?$")
_ZONE = re.compile(r"^(?:cgcs2000|国家2000).*?(?:zone|第)?(\d{2})(?:带|号带)?$")


@dataclass(frozen=True, slots=True)
class DeclaredCrs:
    """A coordinate system that a study may declare.

    Attributes
    ----------
    name
        Its canonical name: ``EPSG:4549``, ``gcj02``, ``bd09``, or what PROJ calls it.
    crs
        PROJ's definition; None for the two that PROJ does not know.
    shift
        Which of those two, or None.
    """

    name: str
    crs: pyproj.CRS | None
    shift: Shift | None = None

    @property
    def in_degrees(self) -> bool:
        """Whether its coordinates are longitudes and latitudes."""
        return self.crs is None or bool(self.crs.is_geographic)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a frame's coordinates come from.

    Attributes
    ----------
    declared
        The canonical name of the system that the study declared.
    steps
        What was done to reach WGS84, in order; empty where they were WGS84 already.
    accuracy_metres
        Of the conversion, as PROJ's database states it; None where it states none (it then assumes that
        the two datums coincide: true within a metre for CGCS2000, up to 100 m wrong for Xian 1980).
    """

    declared: str
    steps: tuple[str, ...] = ()
    accuracy_metres: float | None = None


def parse_crs(declared: Declared) -> DeclaredCrs:
    """Understand the name of a coordinate system.

    Parameters
    ----------
    declared
        ``EPSG:4490``, ``4490``, ``ESRI:...``, ``gcj02``, ``bd09``, ``WGS84``, ``CGCS2000``,
        ``CGCS2000 CM 120E``, ``CGCS2000 zone 40``, ``国家2000 中央经线120``, the full name of an EPSG system,
        or WKT as it stands in a ``.prj`` file.

    Raises
    ------
    InputError
        Where the name is unknown, with the nearest known ones; or where the system is neither geographic nor
        projected (a height, an earth-centred one).

    Examples
    --------
    >>> parse_crs("CGCS2000 CM 120E").name
    'EPSG:4549'
    >>> parse_crs("GCJ-02").shift
    'gcj02'
    """
    return _parse(str(declared).strip())


@lru_cache(maxsize=256)
def _parse(text: str) -> DeclaredCrs:
    plain = _plain(text)
    if shift := _SHIFTS.get(plain):
        return DeclaredCrs(shift, None, shift)
    try:
        crs = _proj_crs(text, plain)
    except CRSError:
        crs = None
    if crs is None:
        raise InputError([_unknown(text)])
    if not (crs.is_geographic or crs.is_projected):
        raise InputError([_not_horizontal(text, crs)])
    authority = crs.to_authority(min_confidence=100)
    return DeclaredCrs(":".join(authority) if authority else crs.name, crs)


def _plain(text: str) -> str:
    """Return the name without case, blanks and punctuation, so that GCJ-02 and gcj_02 are one."""
    return re.sub(r"[\s_\-/:（）()]+", "", text.casefold())


def _proj_crs(text: str, plain: str) -> pyproj.CRS | None:
    """Return PROJ's system; never a PROJ string or a file, which could make it open grids and paths."""
    if plain in _NAMED:
        return pyproj.CRS.from_epsg(_NAMED[plain])
    if code := _CODE.fullmatch(text):
        return pyproj.CRS(f"{code[1].upper()}:{code[2]}")
    if text.isdecimal():
        return pyproj.CRS.from_epsg(int(text[:9]))
    if _WKT.match(text):
        return pyproj.CRS.from_wkt(text)
    named = _epsg_names().get(plain) or _gauss_kruger(plain)
    return pyproj.CRS.from_epsg(named) if named else None


def _gauss_kruger(plain: str) -> int | None:
    """Return the EPSG code of a CGCS2000 3-degree zone named by its meridian (75-135) or number (25-45)."""
    if match := _MERIDIAN.match(plain):
        index, rest = divmod(int(match[1]) - 75, 3)
        return 4534 + index if rest == 0 and 0 <= index <= 20 else None
    if match := _ZONE.match(plain):
        index = int(match[1]) - 25
        return 4513 + index if 0 <= index <= 20 else None
    return None


@lru_cache(maxsize=1)
def _epsg_names() -> dict[str, int]:
    """Return the codes of every geographic and projected EPSG system by plain name."""
    kinds = [pyproj.enums.PJType.GEOGRAPHIC_2D_CRS, pyproj.enums.PJType.PROJECTED_CRS]
    systems = query_crs_info(auth_name="EPSG", pj_types=kinds)
    return {_plain(system.name): int(system.code) for system in reversed(systems)}


def _unknown(text: str) -> Fault:
    near = suggestions(text)
    return Fault(
        Text("This coordinate system is not known", "无法识别的坐标系"),
        Text(
            f"Perhaps {', '.join(near)}? Usual are EPSG:4326 (GPS, OSM), gcj02 (Amap, Tencent), bd09 (Baidu) "
            "and EPSG:4490 (survey); any EPSG code will do",
            f"是否为 {'、'.join(near)}？常用：EPSG:4326（GPS、OSM）、gcj02（高德、腾讯）、bd09（百度）、"
            "EPSG:4490（测绘）；也可用任意 EPSG 代码",
        ),
        column="crs",
        value=text[:60],
        code="crs-unknown",
    )


def _not_horizontal(text: str, crs: pyproj.CRS) -> Fault:
    return Fault(
        Text(
            f"{crs.name} has no longitude and latitude or east and north",
            f"{crs.name} 不是平面或经纬度坐标系",
        ),
        Text("Declare a geographic or projected system", "请声明地理坐标系或投影坐标系"),
        column="crs",
        value=text[:60],
        code="crs-not-horizontal",
    )


def suggestions(text: str, count: int = 3) -> tuple[str, ...]:
    """Return the known names nearest to a text, EPSG codes with their title.

    Examples
    --------
    >>> suggestions("gcj2")[0]
    'gcj02'
    """
    plain = re.sub(r"^epsg[\dol]+$", _as_digits, _plain(text)[:60])
    codes = _epsg_names() | _NAMED
    names: dict[str, str] = {name: f"EPSG:{code}" for name, code in codes.items()}
    names |= {f"epsg{code}": f"EPSG:{code}" for code in codes.values()}
    names |= _SHIFTS
    near = [names[match] for match in get_close_matches(plain, names, n=3 * count, cutoff=0.5)]
    unique = list(dict.fromkeys([*near, "EPSG:4326", "EPSG:4490", "gcj02"]))[:count]
    return tuple(_titled(name) for name in unique)


def _as_digits(match: re.Match[str]) -> str:
    """Read the letters o and l in a code as the digits they look like."""
    return "epsg" + match[0][4:].replace("o", "0").replace("l", "1")


def _titled(name: str) -> str:
    return f"{name} ({pyproj.CRS(name).name})" if name.startswith("EPSG:") else name


def provenance(geometry: gpd.GeoSeries) -> Provenance | None:
    """Return what is known of the coordinates of a converted series; None where it was not converted."""
    kept = geometry.attrs.get(_KEY)
    if kept is None:
        return None
    return Provenance(kept["declared"], tuple(kept["steps"]), kept["accuracy_metres"])


def to_wgs84(geometry: gpd.GeoSeries, declared: Declared | DeclaredCrs) -> gpd.GeoSeries:
    """Convert coordinates, once, from the declared system to WGS84.

    Parameters
    ----------
    geometry
        Any geometries, missing ones included, with x east (longitude) and y north. What the series itself
        says of its CRS does not count. Heights are left out.
    declared
        A name that `parse_crs` understands, or its result.

    Returns
    -------
    geopandas.GeoSeries
        A new series with the same index, in EPSG:4326. What PROJ cannot convert (coordinates far outside
        the system's domain) is missing. ``attrs`` hold the `Provenance`; a frame made by
        ``frame.set_geometry(series)`` does not inherit it.

    Raises
    ------
    InputError
        Where the name is unknown or the series was converted before.

    Examples
    --------
    >>> shop = gpd.GeoSeries.from_xy([121.249439], [31.381136])
    >>> to_wgs84(shop, "gcj02").to_wkt(rounding_precision=5).iloc[0]
    'POINT (121.245 31.3831)'
    """
    system = declared if isinstance(declared, DeclaredCrs) else parse_crs(declared)
    _refuse_second(geometry)
    shapes = shapely.force_2d(np.asarray(geometry.array, dtype=object))
    if system.shift:
        converted, origin = _unshift(shapes, system.shift)
    else:
        converted, origin = _project(shapes, system)
    result = gpd.GeoSeries(converted, index=geometry.index, crs=WGS84, name=geometry.name)
    result.attrs = {_KEY: _attribute(origin)}
    return result


def differs(declared: DeclaredCrs, file_crs: object) -> bool:
    """Tell whether a file's own CRS contradicts the declared one (for `check` to report, not to act upon).

    For ``gcj02`` and ``bd09`` any geographic CRS is consistent: no file can say what they are.

    Examples
    --------
    >>> differs(parse_crs("gcj02"), "EPSG:4326"), differs(parse_crs("EPSG:4549"), "EPSG:4326")
    (False, True)
    """
    if file_crs is None:
        return False
    stated = pyproj.CRS.from_user_input(file_crs)
    if declared.crs is None:
        return not stated.is_geographic
    return not stated.equals(declared.crs, ignore_axis_order=True)


def _refuse_second(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    if (before := provenance(frame)) is not None:
        fault = Fault(
            Text(
                f"These coordinates were converted from {before.declared} to WGS84 already",
                f"坐标已由 {before.declared} 转换为 WGS84",
            ),
            Text("Convert them once only", "请勿重复转换"),
            column="crs",
            code="crs-converted-twice",
        )
        raise InputError([fault])


def _attribute(origin: Provenance) -> dict[str, object]:
    """Return plain values: what writes a frame to a file must be able to put them into JSON."""
    return {
        "declared": origin.declared,
        "steps": list(origin.steps),
        "accuracy_metres": origin.accuracy_metres,
    }


def _unshift(shapes: NDArray[np.object_], shift: Shift) -> tuple[NDArray[np.object_], Provenance]:
    undo = gcj02_to_wgs84 if shift == "gcj02" else bd09_to_wgs84
    steps = ("GCJ-02 to WGS84",) if shift == "gcj02" else ("BD-09 to GCJ-02", "GCJ-02 to WGS84")

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(undo(xy[:, 0], xy[:, 1]))

    return cast("NDArray[np.object_]", shapely.transform(shapes, move)), Provenance(shift, steps, 0.001)


def _project(shapes: NDArray[np.object_], system: DeclaredCrs) -> tuple[NDArray[np.object_], Provenance]:
    assert system.crs is not None
    if system.crs.equals(WGS84, ignore_axis_order=True):
        return shapes, Provenance(system.name, (), 0.0)
    transformer = pyproj.Transformer.from_crs(system.crs, WGS84, always_xy=True)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    converted = shapely.transform(shapes, move)
    xmin, ymin, xmax, ymax = shapely.bounds(converted).T
    lost = np.isinf(xmin) | np.isinf(ymin) | np.isinf(xmax) | np.isinf(ymax)
    converted[lost] = None
    step, accuracy = _operation(system.crs, converted)
    return cast("NDArray[np.object_]", converted), Provenance(system.name, (step,), accuracy)


def _operation(crs: pyproj.CRS, shapes: NDArray[np.object_]) -> tuple[str, float | None]:
    """Return what PROJ calls its best way to WGS84 here, and its accuracy in metres where it knows one."""
    bounds = shapely.total_bounds(shapes)
    area: Any = None if np.isnan(bounds).any() else AreaOfInterest(*bounds.tolist())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # says that PROJ could download a grid
        best = TransformerGroup(crs, WGS84, always_xy=True, area_of_interest=area).transformers[0]
    accuracy = float(best.accuracy)
    return f"PROJ: {best.description}", accuracy if accuracy >= 0 else None
