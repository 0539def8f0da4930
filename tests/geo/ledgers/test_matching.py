"""Sessions matched to rooms: equal to trying everything, and worked out by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ledgers.matching import match_sessions

UNKNOWN = float("nan")


def matched(sessions, kinds, allowed, people, room):  # type: ignore[no-untyped-def]
    return match_sessions(
        np.array(sessions),
        np.array(kinds),
        np.array(allowed, bool),
        np.array(people, float),
        np.array(room, float),
    )


def rows(found) -> list[tuple[int, int, int]]:  # type: ignore[no-untyped-def]
    return list(zip(found.offer.tolist(), found.venue.tolist(), found.sessions.tolist(), strict=True))


def test_an_offer_goes_where_most_of_its_audience_is() -> None:
    found = matched([1, 1], [0, 1], np.ones((2, 2)), [[50, 30], [10, 40]], [5, 5])
    assert rows(found) == [(0, 0, 1), (1, 1, 1)]
    assert found.reached == 90


def test_more_sessions_are_held_before_more_people_are_reached() -> None:
    # Offer 0 may go to the first room alone, where offer 1 would reach more.
    found = matched([1, 1], [0, 1], [[1, 0], [1, 1]], [[10, 0], [90, 1]], [1, 1])
    assert rows(found) == [(0, 0, 1), (1, 1, 1)]
    assert found.reached == 11


def test_a_second_session_of_a_kind_goes_elsewhere_as_it_reaches_nobody_new() -> None:
    found = matched([2], [0], [[1, 1]], [[50, 30]], [9, 9])
    assert rows(found) == [(0, 0, 1), (0, 1, 1)]
    assert found.reached == 80


def test_where_room_is_not_known_one_session_of_each_kind_is_held() -> None:
    found = matched([3, 1], [0, 1], np.ones((2, 1)), [[50], [20]], [UNKNOWN])
    assert rows(found) == [(0, 0, 1), (1, 0, 1)]


def test_who_may_go_nowhere_is_not_matched() -> None:
    found = matched([1, 1], [0, 1], [[0, 0], [1, 0]], [[5, 5], [5, 5]], [1, 1])
    assert rows(found) == [(1, 0, 1)]
    assert rows(matched([1], [0], [[0]], [[5]], [1])) == []


def best_by_trying(sessions, kinds, allowed, people, room):  # type: ignore[no-untyped-def]
    """Most sessions held, then most people reached, over every way to send each session somewhere or not."""
    units = [offer for offer, count in enumerate(sessions) for _ in range(count)]
    best = (0, 0.0)
    for ways in product(range(-1, len(room)), repeat=len(units)):
        held = [(offer, venue) for offer, venue in zip(units, ways, strict=True) if venue >= 0]
        if any(not allowed[offer][venue] for offer, venue in held):
            continue
        at = [sum(venue == each for _, venue in held) for each in range(len(room))]
        told = {(kinds[offer], venue) for offer, venue in held}
        unknown = {pair for pair in told if np.isnan(room[pair[1]])}
        doubled = [sum((kinds[offer], venue) == pair for offer, venue in held) > 1 for pair in unknown]
        if any(count > each for count, each in zip(at, room, strict=True)) or any(doubled):
            continue
        best = max(best, (len(held), float(sum(people[kind][venue] for kind, venue in told))))
    return best


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_is_as_good_as_trying_everything(data: st.DataObject) -> None:
    offers, venues = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    sessions = data.draw(st.lists(st.integers(0, 2), min_size=offers, max_size=offers))
    kinds = data.draw(st.lists(st.integers(0, 1), min_size=offers, max_size=offers))
    allowed = [data.draw(st.lists(st.booleans(), min_size=venues, max_size=venues)) for _ in range(offers)]
    people = [data.draw(st.lists(st.integers(0, 9), min_size=venues, max_size=venues)) for _ in range(2)]
    some = st.sampled_from([0.0, 1.0, 2.0, UNKNOWN])
    room = data.draw(st.lists(some, min_size=venues, max_size=venues))
    found = matched(sessions, kinds, allowed, people, room)
    assert found.proven
    assert (found.sessions.sum(), found.reached) == best_by_trying(sessions, kinds, allowed, people, room)
