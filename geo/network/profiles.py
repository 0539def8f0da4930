"""Travel profiles: the speed on each way, who may use it, and the delays at nodes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple

import numpy as np

from geo.network.streets import Tags
from geo.text import Text
from geo.types import Floats

Permission = Literal["yes", "tagged", "no"]

Grant = Literal["yes", "private", "push", "no", ""]
"""What a tag grants: passage, passage to those who belong there, passage on foot beside the bicycle,
none; or it says nothing, and the next tag is asked."""

TravelMode = Literal["walker", "older", "child", "pram", "wheelchair", "cyclist", "rider", "driver"]
"""Of whom sentences speak: nobody tells a cyclist to walk, or a wheelchair user to take the stairs."""

GRANTS: Mapping[str, Grant] = {
    **dict.fromkeys(
        ("yes", "designated", "permissive", "destination", "customers", "official", "public", "discouraged"),
        "yes",
    ),
    **dict.fromkeys(("private", "permit", "residents"), "private"),
    "dismount": "push",
    **dict.fromkeys(
        ("no", "use_sidepath", "military", "agricultural", "forestry", "delivery", "emergency", "employees"),
        "no",
    ),
    **dict.fromkeys(("", "limited"), ""),
}
"""What each value of an access tag grants. A value that is not here is not understood, and grants nothing."""

PASSED_BARRIERS = frozenset(
    {
        "gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate", "wicket_gate",
        "kissing_gate", "stile", "turnstile", "full-height_turnstile", "bollard", "block", "cycle_barrier",
        "motorcycle_barrier", "bump_gate", "cattle_grid", "chain", "rope", "kerb", "log", "entrance",
        "toll_booth", "border_control", "checkpoint", "height_restrictor", "width_restrictor", "bus_trap",
        "sump_buster", "planter", "jersey_barrier", "horse_stile", "stone", "cable_barrier", "guard_rail",
        "coupure", "sally_port", "no", "",
    }
)  # fmt: skip
"""Barriers that are passed unless a profile blocks them or a tag forbids it; others are not understood."""

_GATES = frozenset(
    {
        "gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate", "wicket_gate",
        "kissing_gate", "stile", "turnstile", "full-height_turnstile",
    }
)  # fmt: skip
_OUT_OF_USE = ("disused", "abandoned", "demolished", "razed", "removed", "destroyed", "dismantled")
_NOT_YET = ("construction", "proposed", "planned")
_SIDEWALK_KEYS = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")


class Access(IntEnum):
    """Who may pass a way or a node: anybody, those who belong there, nobody."""

    OPEN = 0
    PRIVATE = 1
    CLOSED = 2


class WaySpeed(NamedTuple):
    """Speed along a way and against it; 0 where the way cannot be used in that direction."""

    forward_kph: float
    backward_kph: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of traveller, as data; speeds in km/h.

    Attributes
    ----------
    id, name
        Identifier, and the name shown.
    way
        How one gets there, as it stands in a sentence: "by bicycle". None where only the name is known.
    mode
        How one travels, where `access_keys` and stairs do not tell (`travel_mode`).
    speed_kph
        Speed on a level way without a speed of its own.
    source, verified
        Where the speed comes from, and whether it was checked against the source.
    access_keys
        Tags that say who may use a way, the most specific first (``foot`` before ``access``).
    ways
        For each class of way: used (``yes``), used only where a tag allows it (``tagged``), or
        never (``no``). A class that is not named is not used.
    way_speed_kph
        Speeds of single classes of way, where they differ from `speed_kph`.
    surface_factor
        Factor on the speed by surface; 0 closes the way.
    steps_up_kph, steps_down_kph
        Speed on stairs; 0 where stairs cannot be used.
    steps_directed
        Whether up and down have their own speeds. A life circle counts the way there and back, so the
        planning profiles use the harmonic mean of both.
    oneway
        Whether one-way streets bind this traveller; ``oneway:foot`` and the direction of escalators bind
        everyone they concern.
    private
        Whether private ways may be used.
    delays_seconds
        Delays at nodes, by kind: ``traffic_signals``, ``crossing``, ``gate``.
    lift_seconds, lift_source, lift_verified
        Wait and ride of a lift, where the figure comes from, and whether somebody checked it.
    pushing_kph
        Speed where a bicycle must be pushed (``bicycle=dismount``).
    blocking_barriers
        Kinds of barrier that cannot be passed unless a tag allows it.
    slope
        ``tobler`` scales the speed by Tobler's hiking function relative to level ground, where
        elevation is given; ``none`` ignores it.
    top_speed_kph
        Upper bound of the speed on every way.
    """

    id: str
    name: Text
    speed_kph: float
    source: Text
    verified: bool
    access_keys: tuple[str, ...]
    ways: Mapping[str, Permission]
    way: Text | None = None
    mode: TravelMode | None = None
    way_speed_kph: Mapping[str, float] = field(default_factory=dict)
    surface_factor: Mapping[str, float] = field(default_factory=dict)
    steps_up_kph: float = 0.0
    steps_down_kph: float = 0.0
    steps_directed: bool = False
    oneway: bool = False
    private: bool = False
    delays_seconds: Mapping[str, float] = field(default_factory=dict)
    lift_seconds: float = 0.0
    lift_source: Text = Text("", "")  # noqa: RUF009 - a NamedTuple, immutable
    lift_verified: bool = False
    pushing_kph: float = 3.6
    blocking_barriers: frozenset[str] = frozenset()
    slope: Literal["none", "tobler"] = "none"
    top_speed_kph: float = 25.0

    @property
    def metres_per_second(self) -> float:
        """Speed on a level way, also that of the walk between a point and its street."""
        return min(self.speed_kph, self.top_speed_kph) / 3.6

    @property
    def travel_mode(self) -> TravelMode:
        """How one travels: as the profile says, else by whose ways are used, and whether stairs are."""
        if self.mode is not None:
            return self.mode
        if "foot" in self.access_keys:
            return "walker" if self.steps_up_kph > 0 else "pram"
        if {"bicycle", "mofa", "moped"} & set(self.access_keys):
            return "cyclist" if "bicycle" in self.access_keys else "rider"
        return "driver"

    @property
    def by(self) -> Text:
        """How one gets there, as it stands in a sentence."""
        return self.way or Text(f"as “{self.name.en}”", f"按“{self.name.zh}”")


