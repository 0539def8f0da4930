"""Lines joined where they meet: each case drawn in metres and counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.lines.noding import NodedLines, node_lines

Drawn = list[tuple[float, float]]


def noded(
    *drawn: Drawn,
    level: tuple[int, ...] = (),
    apart: tuple[int, ...] = (),
    tolerance: float = 1.0,
    join: bool = True,
) -> NodedLines:
    lines = np.array([shapely.LineString(each) for each in drawn], dtype=object)
    return node_lines(
        lines,
        np.array(level or [0] * len(lines), np.int64),
        np.array([number in apart for number in range(len(lines))]),
        tolerance_metres=tolerance,
        join_crossings=join,
    )


def shared(found: NodedLines, a: int = 0, b: int = 1) -> list[tuple[float, float]]:
    """Places of the nodes that two lines share, rounded to the centimetre."""
    nodes = [set(found.node[found.start[line] : found.start[line + 1]].tolist()) for line in (a, b)]
    return sorted(tuple(found.xy[node].round(2).tolist()) for node in nodes[0] & nodes[1])


EAST: Drawn = [(0, 0), (100, 0)]
NORTH: Drawn = [(50, -50), (50, 50)]


def test_a_crossing_without_a_common_vertex_is_a_junction_and_counted() -> None:
    found = noded(EAST, NORTH)
    assert shared(found) == [(50, 0)]
    assert found.counts["crossings_joined"] == 1


def test_a_crossing_at_a_common_vertex_is_a_junction_that_nothing_was_assumed_for() -> None:
    found = noded([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)])
    assert shared(found) == [(50, 0)]
    assert found.counts["crossings_joined"] == 0


@pytest.mark.parametrize("level", [(0, 1), (0, -1), (1, 2)])
def test_lines_on_different_levels_cross_without_meeting(level: tuple[int, int]) -> None:
    found = noded(EAST, NORTH, level=level)
    assert (shared(found), found.counts["crossings_apart"]) == ([], 1)


def test_lines_on_one_level_above_the_ground_meet() -> None:
    assert shared(noded(EAST, NORTH, level=(1, 1))) == [(50, 0)]


def test_a_common_vertex_of_two_levels_is_no_junction() -> None:
    found = noded([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)], level=(0, 1))
    assert (shared(found), found.counts["crossings_apart"]) == ([], 1)


def test_a_bridge_comes_down_to_the_ground_at_its_ends() -> None:
    assert shared(noded(EAST, [(50, 0), (50, 50)], level=(0, 1))) == [(50, 0)]


def test_a_street_that_ends_under_a_bridge_does_not_meet_it() -> None:
    assert shared(noded(EAST, [(50, 0), (50, 50)], level=(1, 0))) == []


def test_a_motorway_without_levels_is_crossed_above_or_below() -> None:
    found = noded(EAST, NORTH, apart=(0,))
    assert (shared(found), found.counts["crossings_apart"]) == ([], 1)


def test_crossings_are_joined_at_ends_alone_where_the_study_says_so() -> None:
    found = noded(EAST, NORTH, join=False)
    assert (shared(found), found.counts["crossings_not_joined"]) == ([], 1)


@pytest.mark.parametrize(("short", "meets"), [(0.9, True), (1.1, False)])
def test_ends_meet_within_the_tolerance(short: float, meets: bool) -> None:
    found = noded(EAST, [(100 + short, 0), (200, 0)])
    assert bool(shared(found)) is meets
    assert found.counts["gaps"] == (0 if meets else 2)


@pytest.mark.parametrize(("short", "meets"), [(0.9, True), (1.1, False), (9.0, False)])
def test_an_end_short_of_a_line_meets_it_within_the_tolerance_and_is_said_beyond(
    short: float, meets: bool
) -> None:
    found = noded(EAST, [(50, short), (50, 50)])
    assert bool(shared(found)) is meets
    assert (found.counts["ends_on_lines"], found.counts["gaps"]) == ((1, 0) if meets else (0, 1))


def test_an_end_far_from_every_line_is_no_gap() -> None:
    assert noded(EAST, [(50, 11), (50, 50)]).counts["gaps"] == 0


def test_an_end_a_little_past_a_line_meets_it() -> None:
    found = noded(EAST, [(50, -0.5), (50, 50)])
    assert len(shared(found)) == 1
    assert found.counts["gaps"] == 0


def test_three_lines_through_one_place_share_one_node() -> None:
    found = noded(EAST, NORTH, [(0, -50), (100, 50)])
    assert shared(found, 0, 1) == shared(found, 0, 2) == shared(found, 1, 2) == [(50, 0)]


def test_vertices_keep_their_order_along_the_line() -> None:
    found = noded([(0, 0), (30, 0), (60, 0), (100, 0)], [(20, -5), (20, 5)], [(80, -5), (80, 5)])
    xs = found.xy[found.node[found.start[0] : found.start[1]], 0]
    assert xs.tolist() == [0, 20, 30, 60, 80, 100]


def test_a_closed_line_keeps_its_ring() -> None:
    found = noded([(0, 0), (100, 0), (100, 100), (0, 0)], [(50, -10), (50, 10)])
    ring = found.node[found.start[0] : found.start[1]]
    assert ring[0] == ring[-1]
    assert shared(found) == [(50, 0)]


def test_a_single_line_has_its_own_nodes_alone() -> None:
    found = noded(EAST)
    assert (len(found.xy), found.node.tolist(), found.counts["gaps"]) == (2, [0, 1], 0)
