import numpy as np

from geo.network.junctions import segment_waits


def waits(delays: list[float], ends: list[tuple[int, int]], metres: list[float]) -> list[float]:
    source, target = np.array(ends).T
    return segment_waits(np.array(delays), source, target, np.array(metres)).tolist()


def test_an_800_m_walk_over_a_dual_carriageway_waits_once() -> None:
    # 390 m, a signal at either carriageway 20 m apart, 390 m.
    line = [(0, 1), (1, 2), (2, 3)]
    assert sum(waits([0, 30, 30, 0], line, [390, 20, 390])) == 30


def test_signals_far_apart_are_two_waits() -> None:
    line = [(0, 1), (1, 2), (2, 3)]
    assert sum(waits([0, 30, 30, 0], line, [390, 31, 390])) == 60


def test_a_node_between_two_signals_of_a_junction_changes_nothing() -> None:
    line = [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert waits([0, 30, 0, 30, 0], line, [100, 10, 10, 100]) == [15, 0, 0, 15]


def test_four_signals_round_a_crossing_of_two_dual_carriageways_are_one_wait() -> None:
    ring = [(1, 2), (2, 3), (3, 4), (4, 1)]
    found = waits([0, 30, 30, 30, 30, 0], [(0, 1), *ring, (3, 5)], [100, 15, 15, 15, 15, 100])
    assert found == [15, 0, 0, 0, 0, 15]


def test_a_side_street_by_a_signal_is_no_part_of_the_junction() -> None:
    # 1 is a signal, 2 a plain junction 10 m on: the way from 2 to 3 waits for nothing.
    assert waits([0, 30, 0, 0, 0], [(0, 1), (1, 2), (2, 3), (2, 4)], [50, 10, 50, 50]) == [15, 15, 0, 0]


def test_the_longest_wait_of_a_junction_counts() -> None:
    assert sum(waits([0, 30, 10, 0], [(0, 1), (1, 2), (2, 3)], [50, 20, 50])) == 30


def test_a_dual_carriageway_with_crossing_islands_and_four_signals_is_one_wait() -> None:
    """The footway of one arm: kerb, near carriageway, island, far carriageway, kerb.

    The signal nodes stand at 0, 8, 20 and 28 m, with the island's refuges at 12 and 16 m between them; the
    walk to and from the crossing is 386 m each, 800 m in all. No two signals next to each other are over
    12 m apart.
    """
    line = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)]
    delays = [0.0, 30.0, 30.0, 0.0, 0.0, 30.0, 30.0, 0.0]
    metres = [386.0, 8.0, 4.0, 4.0, 4.0, 8.0, 386.0]
    found = waits(delays, line, metres)
    assert sum(metres) == 800
    assert found == [15, 0, 0, 0, 0, 0, 15]


def test_the_crossings_of_two_arms_farther_apart_than_a_junction_are_two_waits() -> None:
    line = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    found = waits([0, 30, 30, 30, 30, 0], line, [100, 12, 45, 12, 100])
    assert found == [15, 0, 30, 0, 15]
