"""The assessment of whole cases: a toy street answered by hand, and what must always hold."""

from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from geo.assessment.case import Case, with_tier_minutes
from geo.assessment.cuts import Counted, Cut
from geo.assessment.points import cut_off_paths, point_results
from geo.assessment.tables import headline_of, make_tables, of_case
from geo.assessment.week import week_tables
from geo.measures.causes import Unknown
from geo.measures.requirements import to_minutes
from geo.measures.standard import AreaRule, Function, Quota, Requirement, Tier
from geo.text import Text
from tests.support.toy_street import METRE, PROFILE, WORD, answered, clinic, facilities, homes, standard


def causes_of(found):
    return {cause: people.sum() for cause, people in found.causes[0].people.items() if people.any()}


def test_minutes_ids_choices_and_causes_by_hand():
    ground, (found,) = answered(homes([0, 300, 900], [10, 20, 30]), facilities([0, 200], ["clinic"] * 2))
    table = point_results(ground, found)
    assert table["clinic_minutes"].round(6).tolist() == pytest.approx([0, 100 / 60, 700 / 60], abs=1e-4)
    assert table["clinic_id"].tolist() == ["c0", "c1", "c1"]
    assert table["clinic_choices"].tolist() == [2, 2, 0]
    assert table["clinic_state"].tolist() == ["covered", "covered", "left_out"]
    assert table["clinic_covered"].tolist() == [10, 20, 0]
    assert table["clinic_cause"].fillna("-").tolist() == ["-", "-", "nothing_near"]
    assert table["clinic_nearest_ids"].tolist() == [("c0", "c1"), ("c1", "c0"), ("c1", "c0")]
    assert causes_of(found) == {"covered": 30, "nothing_near": 30}


def test_choices_are_counted_beyond_the_nearest_that_are_named():
    # Within 300 m of 0: five clinics of six, one of them closed then; one is a chemist's.
    demand = homes([0, 1200], [10, 20])
    offered = facilities([0, 50, 100, 200, 300, 301, 10], ["clinic"] * 6 + ["pharmacy"])
    doors = np.array([True, False, True, True, True, True, True])
    cases = [Case("any", WORD, PROFILE), Case("then", WORD, PROFILE, moment=datetime(2026, 11, 17, 20))]
    ground, found = answered(demand, offered, cases=cases, open_then=doors)
    assert [point_results(ground, one)["clinic_choices"].tolist() for one in found] == [[5, 0], [4, 0]]
    assert found[0].times["clinic"].seconds.shape == (2, 3)


def test_choices_agree_with_a_count_of_all_pairs():
    rng = np.random.default_rng(11)
    demand = homes(rng.uniform(0, 1200, 50), np.ones(50))
    metres = rng.uniform(0, 1200, 30)
    _, (found,) = answered(demand, facilities(metres, ["clinic"] * 30))
    away = np.abs(demand.geometry.x.to_numpy()[:, None] / METRE - metres[None, :])
    # Whole milliseconds are whole millimetres here: what lies that near the limit is left out.
    clear = (np.abs(away - 300) > 0.01).all(axis=1)
    wanted = (away <= 300).sum(axis=1)
    assert wanted.max() > 3
    assert found.assessment.reach[0].choices[clear].tolist() == wanted[clear].tolist()


def test_caller_keeps_the_index_of_the_demand():
    demand = homes([0, 100], [1, 1])
    demand.index = [7, 3]
    ground, (found,) = answered(demand, facilities([0], ["clinic"]))
    assert point_results(ground, found).index.tolist() == [7, 3]


def test_closed_then_not_open_yet_and_the_year_after():
    offered = facilities(
        [0, 1000], ["clinic"] * 2, status=["open", "planned"], opens_on=[None, date(2027, 5, 1)]
    )
    moment = datetime(2026, 11, 17, 20, 30)
    cases = [
        Case("day", WORD, PROFILE),
        Case("evening", WORD, PROFILE, moment=moment),
        Case("2027", WORD, PROFILE, on=date(2027, 6, 1)),
    ]
    demand = homes([100, 1100], [40, 2])
    _, found = answered(demand, offered, cases=cases, open_then=np.array([False, True]))
    assert [causes_of(one) for one in found] == [
        {"covered": 40, "not_open_yet": 2},
        {"closed_then": 40, "not_open_yet": 2},
        {"covered": 42},
    ]


