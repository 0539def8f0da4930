"""Two plans side by side: who gains and who loses when the second is built instead of the first."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.case import Case
from geo.assessment.cuts import Cut
from geo.siting.coverage import gains_by_group, gains_by_polygon, people_within
from geo.text import Text
from geo.types import Floats
from layers.load import Layers, all_polygons
from layers.osm.basemap import Basemap
from layers.study.changes import Change
from layers.study.model import Study
from maps.published import may_be_published
from maps.small_groups import without_small_groups

_NOTICED_SECONDS = 1.0
"""Ways that differ by less are as long as before."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ComparedPlans:
    """Two plans and the ways to a service under each.

    Attributes
    ----------
    names
        What the two are called; the study as it stands is "today".
    places
        Places of the service that count in each, ``id, name, kind, geometry``.
    seconds
        From every demand point to the nearest of them; ``inf``: none.
    people
        People counted at every demand point.
    changes
        What the two are; None for the study as it stands.
    run_id
        Short id of what the comparison was made of; stands on sheets and map, empty until these are written.
    """

    study: Study
    case: Case
    category: str
    name: Text
    minutes: float
    names: tuple[Text, Text]
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
    seconds: tuple[Floats, Floats]
    people: Floats
    cuts: tuple[Cut, ...]
    layers: Layers
    basemap: Basemap
    changes: tuple[Change | None, Change | None]
    run_id: str = ""

    @property
    def polygons(self) -> gpd.GeoDataFrame:
        """Grids and areas in one frame."""
        return all_polygons(self.layers)

    @property
    def covered(self) -> tuple[Floats, Floats]:
        """People of each demand point within the minutes, under each plan."""
        first, second = (people_within(s, self.people, minutes=self.minutes) for s in self.seconds)
        return first, second

    @property
    def sides(self) -> dict[str, Floats]:
        """People of each demand point by what the second plan does to them."""
        first, second = self.covered
        a, b = self.seconds
        reached = np.isfinite(a) | np.isfinite(b)
        change = np.where(reached, np.where(np.isfinite(b), b, 1e9) - np.where(np.isfinite(a), a, 1e9), 0.0)
        return {
            "gain": np.maximum(second - first, 0.0),
            "lose": np.maximum(first - second, 0.0),
            "nearer": np.where(change <= -_NOTICED_SECONDS, self.people, 0.0),
            "farther": np.where(change >= _NOTICED_SECONDS, self.people, 0.0),
        }


def sides_by_group(result: ComparedPlans) -> pd.DataFrame:
    """Return who gains and loses by group: ``group, people, first, second, gain, lose, nearer, farther``."""
    groups = result.layers.demand["group"]
    table = gains_by_group(groups, result.people, *result.covered)
    kept = table.rename(columns={"before": "first", "after": "second"})[
        ["group", "people", "first", "second"]
    ]
    for side, people in result.sides.items():
        kept[side] = gains_by_group(groups, result.people, np.zeros_like(people), people)["after"]
    return kept


def sides_by_polygon(result: ComparedPlans) -> pd.DataFrame:
    """Return the same by grid cell and area, the most touched first."""
    polygons = [(cut.areas, cut.shares) for cut in result.cuts]
    table = gains_by_polygon(polygons, result.people, *result.covered).set_index(["kind", "id"])
    renamed = table.rename(columns={"before": "first", "after": "second"})
    kept = renamed[["name", "people", "first", "second"]].copy()
    for side, people in result.sides.items():
        part = gains_by_polygon(polygons, result.people, np.zeros_like(people), people)
        kept[side] = part.set_index(["kind", "id"])["after"]
    touched = kept.assign(touched=kept[["gain", "lose", "nearer", "farther"]].sum(axis=1)).reset_index()
    ordered = touched.sort_values(["kind", "touched"], ascending=[True, False], kind="stable")
    return ordered.drop(columns="touched").reset_index(drop=True)


def headline(result: ComparedPlans) -> Text:
    """Return in one sentence what the second plan does against the first."""
    first, second = (float(part.sum()) for part in result.covered)
    gain, lose = (float(result.sides[side].sum()) for side in ("gain", "lose"))
    a, b = result.names
    total, minutes = float(result.people.sum()), f"{result.minutes:g}"
    return Text(
        f"{a.en}: {first:,.0f} of {total:,.0f} people reach {result.name.en} within {minutes} minutes; "
        f"{b.en}: {second:,.0f}. With the second {gain:,.0f} gain it and {lose:,.0f} lose it",
        f"{a.zh}：{total:,.0f} 人中 {first:,.0f} 人在 {minutes} 分钟内可达{result.name.zh}；"
        f"{b.zh}：{second:,.0f} 人。采用后者时 {gain:,.0f} 人新获覆盖，{lose:,.0f} 人失去覆盖",
    )


def places_of_both(result: ComparedPlans) -> gpd.GeoDataFrame:
    """Return the places of both plans, each once, with ``plan``: ``both``, ``first`` or ``second``."""
    first, second = result.places
    ids = set(first["id"]), set(second["id"])
    moved = _moved(first, second)
    frames = [
        first.assign(plan=["both" if key in ids[1] and key not in moved else "first" for key in first["id"]]),
        second[[key not in ids[0] or key in moved for key in second["id"]]].assign(plan="second"),
    ]
    both = pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)
    if "layer" in both:
        both = both[may_be_published(result.study, both)].reset_index(drop=True)
    return gpd.GeoDataFrame(both, geometry="geometry", crs=4326)


def _moved(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> set[str]:
    """Return the ids of the places that stand elsewhere under the second plan."""
    place = dict(zip(first["id"], first.geometry, strict=True))
    return {
        str(key)
        for key, there in zip(second["id"], second.geometry, strict=True)
        if key in place and not place[key].equals(there)
    }


def compared_layers(result: ComparedPlans) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of ``compare.gpkg`` by layer; empty ones and the user's own columns are left out."""
    demand, sides = result.layers.demand, result.sides
    minutes = [np.where(np.isfinite(s), s / 60.0, np.nan) for s in result.seconds]
    people = demand[["id", "group", "geometry"]].assign(
        people=result.people, minutes_first=minutes[0], minutes_second=minutes[1],
        **sides,
    )  # fmt: skip
    polygons = result.polygons[["id", "kind", "geometry"]]
    named = {
        "places": places_of_both(result)[["id", "name", "kind", "plan", "geometry"]],
        "people": without_small_groups(people[may_be_published(result.study, demand)], result.polygons),
        "polygons": polygons.merge(sides_by_polygon(result), on=["id", "kind"], how="inner"),
    }
    return {name: frame for name, frame in named.items() if len(frame)}
