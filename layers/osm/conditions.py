"""Ways and gates that are open at some hours only: what their tags say at a moment.

Source of the syntax: https://wiki.openstreetmap.org/wiki/Conditional_restrictions. The value of the last
clause that holds takes the place of the plain tag. Hours are read by `layers.hours.opening`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from datetime import datetime, time
from functools import lru_cache
from typing import Literal

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from geo.errors import InputError
from geo.network.profiles import access_grant
from geo.network.streets import StreetGraph, Tags
from layers.hours.opening import TYPICAL_MONDAY, Holidays, open_at

CONDITIONAL = ":conditional"
HOURS = "opening_hours"

_LONGEST = 1000
_CLAUSE = re.compile(r"([^@;()]+)@\s*(?:\(([^()]*)\)|([^;()]+))\s*(?:;|$)")
_OF_VEHICLES = re.compile(
    r"(?:max)?(?:weight|weightrated|length|height|width|axles|axleload|speed|emptyweight|draught)\s*[<>=]"
    r"|hgv|goods|trailer|caravan|bus|coach|motor_vehicle|motorcar|motorcycle"
)
_SEASONS = {
    "spring": "Mar-May",
    "summer": "Jun-Aug",
    "autumn": "Sep-Nov",
    "fall": "Sep-Nov",
    "winter": "Dec-Feb",
}
"""Months of the meteorological seasons north of the equator."""

Holds = Literal["yes", "no", "at times", "unknown"]


def has_hours(tags: Tags) -> bool:
    """Whether tags say something of hours that closes a way or a gate.

    Examples
    --------
    >>> has_hours({"highway": "footway", "access:conditional": "no @ (22:00-06:00)"})
    True
    >>> has_hours({"highway": "crossing", "opening_hours": "24/7"})
    False
    """
    return (
        any(key.endswith(CONDITIONAL) for key in tags)
        or any(map(_misplaced, tags.values()))
        or _hours_bind(tags)
    )


def _misplaced(value: str) -> bool:
    """Whether a plain tag holds a condition (``access=conditional=yes @ (08:00-20:00)``)."""
    return "@" in value


def streets_at(
    streets: StreetGraph, keys: Collection[str], moment: datetime | None, *, holidays: Holidays
) -> StreetGraph:
    """Return the streets with the tags that hold at a moment; see `tags_at`."""
    if not any(map(has_hours, streets.tag_sets)):
        return streets
    tag_sets = tuple(tags_at(tags, keys, moment, holidays=holidays) for tags in streets.tag_sets)
    return dataclasses.replace(streets, tag_sets=tag_sets)


def tags_at(
    tags: Tags, keys: Collection[str], moment: datetime | None, *, holidays: Holidays
) -> dict[str, str]:
    """Return tags without their conditions, as they hold at a moment.

    Without a moment a way is closed only where it is closed all the time; where it is open at some hours
    it is open. A condition that is not understood closes what it may close, once there is a moment, and
    opens nothing. Conditions on vehicles (``weight>3.5``) do not hold. A condition in the plain tag
    (``access=yes @ (08:00-20:00)``) is read as one, and refuses at all other hours where it opens at these.

    Parameters
    ----------
    keys
        The access tags the traveller heeds, ``foot`` and ``access`` for one.
    holidays
        Whose public holidays ``PH`` means, as `layers.hours.opening.open_at` takes them.

    Examples
    --------
    >>> night = {"highway": "footway", "access:conditional": "no @ (22:00-06:00)"}
    >>> tags_at(night, ["foot", "access"], datetime(2026, 11, 17, 23), holidays="CN")
    {'highway': 'footway', 'access': 'no'}
    >>> tags_at(night, ["foot", "access"], None, holidays="CN")
    {'highway': 'footway'}
    """
    found = {key: value for key, value in tags.items() if not key.endswith(CONDITIONAL) and key != HOURS}
    for key in keys:
        conditional = tags.get(f"{key}{CONDITIONAL}", "")
        if _misplaced(found.get(key, "")):
            conditional = found.pop(key).removeprefix("conditional=")
            if any(access_grant(value) in ("yes", "push") for value, _ in _clauses(conditional)):
                found[key] = "no"
        value = _value_at(conditional, moment, holidays)
        if value is not None:
            found[key] = value
    if _hours_bind(tags) and not _is_open(tags[HOURS], moment, holidays):
        found |= dict.fromkeys(keys, "no")
    return found


def _hours_bind(tags: Tags) -> bool:
    """Whether opening hours are those of a way, a gate or a lift, not of what stands at the node."""
    if HOURS not in tags:
        return False
    is_way = "highway" in tags or "railway" in tags or "man_made" in tags or "public_transport" in tags
    at_node = tags.get("highway") in {"crossing", "traffic_signals", "bus_stop", "street_lamp", "platform"}
    return "barrier" in tags or (is_way and not at_node)


def _is_open(hours: str, moment: datetime | None, holidays: Holidays) -> bool:
    holds = _holds(hours, moment, holidays)
    return holds in ("yes", "at times") or (holds == "unknown" and moment is None)


def _value_at(conditional: str, moment: datetime | None, holidays: Holidays) -> str | None:
    """Return the value that a conditional tag gives at a moment; None where the plain tag stays."""
    found = None
    for value, condition in _clauses(conditional):
        opens = access_grant(value) in ("yes", "push")
        holds = _holds(condition, moment, holidays)
        if holds == "yes" or (holds == "at times" and opens) or (holds == "unknown" and moment and not opens):
            found = value
    return found


def _clauses(conditional: str) -> list[tuple[str, str]]:
    """Return values and their conditions; what cannot be read is a refusal under an unknown condition."""
    if not conditional:
        return []
    clauses = [
        (clause[1].strip(), (clause[2] or clause[3] or "").strip())
        for clause in _CLAUSE.finditer(conditional[:_LONGEST])
    ]
    return clauses or [("no", "")]


@lru_cache(maxsize=4096)
def _holds(condition: str, moment: datetime | None, holidays: Holidays) -> Holds:
    """Return whether a condition holds at a moment, or at all."""
    parts = [_one_holds(part.strip(), moment, holidays) for part in re.split(r"\bAND\b", condition)]
    order: tuple[Holds, ...] = ("no", "unknown", "at times")
    return next((holds for holds in order if holds in parts), "yes")


def _one_holds(condition: str, moment: datetime | None, holidays: Holidays) -> Holds:
    if _OF_VEHICLES.match(condition):
        return "no"
    hours = _SEASONS.get(condition.lower(), condition)
    try:
        if not hours or len(hours) > _LONGEST:
            return "unknown"
        if moment is not None:
            return "yes" if open_at([hours], moment, holidays=holidays)[0] else "no"
        start = datetime.combine(TYPICAL_MONDAY, time())
        parsed = OpeningHours(hours)
        if parsed.next_change(start) is not None:
            return "at times"
        return "yes" if parsed.is_open(start) else "no"
    except (ParserError, InputError):
        return "unknown"