def test_capacity_counts_only_where_it_is_given():
    demand = homes([0, 10], [30, 30])
    _, (room,) = answered(demand, facilities([0], ["clinic"]))
    _, (full,) = answered(demand, facilities([0], ["clinic"], people_limit=[45.0]))
    assert causes_of(room) == {"covered": 60}
    assert causes_of(full) == pytest.approx({"covered": 45, "full": 15})


def test_room_is_solved_exactly_for_many_pairs_too(monkeypatch):
    monkeypatch.setattr("geo.measures.capacity.MOST_PAIRS_TO_ASSIGN", 0)
    demand = homes([0, 10], [30, 30])
    _, (full,) = answered(demand, facilities([0, 5], ["clinic"] * 2, people_limit=[45.0, 0.0]))
    assert causes_of(full) == pytest.approx({"covered": 45, "full": 15})
    assert set(full.methods.values()) == {"flow"}


def test_a_capacity_that_is_not_known_is_not_unlimited():
    """Room for 45 of 60; whether the second clinic has any, nobody knows."""
    demand = homes([0, 10], [30, 30])
    _, (found,) = answered(demand, facilities([0, 5], ["clinic"] * 2, people_limit=[45.0, np.nan]))
    assert causes_of(found) == pytest.approx({"covered": 45, "room_unknown": 15})
    assert found.causes[0].unknown == Unknown(room_places=1, more_if_room=pytest.approx(15))


def test_a_place_of_unknown_hours_covers_nobody_and_what_it_may_come_to_is_said():
    demand, offered = homes([0, 500], [30, 12]), facilities([0, 500], ["clinic"] * 2)
    night = Case("night", WORD, PROFILE, moment=datetime(2026, 11, 17, 20, 30))
    known = {"open_then": np.array([True, True]), "known": np.array([True, False])}
    _, (found,) = answered(demand, offered, cases=[night], **known)
    assert causes_of(found) == {"covered": 30, "hours_unknown": 12}
    assert found.causes[0].unknown == Unknown(hours_places=1, more_if_open=12)


def test_who_has_one_where_several_are_asked_for_has_not_nothing():
    """Homes at 0 have one clinic in reach, those at 900 none; two are asked for."""
    asked = standard(clinic(count=2))
    _, (found,) = answered(homes([0, 900], [8, 5]), facilities([0, 550], ["clinic"] * 2), asked=asked)
    assert causes_of(found) == {"too_few": 8, "nothing_near": 5}


def test_houses_under_construction_house_nobody_before_their_date():
    demand = homes([0, 10], [30, 7]).assign(status=[None, "building"], opens_on=[None, date(2027, 5, 1)])
    days = [Case(f"d{on}", WORD, PROFILE, on=on) for on in (None, date(2027, 4, 30), date(2027, 5, 1))]
    _, found = answered(demand, facilities([0], ["clinic"]), cases=days)
    assert [each.people.sum() for each in found] == [30, 30, 37]


def test_who_is_too_far_from_a_street_is_not_connected():
    demand = homes([0, 50], [5, 6])
    demand = demand.set_geometry([Point(0, 0), Point(0, 0.02)], crs=4326)
    _, (found,) = answered(demand, facilities([0], ["clinic"]))
    assert causes_of(found) == {"covered": 5, "not_connected": 6}


def test_cut_off_shows_the_way_round():
    # Two ends of a street that goes 2 km round: 100 m apart as the crow flies.
    from geo.network.build import build_network

    corners = [(0, 0), (0, 1000), (100, 1000), (100, 0)]
    nodes = gpd.GeoDataFrame(geometry=[Point(x * METRE, y * METRE) for x, y in corners], crs=4326)
    edges = pd.DataFrame({"source": [0, 1, 2], "target": [1, 2, 3], "metres": [1000.0, 100, 1000]})
    street = build_network(nodes, edges, speed_kph=3.6)
    ground, (found,) = answered(homes([0], [9]), facilities([100], ["clinic"]), street=street)
    assert causes_of(found) == {"cut_off": 9}
    way = cut_off_paths(ground, found).iloc[0]
    assert way["straight_metres"] == pytest.approx(100, abs=0.1)
    assert way["metres"] == pytest.approx(2100, rel=0.01)
    assert way["detour"] == pytest.approx(21, rel=0.01)
    assert len(way.geometry.coords) == 4


