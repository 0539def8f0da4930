"""Every kind of clause against a hand that shares no code with it: plain loops over small random cases."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.measures.provision import area_rule_table, of_level, quota_balance
from geo.measures.requirements import NearestMetres, NearestTimes, assess
from geo.measures.size import of_size
from geo.measures.standard import AreaRule, Quota, Requirement, Standard
from geo.text import Text

NAME = Text("x", "某")
sizes = st.one_of(st.none(), st.sampled_from([0.0, 119.0, 120.0, 399.0, 400.0, 5000.0]))
limits = st.sampled_from([120.0, 400.0, 5000.0])
people = st.lists(st.floats(0, 1e4), min_size=1, max_size=6)


@given(
    st.lists(st.tuples(sizes, sizes, sizes), min_size=1, max_size=6),
    st.tuples(limits, limits, limits),
    st.booleans(),
)
def test_floor_area_site_area_and_width(places, least, decides):
    names = ("floor_area", "site_area", "width")
    asked = Requirement("park", NAME, size_decides=decides, **dict(zip(names, least, strict=True)))
    frame = pd.DataFrame(places, columns=list(names), dtype=float)
    found = of_size(frame, Standard("s", NAME, (asked,)), {"park": np.arange(len(places))})
    tested = [i for i, limit in enumerate(least) if limit and any(p[i] is not None for p in places)]
    if decides and any(limit and i not in tested for i, limit in enumerate(least)):
        assert found == {}
        return
    by_hand = [
        number
        for number, place in enumerate(places)
        if all(place[i] is not None and place[i] >= least[i] for i in tested)
    ]
    assert found["park"].tolist() == by_hand


amounts = st.integers(1, 3000)


def _of(by_homes):
    return "households" if by_homes else "people"


@given(
    st.lists(st.tuples(amounts, st.booleans(), st.one_of(st.none(), amounts)), min_size=1, max_size=4),
    st.floats(1, 1e6),
    st.one_of(st.just(math.nan), st.floats(1, 1e5)),
    st.one_of(st.none(), amounts),
)
def test_amounts_per_thousand_people_or_households_of_tiers_that_share_nothing(
    lines, heads, homes, all_of_it
):
    quotas = [
        Quota("park", NAME, unit="m2", per_thousand_min=each, of=_of(by_homes), tier=f"t{n}")
        for n, (each, by_homes, _) in enumerate(lines)
    ]
    provided = {
        quota.key: float(given)
        for quota, (_, _, given) in zip(quotas, lines, strict=True)
        if given is not None
    }
    if all_of_it is not None:
        provided["park"] = float(all_of_it)
    table = quota_balance(quotas, provided, heads, households=homes)
    wanted = [each * (homes if by_homes else heads) / 1000 for each, by_homes, _ in lines]
    if len(lines) == 1:
        there = provided.get(quotas[0].key, provided.get("park", math.nan))
        assert table["balance"].tolist() == pytest.approx([there - wanted[0]], nan_ok=True)
        return
    assert table["required_min"].tolist()[:-1] == pytest.approx(wanted, nan_ok=True)
    there = sum(provided[q.key] for q in quotas) if all(q.key in provided for q in quotas) else math.nan
    there = provided.get("park", there)
    assert table["balance"].iloc[-1] == pytest.approx(there - sum(wanted), nan_ok=True)


# Edges of the areas lie on halves, the places beside them.
off_edge = st.integers(0, 30).map(lambda n: n / 4 + 0.1)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["街道", "社区", None])),
        min_size=1,
        max_size=5,
    ),
    st.lists(st.tuples(off_edge, off_edge, st.sampled_from("ab")), max_size=8),
    st.integers(1, 3),
    st.one_of(st.none(), st.integers(1, 20_000)),
    st.data(),
)
def test_so_many_in_every_area_of_a_level_and_one_for_so_many_people(cells, places, minimum, per, data):
    areas = gpd.GeoDataFrame(
        {"id": [f"a{n}" for n in range(len(cells))], "level": [level for *_, level in cells]},
        geometry=[box(x, y, x + 2.5, y + 1.5) for x, y, _ in cells],
        crs=32651,
    )
    frame = gpd.GeoDataFrame(
        {"category": [kind for *_, kind in places]},
        geometry=[Point(x, y) for x, y, _ in places],
        crs=32651,
    )
    heads = np.array(
        data.draw(st.lists(st.integers(0, 50_000), min_size=len(cells), max_size=len(cells))), float
    )
    chosen = of_level(areas, "subdistrict")
    rule = AreaRule("a", NAME, minimum=minimum, people_per=per, level="subdistrict")
    table = area_rule_table(rule, areas[chosen], frame, people=heads[chosen])
    by_hand = {}
    for (left, low, level), identity, count in zip(cells, areas["id"], heads, strict=True):
        if level == "街道":
            held = sum(k == "a" and left < x < left + 2.5 and low < y < low + 1.5 for x, y, k in places)
            needed = minimum if per is None else max(minimum, math.ceil(count / per))
            by_hand[identity] = (held, needed, held >= needed)
    rows = zip(table["area_id"], table["found"], table["minimum"], table["met"], strict=True)
    assert {area: (found, least, met) for area, found, least, met in rows} == by_hand


@given(people, st.data())
def test_a_condition_holds_for_its_people_and_each_measure_has_its_distances(heads, data):
    size = len(heads)
    column = st.lists(
        st.sampled_from([0.0, 299.9994, 300.0, 301.0, 900.0, math.inf]), min_size=size, max_size=size
    )
    walked, flown, seconds = (data.draw(column) for _ in range(3))
    here = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    lines = (
        Requirement("a", NAME, metres=300, measure="network", condition="ring"),
        Requirement("a", NAME, tier="t", metres=300, measure="straight"),
        Requirement("a", NAME, tier="u", minutes=5),
        Requirement("a", NAME, tier="v", minutes=5, condition="nowhere"),
    )
    index = np.zeros((size, 1), dtype=np.int64)
    found = assess(
        Standard("s", NAME, lines),
        {"a": NearestTimes("a", np.array(seconds)[:, None], index, 1)},
        [
            NearestMetres("a", np.array(walked)[:, None], index, "network", 1),
            NearestMetres("a", np.array(flown)[:, None], index, "straight", 1),
        ],
        applies={"ring": np.array(here)},
    )
    assert [each.key for each in found.not_assessed] == ["a@v:nowhere"]
    counted = {each.requirement.key: met_by(each, heads) for each in found.results}
    both = zip(heads, walked, here, strict=True)
    assert counted == {
        "a:ring": [n for n, metres, there in both if there and metres <= 300],
        "a@t": [n for n, metres in zip(heads, flown, strict=True) if metres <= 300],
        "a@u": [n for n, value in zip(heads, seconds, strict=True) if value <= 300],
    }


def met_by(result, heads):
    there = [True] * len(heads) if result.applies is None else result.applies
    return [n for n, met, here in zip(heads, result.met, there, strict=True) if met and here]
