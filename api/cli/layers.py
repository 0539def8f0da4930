"""The commands that come before a study: find out what a layer is in, and make a study of a place."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from api.steps import Steps
from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.doctor.doctor import Diagnosis, diagnose
from layers.doctor.raw_places import raw_places
from layers.new.study import new_study
from layers.osm.basemap import read_basemap
from layers.osm.service import Service
from layers.rows.coordinates import to_wgs84

_COLUMNS = {
    "hypothesis": Text("hypothesis", "假设"),
    "declare": Text("declare crs as", "应声明为"),
    "street_metres": Text("median m to streets", "距道路中位数（米）"),
    "boundary_metres": Text("median m to boundaries", "距边界中位数（米）"),
    "evidence": Text("evidence", "证据"),
}


def examine(
    layer: Path,
    streets: Path,
    *,
    boundaries: Path | None = None,
    boundaries_crs: str = "EPSG:4490",
    declared: str | None = None,
) -> Diagnosis:
    """Find out which coordinate system a layer is really in; nothing is converted.

    Parameters
    ----------
    streets
        An OpenStreetMap extract of the same place.
    boundaries, boundaries_crs
        Polygons that are known to be right, and the system they are in.
    declared
        What the study says of the layer.

    Raises
    ------
    InputError
        When a file cannot be read, or holds nothing.
    """
    right: gpd.GeoSeries | None = None
    if boundaries is not None:
        right = to_wgs84(raw_places(boundaries), boundaries_crs)
    return diagnose(
        raw_places(layer), read_basemap(streets).streets.geometry, boundaries=right, declared=declared
    )


def diagnosis_text(diagnosis: Diagnosis, language: Language) -> str:
    """Return the verdict and the evidence behind it as text."""
    table = diagnosis.table()[list(_COLUMNS)].head(8)
    table = table.rename(columns={key: title.to(language) for key, title in _COLUMNS.items()})
    shown = table.to_string(index=False, na_rep="-", float_format=lambda value: f"{value:,.1f}")
    counted = Text(f"{diagnosis.points:,} places looked at", f"共检查 {diagnosis.points:,} 处").to(language)
    return "\n\n".join([diagnosis.to(language), counted, shown])


def box_of(text: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north from ``121.2,31.3,121.4,31.5``.

    Raises
    ------
    InputError
        When that is not four numbers.

    Examples
    --------
    >>> box_of("121.2, 31.3, 121.4, 31.5")
    (121.2, 31.3, 121.4, 31.5)
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError([_no_box(text)]) from None
    return west, south, east, north


def make_study(
    folder: Path,
    *,
    place: str | None,
    box: str | None,
    extract: Path | None,
    service: Service,
    steps: Steps,
) -> Path:
    """Make a study of a place, a box or an extract, and return its file."""
    with steps.step("new study") as progress:
        return new_study(
            folder,
            place=place,
            bbox=None if box is None else box_of(box),
            extract=extract,
            service=service,
            progress=lambda done, total, _: progress(done, total),
        )


def _no_box(text: str) -> Fault:
    return Fault(
        Text("this is no box", "范围格式不正确"),
        Text("Give west,south,east,north in degrees", "请按西、南、东、北给出度数"),
        source="--bbox",
        value=text,
        code="no-box",
    )