def way_speed(profile: Profile, tags: Tags) -> WaySpeed:
    """Return how fast `profile` travels a way with these tags, along it and against it.

    Examples
    --------
    >>> walker = Profile(
    ...     id="walk", name=Text("Walk", "步行"), speed_kph=3.6, source=Text("", ""), verified=True,
    ...     access_keys=("foot", "access"), ways={"residential": "yes", "cycleway": "tagged"},
    ... )
    >>> way_speed(walker, {"highway": "residential", "oneway": "yes"})
    WaySpeed(forward_kph=3.6, backward_kph=3.6)
    >>> way_speed(walker, {"highway": "cycleway"})
    WaySpeed(forward_kph=0.0, backward_kph=0.0)
    >>> way_speed(walker, {"highway": "cycleway", "foot": "yes"})
    WaySpeed(forward_kph=3.6, backward_kph=3.6)
    """
    kind = way_class(tags)
    if way_access(profile, tags) is not Access.OPEN:
        return WaySpeed(0.0, 0.0)
    forward, backward = (
        _steps_speed(profile, tags) if kind == "steps" else (_level_speed(profile, kind, tags),) * 2
    )
    may_go, may_come = _directions(profile, tags)
    return WaySpeed(forward if may_go else 0.0, backward if may_come else 0.0)


