"""In which coordinate system the places of the files are written, and in which formats beside the usual."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import Fault, InputError
from geo.text import Text
from layers.study.faults import fault_error
from layers.study.fields import StudyTable

USUAL_CRS: Final = "EPSG:4326"
ExportFormat = Literal["shapefile", "dxf"]


class Export(StudyTable):
    """``[export]``: the layers of a run in formats of older programs, beside the GeoPackage."""

    formats: tuple[ExportFormat, ...] = Field(
        min_length=1,
        description="shapefile (results.shp.zip, with a table of its ten-letter names) and dxf (results.dxf, "
        "in metres: crs_out must be projected); `lifecircle export` writes them of results that are there",
    )


@lru_cache(maxsize=32)
def read_output_crs(written: str) -> CRS | None:
    """Return the coordinate system that files are to be in; None where it is none of the ground.

    Examples
    --------
    >>> read_output_crs("EPSG:4549").name
    'CGCS2000 / 3-degree Gauss-Kruger CM 120E'
    >>> read_output_crs("gcj02") is None
    True
    """
    if not written.upper().startswith("EPSG:"):
        return None
    try:
        crs = CRS.from_user_input(written.upper())
    except CRSError:
        return None
    return crs if crs.is_projected or crs.is_geographic else None


def _known(written: str) -> str:
    if read_output_crs(written) is None:
        what = Text("no coordinate system that files can be written in", "不是可用于输出文件的坐标系")
        fix = Text(
            "Give its EPSG code: EPSG:4490, EPSG:4549 ...", "请给出 EPSG 编号，如 EPSG:4490、EPSG:4549"
        )
        raise fault_error(what, fix)
    return written.upper()


def must_suit(crs_out: str, bounds: Sequence[float]) -> None:
    """Refuse a coordinate system that is meant for another part of the world.

    Parameters
    ----------
    bounds
        West, south, east and north of the places, in degrees.

    Raises
    ------
    InputError
        Where the middle of the places lies more than `_MARGIN` degrees beyond what the system is meant for.
    """
    crs = read_output_crs(crs_out)
    use = None if crs is None else crs.area_of_use
    if use is None or not all(map(isfinite, bounds)):
        return
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    # Some systems are in use across the line where degrees begin again.
    lons = (lon,) if use.west <= use.east else (lon, lon + 360)
    east = use.east if use.west <= use.east else use.east + 360
    if use.south - _MARGIN <= lat <= use.north + _MARGIN and any(
        use.west - _MARGIN <= each <= east + _MARGIN for each in lons
    ):
        return
    what = Text(
        f"meant for {use.west:g} to {use.east:g}° E, {use.south:g} to {use.north:g}° N; "
        f"the study lies at {lon:.2f}° E, {lat:.2f}° N",
        f"适用于东经 {use.west:g}–{use.east:g}°、北纬 {use.south:g}–{use.north:g}°，"
        f"而项目位于东经 {lon:.2f}°、北纬 {lat:.2f}°",
    )
    fix = Text(
        "Give the zone of the study, or EPSG:4490 or EPSG:4326 in degrees",
        "请改用项目所在分带，或经纬度坐标系 EPSG:4490、EPSG:4326",
    )
    raise InputError([Fault(what, fix, source="crs_out", value=crs_out, code="study")])


_MARGIN: Final = 3.0
"""Degrees: offices work a little beyond the zone that a system is meant for."""


OutputCrs = Annotated[str, AfterValidator(_known)]
"""A coordinate system of EPSG, projected or geographic."""