def test_compliance_is_metres_whatever_the_hour():
    asked = standard(
        clinic(metres=350.0, measure="straight"),
        Requirement("shop", WORD, metres=350.0, measure="network", verified=True),
    )
    offered = facilities([0, 0], ["clinic", "shop"])
    case = Case("night", WORD, PROFILE, moment=datetime(2026, 11, 17, 3))
    _, (found,) = answered(
        homes([300, 400], [1, 2]), offered, asked=asked, cases=[case], open_then=np.array([False, False])
    )
    assert [result.met.tolist() for result in found.assessment.compliance] == [[True, False]] * 2
    assert not found.assessment.reach[0].met.any()


def test_shifts_count_their_own_people():
    demand = homes([0, 0, 0], [5, 7, 11], shift=["in", "out", "all"])
    cases = [Case(shift, WORD, PROFILE, shift=shift) for shift in ("in", "out", "all")]
    _, found = answered(demand, facilities([0], ["clinic"]), cases=cases)
    assert [one.people.sum() for one in found] == [16, 18, 23]


def test_a_week_by_the_hour_and_what_closed_doors_cost():
    demand = homes([0, 100], [10, 90], shift=["in", "out"])
    ground, found = answered(demand, facilities([0], ["clinic"]))
    office = np.zeros((1, 168), bool)
    office[0, [9 + 24 * day + hour for day in range(5) for hour in range(8)]] = True
    week = week_tables(ground, found, office)
    assert week.by_hour["covered"].sum() == 40 * 100
    lost = week.shifts.set_index("shift")["lost_to_hours"]
    assert lost.to_dict() == {"in": 0, "out": 90}
    assert week.shifts.set_index("shift")["covered_on_paper"].to_dict() == {"in": 10, "out": 90}


def test_week_in_blocks_is_the_week_at_once(monkeypatch):
    rng = np.random.default_rng(3)
    demand = homes(rng.uniform(0, 1200, 40), rng.integers(1, 9, 40))
    ground, found = answered(demand, facilities(rng.uniform(0, 1200, 6), ["clinic"] * 6))
    doors = rng.random((6, 168)) < 0.5
    whole = week_tables(ground, found, doors).by_hour["covered"]
    monkeypatch.setattr("geo.assessment.week.BLOCK", 7)
    assert week_tables(ground, found, doors).by_hour["covered"].tolist() == pytest.approx(whole.tolist())


def test_a_mean_of_the_nearest_is_taken_over_those_open_at_the_hour():
    # From 0: two clinics, 200 and 500 m off, mean 350 s; 300 s are asked for. At night only one is open.
    demand = homes([0, 300], [7, 2])
    asked = standard(clinic(count=2, combine="mean"))
    doors = np.ones((2, 168), bool)
    doors[1, 20:24] = False
    doors[:, 2] = False
    ground, found = answered(demand, facilities([200, 500], ["clinic"] * 2), asked=asked)
    covered = week_tables(ground, found, doors).by_hour["covered"].to_numpy()
    assert covered[[0, 2, 21]].tolist() == [2, 0, 9]


def test_every_hour_of_the_week_is_what_a_case_at_that_hour_says():
    rng = np.random.default_rng(5)
    demand = homes(rng.uniform(0, 1200, 30), rng.integers(1, 9, 30))
    offered = facilities(rng.uniform(0, 1200, 9), ["clinic"] * 9)
    doors = rng.random((9, 168)) < 0.4
    asked = standard(clinic(count=3, combine="mean", minutes=4))
    ground, found = answered(demand, offered, asked=asked)
    week = week_tables(ground, found, doors).by_hour["covered"]
    for hour in (0, 77, 167):
        case = Case("then", WORD, PROFILE, moment=datetime(2026, 11, 16))
        _, (one,) = answered(demand, offered, asked=asked, cases=[case], open_then=doors[:, hour])
        assert week[hour] == one.people[one.assessment.reach[0].met].sum()


def test_minutes_of_the_tier_where_the_requirement_names_none():
    tiers = (Tier("c10", WORD, minutes=10), Tier("block", WORD))
    asked = standard(clinic(tier="c10", minutes=None), clinic(tier="block", minutes=None), tiers=tiers)
    assert [r.minutes for r in with_tier_minutes(asked).requirements] == [10, None]


def grid(count):
    cells = [box(n * 300 * METRE, -1, (n + 1) * 300 * METRE, 1) for n in range(count)]
    return gpd.GeoDataFrame(
        {"id": [f"g{n}" for n in range(count)], "name": None, "kind": "grid", "staff": 2.0},
        geometry=cells,
        crs=4326,
    )


