"""Travel profiles: the speed on each way, who may use it, and the delays at nodes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from geo.network.streets import Tags
from geo.text import Text
from geo.types import Floats

Permission = Literal["yes", "tagged", "no"]

# Values of access tags: wiki.openstreetmap.org/wiki/Key:access
_ALLOWED = frozenset({"yes", "designated", "permissive", "destination", "customers", "official", "public"})
_REFUSED = frozenset({"no", "use_sidepath", "military", "agricultural", "forestry", "delivery"})
_PRIVATE = frozenset({"private", "permit", "residents"})
_SIDEWALK_KEYS = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")


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
        Whether one-way streets bind this traveller.
    private
        Whether private ways may be used.
    delays_seconds
        Delays at nodes, by kind: ``traffic_signals``, ``crossing``, ``gate``.
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
    way_speed_kph: Mapping[str, float] = field(default_factory=dict)
    surface_factor: Mapping[str, float] = field(default_factory=dict)
    steps_up_kph: float = 0.0
    steps_down_kph: float = 0.0
    steps_directed: bool = False
    oneway: bool = False
    private: bool = False
    delays_seconds: Mapping[str, float] = field(default_factory=dict)
    blocking_barriers: frozenset[str] = frozenset()
    slope: Literal["none", "tobler"] = "none"
    top_speed_kph: float = 25.0

    @property
    def metres_per_second(self) -> float:
        """Speed on a level way, also that of the walk between a point and its street."""
        return min(self.speed_kph, self.top_speed_kph) / 3.6


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
    kind = _way_class(tags)
    if not _may_use(profile, kind, tags):
        return WaySpeed(0.0, 0.0)
    if kind == "steps":
        return _steps_speed(profile, tags)
    speed = profile.way_speed_kph.get(kind, profile.speed_kph)
    speed *= profile.surface_factor.get(tags.get("surface", ""), 1.0)
    speed = min(speed, profile.top_speed_kph)
    forward, backward = _directions(profile, tags)
    return WaySpeed(speed if forward else 0.0, speed if backward else 0.0)


def node_delay_seconds(profile: Profile, tags: Tags) -> float:
    """Return the delay at a node with these tags, seconds; ``inf`` where it cannot be passed."""
    barrier = tags.get("barrier", "")
    permission = _permission(profile, tags)
    if permission == "no":
        return math.inf
    if barrier in profile.blocking_barriers and permission != "yes":
        return math.inf
    if barrier in {"gate", "lift_gate", "swing_gate", "kissing_gate", "stile", "turnstile"}:
        return profile.delays_seconds.get("gate", 0.0)
    if tags.get("highway") == "traffic_signals" or tags.get("crossing") == "traffic_signals":
        return profile.delays_seconds.get("traffic_signals", 0.0)
    if tags.get("highway") == "crossing":
        return profile.delays_seconds.get("crossing", 0.0)
    return 0.0


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


def _way_class(tags: Tags) -> str:
    highway = tags.get("highway", "")
    if highway:
        return highway
    if tags.get("route") == "ferry":
        return "ferry"
    if "platform" in (tags.get("railway"), tags.get("public_transport")):
        return "platform"
    return "pier" if tags.get("man_made") == "pier" else ""


def _permission(profile: Profile, tags: Tags) -> Literal["yes", "no", ""]:
    for key in profile.access_keys:
        value = tags.get(key, "")
        if value in _ALLOWED or (value in _PRIVATE and profile.private):
            return "yes"
        if value in _REFUSED or value in _PRIVATE:
            return "no"
    return ""


def _may_use(profile: Profile, kind: str, tags: Tags) -> bool:
    rule = profile.ways.get(kind, "no")
    permission = _permission(profile, tags)
    if rule == "no" or permission == "no":
        return False
    if permission == "yes" and _specific(profile, tags):
        return True
    if tags.get("motorroad") == "yes" or rule == "tagged":
        return "foot" in profile.access_keys and _has_sidewalk(tags)
    return True


def _specific(profile: Profile, tags: Tags) -> bool:
    """Whether a tag allows this kind of traveller by name, not all traffic (``access``)."""
    return any(tags.get(key, "") in _ALLOWED for key in profile.access_keys if key != "access")


def _has_sidewalk(tags: Tags) -> bool:
    return any(tags.get(key) in {"both", "left", "right", "yes"} for key in _SIDEWALK_KEYS)


def _steps_speed(profile: Profile, tags: Tags) -> WaySpeed:
    up, down = profile.steps_up_kph, profile.steps_down_kph
    if up <= 0 or down <= 0:
        return WaySpeed(0.0, 0.0)
    incline = tags.get("incline", "")
    if not profile.steps_directed or incline not in {"up", "down"}:
        mean = 2.0 / (1.0 / up + 1.0 / down)
        return WaySpeed(mean, mean)
    return WaySpeed(up, down) if incline == "up" else WaySpeed(down, up)


def _directions(profile: Profile, tags: Tags) -> tuple[bool, bool]:
    if not profile.oneway:
        return True, True
    own = next((tags[f"oneway:{key}"] for key in profile.access_keys if f"oneway:{key}" in tags), None)
    implied = "yes" if tags.get("junction") in {"roundabout", "circular"} else "no"
    value = own or tags.get("oneway", implied)
    if own is None and "bicycle" in profile.access_keys and _contraflow(tags):
        return True, True
    return value != "-1", value not in {"yes", "1", "true"}


def _contraflow(tags: Tags) -> bool:
    return any(value.startswith("opposite") for key, value in tags.items() if key.startswith("cycleway"))
