"""The page on streets: for every tag, what each profile does, asked of the code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from geo.network.profiles import (
    GRANTS,
    PASSED_BARRIERS,
    Profile,
    node_access,
    node_delay_seconds,
    way_access,
    way_speed,
)
from geo.squares.surfaces import (
    MOST_CORNERS,
    MOST_ENTRANCES,
    MOST_SIDE_STOPS,
    SPARE_AT_STOPS_METRES,
    SPARE_METRES,
    STOP_METRES,
    STOPS_FROM_SQUARE_METRES,
)
from layers.catalogue.profiles import list_profiles, read_profile
from layers.osm.conditions import tags_at

MADE = "<!-- Written by `make docs` from the code: change the code, not this page. -->"

_PROFILES = {name: read_profile(name) for name in list_profiles()}
_NOT_USED = ("construction", "proposed", "ladder", "via_ferrata", "raceway", "ferry")
_DAY, _NIGHT = datetime(2026, 11, 17, 12), datetime(2026, 11, 17, 23)
_FOOTWAY = {"highway": "footway"}

_WAYS: Mapping[str, Mapping[str, str]] = {
    "oneway=yes": {"highway": "residential", "oneway": "yes"},
    "oneway=yes, oneway:bicycle=no": {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"},
    "oneway:foot=yes": {"highway": "residential", "oneway:foot": "yes"},
    "oneway:foot=-1": {"highway": "residential", "oneway:foot": "-1"},
    "foot:backward=no": {"highway": "residential", "foot:backward": "no"},
    "highway=steps": {"highway": "steps"},
    "highway=steps, conveying=forward": {"highway": "steps", "conveying": "forward"},
    "highway=steps, conveying=backward": {"highway": "steps", "conveying": "backward"},
    "highway=steps, conveying=yes": {"highway": "steps", "conveying": "yes"},
    "highway=steps, conveying=reversible": {"highway": "steps", "conveying": "reversible"},
    "highway=footway, conveying=forward": _FOOTWAY | {"conveying": "forward"},
    "motorroad=yes": {"highway": "trunk", "motorroad": "yes"},
    "motorroad=yes, sidewalk=both": {"highway": "trunk", "motorroad": "yes", "sidewalk": "both"},
    "disused=yes (abandoned, demolished, razed, removed, destroyed, dismantled alike)": {
        "highway": "residential", "disused": "yes"
    },
    "construction=yes (proposed, planned alike)": {"highway": "residential", "construction": "yes"},
    "construction=minor": {"highway": "residential", "construction": "minor"},
    "disused:highway=residential": {"disused:highway": "residential"},
    "access=no, foot=yes, bicycle=yes": {
        "highway": "residential", "access": "no", "foot": "yes", "bicycle": "yes"
    },
    "access=no, foot=yes;designated": {"highway": "residential", "access": "no", "foot": "yes;designated"},
    "access=yes, foot=no": {"highway": "residential", "access": "yes", "foot": "no"},
    "bicycle=dismount": {"highway": "residential", "bicycle": "dismount"},
    "wheelchair=no": {"highway": "residential", "wheelchair": "no"},
    "surface=gravel": {"highway": "residential", "surface": "gravel"},
    "surface=sett": {"highway": "residential", "surface": "sett"},
}  # fmt: skip

_NODES: Mapping[str, Mapping[str, str]] = {
    "highway=elevator": {"highway": "elevator"},
    "highway=traffic_signals": {"highway": "traffic_signals"},
    "highway=crossing": {"highway": "crossing"},
    "barrier=gate, locked=yes": {"barrier": "gate", "locked": "yes"},
    "barrier=gate, locked=yes, access=yes": {"barrier": "gate", "locked": "yes", "access": "yes"},
    "barrier=gate, access=private": {"barrier": "gate", "access": "private"},
    "barrier=gate, access=no, foot=yes": {"barrier": "gate", "access": "no", "foot": "yes"},
    "barrier=gate, access=emergency": {"barrier": "gate", "access": "emergency"},
    "barrier=bollard, access=no": {"barrier": "bollard", "access": "no"},
    "barrier=wall, access=yes": {"barrier": "wall", "access": "yes"},
    "barrier=yes, or one not named above": {"barrier": "yes"},
}

_CONDITIONS = (
    "no @ (22:00-06:00)",
    "yes @ (08:00-20:00)",
    "no @ (Mo-Su 00:00-24:00)",
    "no @ (winter)",
    "no @ (weight>3.5)",
    "no @ (wet)",
    "no @ (PH)",
)


def streets_page() -> str:
    """Return the page on streets: every tag that is read, and what each profile makes of it."""
    lines = [
        "# What the streets say",
        MADE,
        "What each built-in profile makes of the tags of OpenStreetMap. A figure is a speed in km/h, two "
        "figures are along the way and against it; **no** means not used, **private** stopped as private. "
        "The tag that names a traveller most closely decides: `foot` before `access`, `bicycle` before "
        "`vehicle` before `access`, `wheelchair` before `foot`.",
        "## Classes of way",
        "`highway=*`, and `platform` (`railway`, `public_transport`), `pier` (`man_made`) and `ferry` "
        "(`route`). A class that is not named here is not used, whatever its access tags. Where "
        "**tagged** stands, the way is used only with a tag that names the traveller, or on foot with a "
        "sidewalk.",
        _by_profile("class", _classes()),
        "## Access",
        "Of a way of class `residential`, by `access=*`; the same values of `foot`, `bicycle`, `vehicle` "
        "and `wheelchair` mean the same. Several values (`yes;designated`) grant what the widest of them "
        "grants; with `no` among them, nothing. A value that is not named here is not understood, and "
        "closes.",
        _by_profile("access", _accesses()),
        "## Further tags of ways",
        "An escalator is walked at the pace of stairs and only the way it runs; one that is turned round "
        "or does not say (`reversible`, `yes`) is used both ways. A one-way street binds wheels; "
        "`oneway:foot` binds walkers. What is given up or not yet built is not used; values such as "
        "`construction=residential`, left on a way that was opened, close nothing.",
        _by_profile("tags", ((f"`{name}`", _speeds(tags)) for name, tags in _WAYS.items())),
        "## Gates, barriers and lifts at nodes",
        "Seconds of waiting, 0 for none. A lift costs its wait at a node, and on each piece of a way "
        f"(`lift_seconds`: {_lift()}). A locked gate is private: somebody has the key. Maintainers of "
        "routers disagree on it; here nothing favourable is assumed, and an access tag of the gate "
        "itself decides.",
        _by_profile("node", _barriers()),
        _by_profile("node", ((f"`{name}`", _waits(tags)) for name, tags in _NODES.items())),
        "## Hours",
        "`access:conditional` and its like for `foot`, `bicycle`, `vehicle` and `wheelchair`, and "
        "`opening_hours` of ways, gates and lifts, are asked at the hour of a case (`at`). Without an "
        "hour a way is closed only where it is closed all the time. The value of the last clause that "
        "holds takes the place of the plain tag. A condition that is not understood closes, once there is "
        "an hour, what it may close, and opens nothing; without an hour it is passed over. Conditions on "
        "vehicles do not hold. Seasons are those north of the equator. Below, a footway with "
        "`access=yes`, or `access=no` before a clause that opens it.",
        markdown_table(
            ("`foot:conditional`", "Tue 12:00", "Tue 23:00", "no hour"),
            ((f"`{condition}`", *_at_hours(condition)) for condition in _CONDITIONS),
        ),
        "## Squares, platforms and piers",
        "A closed way is a surface with `area=yes`, with `place=square`, or where it is a platform, a "
        "pier, a lift, `services` or `rest_area` (not with `area=no`); so is a multipolygon of any class "
        "above, its rings told apart by role. The edge of a hole is no street, but people walk round it. "
        "Straight ways lead across between all places where streets meet the outline, bending at reflex "
        f"corners; one that saves no more than {SPARE_METRES:g} m over others is left out.",
        f"At most {MOST_ENTRANCES} entrances and {MOST_CORNERS} corners of a surface are joined so; the "
        f"rest is reached along the outline. Surfaces of {STOPS_FROM_SQUARE_METRES:,.0f} m² and more have "
        f"stops on their sides ({STOP_METRES:.0f} m apart, or farther where there would be more than "
        f"{MOST_SIDE_STOPS}) and up to nine inside, from which straight ways lead across too (those that "
        f"save no more than {SPARE_AT_STOPS_METRES:g} m left out). A point at the outline joins the "
        "outline, one inside the way across from which the ends of all are reached best. Ways from "
        "street to street are exact but for what is left out; from the outline they are longer by less "
        "than the distance of two stops, from inside a square of 200 m by 16 m on average. They are "
        "never shorter than the walk. A gate at the edge of a square closes the street behind it, not "
        "the square. What is not mapped as a hole (a kiosk, a flower bed) is walked over.",
    ]
    return "\n\n".join(lines) + "\n"


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    ruled = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def _by_profile(what: str, rows: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    return markdown_table((what, *_PROFILES), ((name, *cells) for name, cells in rows))


def _classes() -> Iterator[tuple[str, tuple[str, ...]]]:
    named = dict.fromkeys(kind for profile in _PROFILES.values() for kind in profile.ways)
    for kind in (*named, *(other for other in _NOT_USED if other not in named)):
        tags = {
            "ferry": {"route": "ferry"}, "platform": {"railway": "platform"}, "pier": {"man_made": "pier"}
        }.get(kind, {"highway": kind})  # fmt: skip
        cells = tuple(
            "tagged" if profile.ways.get(kind) == "tagged" else _speed(profile, tags)
            for profile in _PROFILES.values()
        )
        yield f"`{kind}`", cells


def _accesses() -> Iterator[tuple[str, tuple[str, ...]]]:
    alike: dict[str, list[str]] = {}
    for value, grant in GRANTS.items():
        alike.setdefault(grant, []).append(f"`{value}`" if value else "none")
    alike["?"] = ["`bus`", "`unknown`", "any other"]
    for grant, values in alike.items():
        value = values[0].strip("`") if grant != "" else ""
        yield ", ".join(values), _speeds({"highway": "residential", "access": value})


def _barriers() -> Iterator[tuple[str, tuple[str, ...]]]:
    blocked = {kind for profile in _PROFILES.values() for kind in profile.blocking_barriers}
    alike: dict[tuple[str, ...], list[str]] = {}
    for kind in sorted((PASSED_BARRIERS | blocked) - {"", "no"}):
        alike.setdefault(_waits({"barrier": kind}), []).append(f"`{kind}`")
    for cells, kinds in alike.items():
        yield f"`barrier`: {', '.join(kinds)}", cells


def _speeds(tags: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_speed(profile, tags) for profile in _PROFILES.values())


def _speed(profile: Profile, tags: Mapping[str, str]) -> str:
    forward, backward = way_speed(profile, tags)
    if forward == backward == 0:
        return "private" if way_access(profile, tags).name == "PRIVATE" else "no"
    both = (f"{speed:.1f}" if speed else "no" for speed in (forward, backward))
    return f"{forward:.1f}" if forward == backward else " / ".join(both)


def _waits(tags: Mapping[str, str]) -> tuple[str, ...]:
    waits = ((profile, node_delay_seconds(profile, tags)) for profile in _PROFILES.values())
    return tuple(
        f"{seconds:.0f} s"
        if math.isfinite(seconds)
        else ("private" if node_access(profile, tags).name == "PRIVATE" else "no")
        for profile, seconds in waits
    )


def _lift() -> str:
    said = {
        f"{profile.lift_seconds:.0f} s, {profile.lift_source.en}, "
        f"{'checked' if profile.lift_verified else 'not checked'}"
        for profile in _PROFILES.values()
        if profile.lift_seconds
    }
    return "; ".join(sorted(said))


def _at_hours(condition: str) -> Iterator[str]:
    plain = "no" if condition.startswith("yes") else "yes"
    tags = _FOOTWAY | {"access": plain, "foot:conditional": condition}
    walk = _PROFILES["walk"]
    for moment in (_DAY, _NIGHT, None):
        then = tags_at(tags, walk.access_keys, moment, holidays="CN")
        yield "open" if way_speed(walk, then).forward_kph else "closed"