def tabled(demand, offered, counted=None, **how):
    ground, found = answered(demand, offered, **how)
    cuts = [Cut.of(demand, grid(3), overlap=False)]
    return ground, found, make_tables(ground, found, cuts, counted or Counted())


def test_tables_by_hand():
    tables = tabled(homes([0, 400, 1000], [10, 20, 30]), facilities([0], ["clinic"]))[2]
    row = tables.coverage.iloc[0]
    assert (row["total"], row["covered"], row["left_out"]) == (60, 10, 50)
    assert tables.gaps[["area_id", "left_out", "cause"]].to_numpy().tolist() == [
        ["(outside)", 30, "nothing_near"],
        ["g1", 20, "nothing_near"],
    ]
    assert tables.ranking[["area_id", "rank"]].to_numpy().tolist() == [["g0", 1], ["g1", 2]]
    assert (
        headline_of(row, tables.by_area, travels=Text("on foot", ""), counted=Text("people", "")).to("en")
        == "17 % of 60 people reach a clinic within 5 minutes on foot; 50 in one grid cell do not."
    )


def test_who_gets_there_is_said_apart_from_whether_there_is_room():
    demand = homes([0, 10, 1000], [30, 30, 40])
    tables = tabled(demand, facilities([0], ["clinic"], people_limit=[45.0]))[2]
    row = tables.coverage.iloc[0]
    assert (row["total"], row["covered"], row["left_out"], row["without_room"]) == (100, 45, 55, 15)
    line = headline_of(row, tables.by_area, travels=Text("on foot", "步行"), counted=Text("people", "人"))
    assert line.to("en") == (
        "45 % of 100 people are covered: they reach a clinic within 5 minutes on foot and find room. "
        "15 reach it but find it full; 40 do not reach it."
    )
    assert line.to("zh").endswith("（步行5分钟内可达诊所且有余量）；15人可达但容量已满；40人不可达。")


def test_ten_percent_faster_reaches_what_lies_just_beyond():
    row = tabled(homes([320, 0], [1, 1]), facilities([0], ["clinic"]))[2].coverage.iloc[0]
    assert (row["share"], row["share_slower"], row["share_faster"]) == (0.5, 0.5, 1.0)


def test_stations_tiers_functions_quotas_and_rules():
    offered = facilities(
        [0, 900],
        ["clinic", "station"],
        tier=["community", "district"],
        functions=[("a",), ("b",)],
    )
    functions = (Function("a", WORD), Function("b", WORD))
    asked = standard(
        quotas=(Quota("park", WORD, unit="m2", per_thousand_min=1000),),
        area_rules=(AreaRule("station", WORD),),
    )
    counted = Counted(
        minutes=(5.0,),
        tiers={"community": 5.0, "district": 15.0},
        functions=functions,
        offered=offered["functions"].tolist(),
        provided={"park": 50.0},
    )
    tables = tabled(homes([0, 850], [10, 20]), offered, counted, asked=asked)[2]
    assert tables.tiers["covered"].tolist() == [10, 30]
    assert tables.tiers["covered_nested"].tolist() == [10, 10]
    assert tables.functions["covered"].tolist() == [10, 20]
    assert tables.quotas["balance"].tolist() == [20.0]
    assert tables.area_rules[["area_id", "met"]].to_numpy().tolist() == [
        ["g0", False],
        ["g1", False],
        ["g2", True],
    ]
    assert tables.load["people_per_staff"].tolist() == [5.0, 0.0, 10.0]


def test_groups_and_dwellings_have_rows_of_their_own():
    demand = homes([0, 400], [10, 20], group=["elderly", "workers"], dwellings=[4.0, 6.0])
    tables = tabled(demand, facilities([0], ["clinic"]))[2]
    assert tables.by_group[["of", "covered", "total"]].to_numpy().tolist() == [
        ["elderly", 10, 10],
        ["workers", 0, 20],
    ]
    assert tables.denominators[["denominator", "covered", "total"]].to_numpy().tolist() == [
        ["dwellings", 4, 10]
    ]


town = st.tuples(
    st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 50)), min_size=1, max_size=12),
    st.lists(
        st.tuples(
            st.integers(0, 1200),
            st.sampled_from(["open", "planned", "closed"]),
            st.booleans(),
            st.sampled_from([np.nan, 0.0, 30.0]),
        ),
        min_size=1,
        max_size=5,
    ),
)


