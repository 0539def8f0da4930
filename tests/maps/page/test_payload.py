from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.coordinates.crs import WGS84
from maps.page.payload import map_data, study_bounds
from maps.page.web_map import MapContent


def test_figures_stand_where_their_choice_and_polygon_are(content, unpack) -> None:  # type: ignore[no-untyped-def]
    document, sections = unpack(map_data(content))
    row = document["figures"].index([0, 0, 1])
    assert sections["figures.people"][2 * row : 2 * row + 2] == [100, 50]
    assert sections["figures.people_covered"][2 * row : 2 * row + 2] == [100, 20]


def test_totals_are_the_sum_of_the_polygons(content, unpack) -> None:  # type: ignore[no-untyped-def]
    document, _ = unpack(map_data(content))
    assert [0, 0, 1, 150, 120, *[0] * 6] in document["totals"]
    assert [0, 1, 0, 150, 0, *[0] * 6] in document["totals"]


def test_totals_given_are_taken_as_they_are(content, unpack) -> None:  # type: ignore[no-untyped-def]
    totals = pd.DataFrame(
        {"category": ["clinic"], "minutes": [15.0], "people": [160.0], "people_covered": [90.0]}
    )
    document, _ = unpack(map_data(replace(content, totals=totals)))
    assert document["totals"] == [[0, 0, 1, 160, 90, *[0] * 6]]


def test_areas_are_not_counted_beside_grid_cells(content, unpack) -> None:  # type: ignore[no-untyped-def]
    area = content.grids.iloc[[0]].assign(id="a1", kind="area")
    rows = content.coverage.iloc[[0, 2]].assign(grid_id="a1")
    both = replace(
        content,
        grids=gpd.GeoDataFrame(pd.concat([content.grids, area], ignore_index=True), crs=WGS84),
        coverage=pd.concat([content.coverage, rows], ignore_index=True),
    )
    assert unpack(map_data(both))[0]["totals"] == unpack(map_data(content))[0]["totals"]


def test_a_polygon_without_a_figure_is_missing_and_not_zero(content, unpack) -> None:  # type: ignore[no-untyped-def]
    fewer = replace(content, coverage=content.coverage.iloc[1:])
    document, sections = unpack(map_data(fewer))
    row = document["figures"].index([0, 0, 0])
    assert np.isnan(sections["figures.people"][2 * row])


def test_each_case_names_its_people_and_cases_alike_share_their_numbers(content, two_cases, unpack) -> None:  # type: ignore[no-untyped-def]
    assert unpack(map_data(content))[0]["demand"] == [0]
    again = replace(two_cases, cases=(*two_cases.cases, replace(two_cases.cases[1], id="later")))
    document, sections = unpack(map_data(again))
    assert [each["who"]["en"] for each in document["cases"]] == ["workers", "residents", "residents"]
    assert document["demand"] == [0, 1, 1]
    assert sections["demand.people"] == [100, 0, 100, 50]


@pytest.mark.parametrize(
    ("column", "value"), [("grid_id", "g9"), ("category", "zoo"), ("minutes", 7.0), ("case", "night")]
)
def test_a_figure_that_finds_no_place_is_refused(content: MapContent, column: str, value: object) -> None:
    strange = replace(content, coverage=content.coverage.assign(**{column: value}))
    with pytest.raises(ValueError, match=f"{column}: the map has no"):
        map_data(strange)


@pytest.mark.parametrize(
    ("part", "column", "value"),
    [("facilities", "kind", "kiosk"), ("facilities", "status", "gone"), ("grids", "kind", "ward")],
)
def test_what_has_no_symbol_is_refused(content: MapContent, part: str, column: str, value: str) -> None:
    strange = replace(content, **{part: getattr(content, part).assign(**{column: value})})
    with pytest.raises(ValueError, match=f"{column}: a map cannot show {value}"):
        map_data(strange)


def test_two_figures_for_one_place_are_refused(content: MapContent) -> None:
    twice = replace(content, coverage=pd.concat([content.coverage, content.coverage.iloc[[0]]]))
    with pytest.raises(ValueError, match="two figures"):
        map_data(twice)


def test_gaps_keep_people_and_cause(content, unpack) -> None:  # type: ignore[no-untyped-def]
    document, sections = unpack(map_data(content))
    gaps = document["gaps"]
    place = next(i for i, key in enumerate(gaps["choice"]) if key == [0, 0, 1])
    assert gaps["grid"][place] == 1
    assert sections["gaps.people"][place] == 30
    assert gaps["causes"][gaps["cause"][place]] == {"en": "cut off by <water>", "zh": "被水域隔断"}


def test_columns_of_the_users_own_stay_at_home(content, unpack) -> None:  # type: ignore[no-untyped-def]
    document, _ = unpack(map_data(content))
    assert "never shown" not in str(document)


def test_missing_text_of_any_kind_is_null(content, unpack) -> None:  # type: ignore[no-untyped-def]
    places = content.facilities.assign(phone=[None, float("nan"), pd.NA, pd.NaT, "", "1"])
    document, _ = unpack(map_data(replace(content, facilities=places)))
    assert document["facilities"]["phone"] == [None, None, None, None, "", "1"]


def test_caller_keeps_its_frames(content: MapContent) -> None:
    frames = [content.facilities, content.grids, content.coverage, content.gaps, content.isochrones]
    before = [frame.copy() for frame in frames if frame is not None]
    map_data(content)
    for frame, copy in zip(frames, before, strict=True):
        assert frame is not None
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(copy))


def test_first_choice_is_the_longest_usual_walk(content: MapContent) -> None:
    assert content.first_choice() == (0, 1)
    assert replace(content, minutes=(20.0, 30.0)).first_choice() == (0, 0)
    assert replace(content, first_category="school", first_minutes=5.0).first_choice() == (1, 0)


def test_map_of_streets_alone(content: MapContent) -> None:
    bare = replace(
        content,
        facilities=content.facilities.iloc[:0],
        grids=content.grids.iloc[:0],
        coverage=content.coverage.iloc[:0],
        categories=(),
        minutes=(),
        gaps=None,
        isochrones=None,
        demand=None,
    )
    assert study_bounds(bare) == [round(value, 6) for value in content.basemap.bounds]
    assert map_data(bare)


def test_a_polygon_far_beyond_the_streets_does_not_widen_the_view(content: MapContent) -> None:
    west, south, east, north = content.basemap.bounds
    wide = content.grids.assign(geometry=shapely.box(west - 2, south - 2, east + 2, north + 2))
    assert study_bounds(replace(content, grids=wide)) == [round(value, 6) for value in content.basemap.bounds]


def test_bounds_hold_the_polygons(content: MapContent) -> None:
    assert study_bounds(content) == [24.94, 60.17, 24.948, 60.174]
