"""Faults of what is asked over HTTP, each with its remedy."""

from __future__ import annotations

from geo.assessment.place import PreparedPlaces
from geo.coordinates.declared import SHIFTED, place_to_wgs84
from geo.errors import Fault, InputError
from geo.text import Text


class NotHereError(InputError):
    """What was asked for does not exist in this study: answered with 404."""


def off_the_streets(lon: float, lat: float, crs: str | None, prepared: PreparedPlaces) -> NotHereError:
    """Return the refusal of a place without a street, with the system in which it would have one."""
    limit = prepared.max_snap_metres
    fits = [name for name in fitting(lon, lat, prepared) if name != crs]
    what = Text(f"no street lies within {limit:g} m of this place", f"该位置 {limit:g} 米内没有道路")
    fix = Text("Give a place inside the study, longitude first", "请给出项目范围内的位置，经度在前")
    if fits:
        said = " or ".join(f"crs={name}" for name in fits)
        fix = Text(
            f"It would lie on the streets with {said}: say so if that is what it is",
            f"按 {'、'.join(f'crs={name}' for name in fits)} 则位于道路上：如确为该坐标系，请注明",
        )
    value = f"{lon}, {lat}"
    return NotHereError([Fault(what, fix, source="lon, lat", value=value, code="off-the-streets")])


def fitting(lon: float, lat: float, prepared: PreparedPlaces) -> list[str]:
    """Return the shifted systems in which a place would have a street near it."""
    return [name for name in SHIFTED if metres_in(lon, lat, name, prepared) is not None]


def metres_in(lon: float, lat: float, system: str, prepared: PreparedPlaces) -> float | None:
    """Return how far a place would be from its street in a system; None where none is near enough."""
    east, north = place_to_wgs84(lon, lat, "bd09" if system == "bd09" else "gcj02")
    place = prepared.join([east], [north])
    return float(place.snap_metres[0]) if place.snapped[0] else None


def no_such_case(name: str, known: list[str]) -> Fault:
    """Return the fault of a case that the study does not have."""
    return Fault(
        Text("the study has no such case", "项目中没有该情景"),
        Text(f"There are {', '.join(known)}", f"可用：{'、'.join(known)}"),
        source="case",
        value=name[:80],
        code="no-such-case",
    )


def too_long(limit: float) -> Fault:
    """Return the fault of an isochrone beyond the service's longest."""
    return Fault(
        Text("this isochrone is too long", "等时圈时长过长"),
        Text(f"Ask for at most {limit:g} minutes", f"最多 {limit:g} 分钟"),
        source="minutes",
        code="too-many-minutes",
    )


def invalid(source: str, what: Text, fix: Text, value: str = "") -> InputError:
    """Return the refusal of one parameter."""
    return InputError([Fault(what, fix, source=source, value=value[:80], code="invalid-parameter")])
