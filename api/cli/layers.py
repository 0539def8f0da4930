"""The commands that come before a study: find out what a layer is in, and make a study of a place."""

from __future__ import annotations

from pathlib import Path

from api.steps import Steps
from geo.errors import Fault, InputError
from geo.text import Text
from layers.new.study import new_study
from layers.osm.service import Service


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