def way_access(profile: Profile, tags: Tags) -> Access:
    """Return who among the travellers of `profile` may use a way with these tags.

    ``PRIVATE`` is a way that would be open but for its being private.

    Examples
    --------
    >>> walker = Profile(id="walk", name=Text("Walk", "步行"), speed_kph=3.6, source=Text("", ""),
    ...                  verified=True, access_keys=("foot", "access"), ways={"service": "yes"})
    >>> [way_access(walker, {"highway": "service", "access": access}).name for access in
    ...  ("yes;designated", "private", "emergency", "who knows")]
    ['OPEN', 'PRIVATE', 'CLOSED', 'CLOSED']
    """
    rule = profile.ways.get(way_class(tags), "no")
    grant = _grant(profile, tags)
    if rule == "no" or grant == "no" or not _in_use(tags):
        return Access.CLOSED
    must_be_tagged = tags.get("motorroad") == "yes" or rule == "tagged"
    beside = "foot" in profile.access_keys and _has_sidewalk(tags)
    if must_be_tagged and not beside and not _specific(profile, tags):
        return Access.CLOSED
    return Access.PRIVATE if grant == "private" else Access.OPEN


def node_access(profile: Profile, tags: Tags) -> Access:
    """Return who among the travellers of `profile` may pass a node with these tags.

    A locked gate is private: somebody has the key. It is open where a tag of the gate itself says who
    may pass (``locked=yes`` with ``foot=yes``: locked for vehicles).
    """
    grant = _grant(profile, tags)
    barrier = tags.get("barrier", "")
    if grant == "no" or (tags.get("highway") == "elevator" and not _in_use(tags)):
        return Access.CLOSED
    if grant in ("yes", "push"):
        return Access.OPEN
    if barrier in profile.blocking_barriers or barrier not in PASSED_BARRIERS:
        return Access.CLOSED
    locked = tags.get("locked", "no") != "no" and not profile.private
    return Access.PRIVATE if grant == "private" or locked else Access.OPEN


def node_delay_seconds(profile: Profile, tags: Tags) -> float:
    """Return the delay at a node with these tags, seconds; ``inf`` where it cannot be passed."""
    if node_access(profile, tags) is not Access.OPEN:
        return math.inf
    if tags.get("highway") == "elevator":
        return profile.lift_seconds
    if tags.get("barrier", "") in _GATES:
        return profile.delays_seconds.get("gate", 0.0)
    if tags.get("highway") == "traffic_signals" or tags.get("crossing") == "traffic_signals":
        return profile.delays_seconds.get("traffic_signals", 0.0)
    if tags.get("highway") == "crossing":
        return profile.delays_seconds.get("crossing", 0.0)
    return 0.0


def way_wait_seconds(profile: Profile, tags: Tags) -> float:
    """Return the wait on each piece of a way with these tags: that of a lift mapped as a way."""
    return profile.lift_seconds if way_class(tags) == "elevator" else 0.0


def access_grant(value: str) -> Grant:
    """Return what a value of an access tag grants; of several (``yes;designated``) the widest.

    A list that also says ``no`` contradicts itself and grants nothing.

    Examples
    --------
    >>> access_grant("yes;designated"), access_grant("private; customers"), access_grant("yes;no")
    ('yes', 'yes', 'no')
    >>> access_grant("bus"), access_grant("")
    ('no', '')
    """
    values = [one.strip() for one in re.split("[;,]", value)]
    grants = {GRANTS.get(one, "no") for one in values}
    if "no" in values:
        return "no"
    order: tuple[Grant, ...] = ("yes", "push", "private", "no", "")
    return next(grant for grant in order if grant in grants)


def slope_factor(rise_metres: Floats, run_metres: Floats) -> Floats:
    """Return the factor on walking speed for each slope, 1 on the level.

    Tobler's hiking function ``6 exp(-3.5 |S + 0.05|)`` km/h, divided by its value on level
    ground. Source: W. Tobler (1993), Three presentations on geographical analysis and
    modeling, NCGIA technical report 93-1.

    Examples
    --------
    >>> slope_factor(np.array([0.0, 5.0, -5.0]), np.array([100.0, 100.0, 100.0])).round(2).tolist()
    [1.0, 0.84, 1.19]
    """
    slope = np.divide(rise_metres, run_metres, out=np.zeros_like(run_metres), where=run_metres > 0)
    return np.exp(-3.5 * (np.abs(slope + 0.05) - 0.05))


