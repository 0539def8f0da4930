"""People leave the area they live in as they can: by its gates, by a street inside, where streets meet it."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.network.areas import join_places
from geo.network.build import network_from_streets
from geo.network.entrances import Approaches, Entrances
from geo.network.snap import snap
from geo.search.reach import nearest
from layers.catalogue.profiles import read_profile
from tests.support.streets import METRE, STREET, streets

# A street from west to east 10 m south of an estate 400 m wide and 300 m deep, and one 50 m beside its east.
NODES = {1: (-1000, 0), 2: (200, 0), 3: (1000, 0), 4: (450, 0), 5: (450, 400), 6: (200, 100)}
ESTATE = shapely.box(0, 10, 400, 310)
INSIDE = ([2, 6], STREET)
"""A path from the street into the estate, 90 m deep."""


def degrees(shape):
    return shapely.transform(shape, lambda xy: xy * METRE)


def town(*more):
    return network_from_streets(
        streets([([1, 2, 4, 3], STREET), ([4, 5], STREET), *more], NODES), read_profile("walk")
    )


def doors(*gates):
    """Gates as ``(at, owner, private)``."""
    return Entrances(
        points=np.array([degrees(shapely.Point(*at)) for at, _, _ in gates] + [None], dtype=object)[:-1],
        name=np.full(len(gates), None, dtype=object),
        owner=np.array([owner for _, owner, _ in gates] + [None], dtype=object)[:-1],
        private=np.array([private for _, _, private in gates], np.bool_),
    )


def approaches(*gates, outline="homes:1", buildings=()):
    outlines = gpd.GeoSeries([degrees(ESTATE)], index=[outline], crs=4326)
    holding = {outline: "Campus"} if outline == "campus:1" else {}
    held = np.array([*map(degrees, buildings), None], dtype=object)[:-1]
    return Approaches(outlines=outlines, entrances=doors(*gates), holding=holding, buildings=held)


def joined(network, ways, *, x=200, y=110, lived_in=True):
    rows = gpd.GeoDataFrame(
        {"id": ["homes:1"], "name": ["Estate"]}, geometry=[degrees(shapely.Point(x, y))], crs=4326
    )
    return join_places(network, rows, approaches=ways, max_snap_metres=200, lived_in=lived_in)


def metres(network, home, x):
    place = snap(network, ([x * METRE], [0.0]))
    return nearest(network, home, place).seconds[0, 0] * network.metres_per_second


def test_an_estate_of_which_nothing_is_known_is_left_straight_to_the_street():
    network = town()
    assert metres(network, joined(network, approaches()), 200) == pytest.approx(110, abs=1)


def test_an_estate_is_left_by_its_gate_and_the_way_to_it_counts():
    network = town()
    home = joined(network, approaches(((400, 110), None, False)))
    # 200 m to the gate, 50 m to the street beside it, 110 m south, 250 m west.
    assert metres(network, home, 200) == pytest.approx(610, abs=2)
    assert home.snap_metres[0] == pytest.approx(250, abs=1)


def test_of_two_gates_each_way_takes_its_own():
    network = town()
    home = joined(network, approaches(((400, 110), None, False), ((0, 10), None, False)))
    # By the east 200, 50, 110 and 50 m; by the west hypot(200, 100) and 10 m to the street at x = 0.
    assert metres(network, home, 500) == pytest.approx(410, abs=2)
    assert metres(network, home, -100) == pytest.approx(223.6 + 10 + 100, abs=2)


@pytest.mark.parametrize("owner", ["Estate", "homes:1", "1"])
def test_a_gate_that_names_the_estate_counts_though_a_street_leads_inside(owner):
    network = town(INSIDE)
    home = joined(network, approaches(((400, 110), owner, False)))
    assert metres(network, home, 200) == pytest.approx(610, abs=2)


def test_a_mapped_street_inside_leads_to_the_gates_it_has():
    network = town(INSIDE)
    home = joined(network, approaches(((400, 110), None, False)))
    # 10 m to the end of the path, 100 m along it.
    assert metres(network, home, 200) == pytest.approx(110, abs=2)
    assert home.snap_metres[0] == pytest.approx(10, abs=1)


def test_without_gates_an_estate_is_left_where_a_street_meets_its_outline():
    # The path ends at the outline; the street in the east is nearer to the home.
    network = network_from_streets(
        streets([([1, 2, 4, 3], STREET), ([4, 5], STREET), INSIDE], {**NODES, 6: (200, 10)}),
        read_profile("walk"),
    )
    home = joined(network, approaches(), x=380, y=210)
    assert metres(network, home, 200) == pytest.approx(np.hypot(180, 200) + 10, abs=2)


def test_a_private_gate_lets_residents_out_and_no_visitor_in():
    network, ways = town(), approaches(((400, 110), None, True))
    assert metres(network, joined(network, ways), 200) == pytest.approx(610, abs=2)
    visited = joined(network, ways, lived_in=False)
    # Without a gate for visitors by the outline, whose nearest point is 10 m from the street.
    assert metres(network, visited, 200) == pytest.approx(10, abs=1)


def test_a_home_on_a_campus_leaves_by_the_gates_of_the_campus():
    network = town()
    home = joined(network, approaches(((400, 110), None, False), outline="campus:1"), x=200, y=20)
    # The street is 20 m south, behind the edge of the campus; the gate is hypot(200, 90) m away.
    assert metres(network, home, 200) == pytest.approx(np.hypot(200, 90) + 50 + 110 + 250, abs=2)


def test_a_home_on_a_campus_takes_the_path_of_the_campus():
    network = town(INSIDE)
    home = joined(network, approaches(((400, 110), None, False), outline="campus:1"), x=210, y=60)
    assert metres(network, home, 200) == pytest.approx(10 + 60, abs=1)


def test_a_plot_to_build_on_holds_nobody():
    network = town()
    home = joined(network, approaches(((400, 110), None, False), outline="plots:1"), x=200, y=20)
    assert metres(network, home, 200) == pytest.approx(20, abs=1)


HALL = shapely.box(-500, 20, -440, 60)
"""A building 20 m beside the street, its door in the east."""


@pytest.mark.parametrize(
    ("lived_in", "y", "metres_there"),
    [(True, 40, 50 + 40), (False, 40, 50 + 40), (True, 25, np.hypot(50, 15) + 40), (False, 25, 25 + 50)],
)
def test_a_place_in_a_building_takes_its_door_but_a_shop_at_the_front(lived_in, y, metres_there):
    network = town()
    ways = approaches(((-440, 40), None, False), outline="plots:1", buildings=[HALL])
    home = joined(network, ways, x=-490, y=y, lived_in=lived_in)
    assert metres(network, home, -440) == pytest.approx(metres_there, abs=1)


def test_a_place_beside_a_building_is_joined_straight():
    network = town()
    ways = approaches(((-440, 40), None, False), outline="plots:1", buildings=[HALL])
    assert metres(network, joined(network, ways, x=-510, y=30), -510) == pytest.approx(30, abs=1)
