import numpy as np
import pytest
import shapely

from maps.page import base
from maps.page.packing import Pack


def test_pieces_of_one_street_are_joined(basemap, unpack) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    names = base.pack_basemap(pack, basemap)
    _, sections = unpack(pack.text({}))
    assert len(sections["streets.rank"]) == 3
    long_street = sections["streets.name"].index(names.index("长街"))
    assert sections["streets.rank"][long_street] == 1
    assert sections["streets.ring"][long_street] == 2


def test_a_street_without_a_name_has_none(basemap, unpack) -> None:  # type: ignore[no-untyped-def]
    pack = Pack()
    base.pack_basemap(pack, basemap)
    _, sections = unpack(pack.text({}))
    assert sections["streets.name"].count(-1) == 1


def test_streets_of_one_name_and_other_class_stay_apart() -> None:
    lines = shapely.linestrings([[[0, 0], [9, 9]], [[9, 9], [20, 0]]])
    joined, keys = base.merged_streets(lines, np.array([[4, 0], [5, 0]]))
    assert len(joined) == 2
    assert keys.tolist() == [[4, 0], [5, 0]]


def test_joining_keeps_every_length() -> None:
    rng = np.random.default_rng(3)
    lines = shapely.linestrings(rng.integers(0, 40, (60, 2, 2)) * 100.0)
    lines = lines[shapely.length(lines) > 0]
    joined, _ = base.merged_streets(lines, rng.integers(0, 3, (len(lines), 2)))
    assert shapely.length(joined).sum() == pytest.approx(shapely.length(lines).sum())


def test_smoothing_moves_nothing_by_more_than_the_tolerance(basemap) -> None:  # type: ignore[no-untyped-def]
    circle = basemap.green.set_geometry([shapely.Point(24.94, 60.17).buffer(0.001, quad_segs=64)], crs=4326)
    (thin,) = base.simplified(circle)
    (full,) = base.project(circle.geometry)
    assert shapely.hausdorff_distance(thin, full) <= base.TOLERANCE
    assert shapely.get_num_coordinates(thin) < shapely.get_num_coordinates(full)


def test_largest_buildings_come_first_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    footprints = np.array([shapely.box(0, 0, side, side) for side in (20, 60, 40)])
    monkeypatch.setattr(base, "BUILDING_VERTICES", 10)
    assert base.chosen_buildings(footprints).tolist() == footprints[1:].tolist()


def test_specks_are_left_out() -> None:
    assert len(base.chosen_buildings(np.array([shapely.box(0, 0, 3, 3)]))) == 0


def test_tunnels_of_railways_are_not_drawn(basemap, unpack) -> None:  # type: ignore[no-untyped-def]
    basemap.rail["tunnel"] = True
    pack = Pack()
    base.pack_basemap(pack, basemap)
    _, sections = unpack(pack.text({}))
    assert sections["rail.shape"] == []
