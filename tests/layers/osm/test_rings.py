"""Rings put together of ways."""

from __future__ import annotations

from layers.osm.rings import assemble, polygons, sound_ring

AT = {
    1: (0.0, 0.0), 2: (9.0, 0.0), 3: (9.0, 9.0), 4: (0.0, 9.0),
    5: (1.0, 1.0), 6: (2.0, 1.0), 7: (2.0, 2.0), 8: (20.0, 0.0), 9: (29.0, 0.0), 10: (29.0, 9.0),
}  # fmt: skip


def test_ways_in_any_order_and_direction_make_one_ring():
    [ring] = assemble([[4, 1], [2, 1], [2, 3], [4, 3]])
    assert sorted(ring) == [1, 2, 3, 4]


def test_two_rings_and_a_broken_one():
    assert len(assemble([[1, 2, 3, 1], [5, 6], [6, 7, 5], [8, 9]])) == 2


def test_a_ring_that_meets_itself_is_none():
    assert sound_ring([1, 2, 3, 1, 4, 5, 1]) is None


def test_a_hole_belongs_to_the_ring_around_it():
    outer = [(8, 9, 10), (1, 2, 3, 4)]
    assert polygons(outer, [(5, 6, 7)], AT) == [((8, 9, 10),), ((1, 2, 3, 4), (5, 6, 7))]


def test_a_hole_outside_every_ring_is_left():
    assert polygons([(8, 9, 10)], [(5, 6, 7)], AT) == [((8, 9, 10),)]