def town_of(drawn):
    (where, people), (sites, status, doors, room) = (list(zip(*part, strict=True)) for part in drawn)
    offered = facilities(sites, ["clinic"] * len(sites), status=list(status), people_limit=list(room))
    return homes(where, people), offered, np.array(doors)


@given(town)
@settings(deadline=None, max_examples=15)
def test_covered_and_causes_sum_to_everybody_by_every_cut(drawn):
    demand, offered, doors = town_of(drawn)
    case = Case("evening", WORD, PROFILE, moment=datetime(2026, 11, 17, 20))
    _, found, tables = tabled(demand, offered, cases=[case], open_then=doors)
    total = demand["people"].sum()
    assert tables.causes["people"].sum() == pytest.approx(total)
    row = tables.coverage.iloc[0]
    left = tables.causes.loc[tables.causes["cause"] != "covered", "people"].sum()
    assert row["covered"] + left == pytest.approx(total)
    assert tables.by_area["total"].sum() == pytest.approx(total)
    assert tables.by_area["covered"].sum() == pytest.approx(row["covered"])
    there = tables.causes_by_area.groupby("area_id")["people"].sum()
    by_area = tables.by_area.set_index("area_id")["total"]
    assert there.reindex(by_area.index).fillna(0).tolist() == pytest.approx(by_area.tolist())
    assert tables.grid_minutes["people_covered"].le(tables.grid_minutes["people"] + 1e-9).all()
    assert np.isin(to_minutes(found[0].times["clinic"].seconds)[:, 0], [np.inf]).sum() == 0


@given(town)
@settings(deadline=None, max_examples=15)
def test_opening_hours_only_ever_remove(drawn):
    demand, offered, doors = town_of(drawn)
    offered = offered.assign(people_limit=np.inf)
    cases = [Case("any", WORD, PROFILE), Case("evening", WORD, PROFILE, moment=datetime(2026, 11, 17, 20))]
    _, (any_hour, evening) = answered(demand, offered, cases=cases, open_then=doors)
    assert (any_hour.assessment.reach[0].met >= evening.assessment.reach[0].met).all()


@given(town, st.integers(0, 1200))
@settings(deadline=None, max_examples=15)
def test_one_more_facility_makes_nobody_worse_off(drawn, site):
    demand, offered, _ = town_of(drawn)
    offered = offered.assign(people_limit=np.inf)
    more = pd.concat([offered, facilities([site], ["clinic"])], ignore_index=True)
    (_, (before,)), (_, (after,)) = answered(demand, offered), answered(demand, more)
    assert (after.times["clinic"].seconds[:, 0] <= before.times["clinic"].seconds[:, 0]).all()


@given(town, st.integers(1, 20), st.integers(0, 20))
@settings(deadline=None, max_examples=15)
def test_a_longer_limit_never_covers_fewer(drawn, minutes, longer):
    demand, offered, _ = town_of(drawn)
    offered = offered.assign(people_limit=np.inf)
    covered = [
        answered(demand, offered, asked=standard(clinic(minutes=m)))[1][0].causes[0].people["covered"].sum()
        for m in (minutes, minutes + longer)
    ]
    assert covered[0] <= covered[1]


def test_case_columns_are_taken_off_again():
    tables = tabled(homes([0], [1]), facilities([0], ["clinic"]))[2]
    assert "case" not in of_case(tables.coverage, "all")
    assert len(of_case(tables.coverage, "other")) == 0


def test_searches_are_shared_by_cases_of_one_traveller(monkeypatch):
    import geo.assessment.traveller

    made = []
    search = geo.assessment.traveller.nearest
    monkeypatch.setattr(
        geo.assessment.traveller, "nearest", lambda *a, **k: made.append(1) or search(*a, **k)
    )
    cases = [Case("a", WORD, PROFILE), Case("b", WORD, PROFILE, shift="in")]
    answered(homes([0], [1]), facilities([0], ["clinic"]), cases=cases)
    assert len(made) == 1


def test_places_that_limit_and_give_no_number_have_no_known_room() -> None:
    """Every capacity cell of a layer that limits is empty: unknown, not unlimited."""
    demand = homes([0, 10], [30, 30])
    _, (found,) = answered(demand, facilities([0], ["clinic"], people_limit=[np.nan]))
    assert causes_of(found) == {"room_unknown": 60}