def way_class(tags: Tags) -> str:
    """Return the class of a way by which profiles name it: ``highway``, or what else people walk on."""
    highway = tags.get("highway", "")
    if highway:
        return highway
    if tags.get("route") == "ferry":
        return "ferry"
    if "platform" in (tags.get("railway"), tags.get("public_transport")):
        return "platform"
    return "pier" if tags.get("man_made") == "pier" else ""


def _grant(profile: Profile, tags: Tags) -> Grant:
    """Return what the most specific tag that says anything grants."""
    for key in profile.access_keys:
        grant = access_grant(tags.get(key, ""))
        if grant == "private" and profile.private:
            return "yes"
        if grant:
            return grant
    return ""


def _in_use(tags: Tags) -> bool:
    """Whether a way is there: neither given up nor yet to be built."""
    if any(tags.get(key, "no") != "no" for key in _OUT_OF_USE):
        return False
    # Other values than yes are left on ways that have long been opened.
    return all(tags.get(key) != "yes" for key in _NOT_YET)


def _specific(profile: Profile, tags: Tags) -> bool:
    """Whether a tag allows this kind of traveller by name, not all traffic (``access``)."""
    keys = (key for key in profile.access_keys if key != "access")
    return any(access_grant(tags.get(key, "")) in ("yes", "push") for key in keys)


def _has_sidewalk(tags: Tags) -> bool:
    return any(tags.get(key) in {"both", "left", "right", "yes"} for key in _SIDEWALK_KEYS)


def _level_speed(profile: Profile, kind: str, tags: Tags) -> float:
    speed = profile.way_speed_kph.get(kind, profile.speed_kph)
    speed *= profile.surface_factor.get(tags.get("surface", ""), 1.0)
    if _grant(profile, tags) == "push":
        speed = min(speed, profile.pushing_kph)
    return min(speed, profile.top_speed_kph)


def _steps_speed(profile: Profile, tags: Tags) -> tuple[float, float]:
    up, down = profile.steps_up_kph, profile.steps_down_kph
    if up <= 0 or down <= 0:
        return 0.0, 0.0
    incline = tags.get("incline", "")
    if not profile.steps_directed or incline not in {"up", "down"}:
        mean = 2.0 / (1.0 / up + 1.0 / down)
        return mean, mean
    return (up, down) if incline == "up" else (down, up)


_BACKWARD_ONLY = frozenset({"-1", "reverse"})
_FORWARD_ONLY = frozenset({"yes", "1", "true"})


def _directions(profile: Profile, tags: Tags) -> tuple[bool, bool]:
    """Return whether a way may be used along it and against it."""
    named = [key for key in profile.access_keys if key not in ("access", "vehicle")]
    ways = [_oneway(profile, tags), _conveyed(tags), *(_one_side(tags, key) for key in named)]
    return all(ahead for ahead, _ in ways), all(back for _, back in ways)


def _one_side(tags: Tags, key: str) -> tuple[bool, bool]:
    """Return what ``foot:forward`` and ``foot:backward`` allow."""
    ahead, back = (tags.get(f"{key}:{side}", "") for side in ("forward", "backward"))
    return access_grant(ahead) != "no", access_grant(back) != "no"


def _conveyed(tags: Tags) -> tuple[bool, bool]:
    """Return which ways an escalator or a moving walkway runs; one that is turned round runs both."""
    conveying = tags.get("conveying", "")
    return conveying != "backward", conveying != "forward"


def _oneway(profile: Profile, tags: Tags) -> tuple[bool, bool]:
    own = next((tags[f"oneway:{key}"] for key in profile.access_keys if f"oneway:{key}" in tags), None)
    if own is None and not profile.oneway:
        return True, True
    implied = "yes" if tags.get("junction") in {"roundabout", "circular"} else "no"
    value = own or tags.get("oneway", implied)
    if own is None and "bicycle" in profile.access_keys and _contraflow(tags):
        return True, True
    return value not in _BACKWARD_ONLY, value not in _FORWARD_ONLY


def _contraflow(tags: Tags) -> bool:
    return any(value.startswith("opposite") for key, value in tags.items() if key.startswith("cycleway"))
