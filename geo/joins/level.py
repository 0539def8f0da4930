"""Whether a street or a place lies on the ground, below it or above it."""

from __future__ import annotations

from collections.abc import Mapping

_ON_THE_GROUND = {
    "tunnel": frozenset({"no", "building_passage", "covered", "avalanche_protector", ""}),
    "bridge": frozenset({"no", "boardwalk", "low_water_crossing", ""}),
}
_MOST = 100


def level_of(tags: Mapping[str, str]) -> int:
    """Return the level of a street by its tags: 0 on the ground, below it negative, above it positive.

    A tunnel is below and a bridge above whatever their ``layer`` says; what has no such tag lies where
    ``layer`` says, else where ``level`` says. What reaches from the ground to another level, as stairs do
    (``level=-1;0``), counts as on the ground.

    Examples
    --------
    >>> level_of({"tunnel": "yes"}), level_of({"tunnel": "yes", "layer": "-2"}), level_of({"bridge": "yes"})
    (-1, -2, 1)
    >>> level_of({"level": "-1;0"}), level_of({"level": "-2"}), level_of({"tunnel": "building_passage"})
    (0, -2, 0)
    """
    layer = _nearest_to_ground(tags.get("layer", ""))
    if tags.get("tunnel", "") not in _ON_THE_GROUND["tunnel"] or tags.get("location") == "underground":
        return min(layer, -1)
    if tags.get("bridge", "") not in _ON_THE_GROUND["bridge"]:
        return max(layer, 1)
    return layer if layer else _nearest_to_ground(tags.get("level", ""))


def place_level(tags: Mapping[str, str]) -> int:
    """Return the level of a place by its tags; upper floors are reached from the ground and count as there.

    Examples
    --------
    >>> place_level({"shop": "books", "level": "3"}), place_level({"shop": "books", "level": "-1"})
    (0, -1)
    """
    level = level_of(tags)
    floors_only = level > 0 and not _nearest_to_ground(tags.get("layer", "")) and "bridge" not in tags
    return 0 if floors_only else level


def _nearest_to_ground(text: str) -> int:
    """Return the level nearest to the ground of a value such as ``0;1`` or ``1-3``; 0 if not understood.

    Examples
    --------
    >>> [_nearest_to_ground(text) for text in ("-1", "0;1", "1-3", "-2--1", "2;1", "1.5", "up", "")]
    [-1, 0, 1, -1, 1, 1, 0, 0]
    """
    levels: list[int] = []
    for part in text.split(";"):
        single = part.strip()
        cut = single.find("-", 1)
        for one in (single,) if cut < 0 else (single[:cut], single[cut + 1 :]):
            try:
                levels.append(int(float(one)))
            except (ValueError, OverflowError):
                return 0
    if not levels or (min(levels) <= 0 <= max(levels)):
        return 0
    nearest = min(levels) if min(levels) > 0 else max(levels)
    return max(-_MOST, min(_MOST, nearest))
