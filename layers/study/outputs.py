"""What files a study asks for beside the usual ones, and in which coordinate system their places are."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import AfterValidator
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.text import Text
from layers.study.faults import fault_error

USUAL_CRS: Final = "EPSG:4326"
ExportFormat = Literal["shp", "dxf"]


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


OutputCrs = Annotated[str, AfterValidator(_known)]
"""A coordinate system of EPSG, projected or geographic."""
