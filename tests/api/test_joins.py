"""What joins come to in a run and in a siting question, in a town counted by hand."""

from __future__ import annotations

import pytest

from api.run import run_study
from api.site import site_study
from geo.joins.doubt import Doubt, doubt_counts
from layers.study.siting.question import SiteQuestion
from tests.support.town import STUDY, at, place, rows, streets, write_town

PLOTS_LAYER = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


def with_more(*things: tuple[str, dict[str, str], list[tuple[float, float]]]) -> str:
    """The town's extract with further ways: a name, tags, and corners in metres."""
    text, nodes, ways = streets(), [], []
    for number, (_, tags, corners) in enumerate(things):
        refs = [10_000 + 100 * number + i for i in range(len(corners))]
        for ref, corner in zip(refs, corners, strict=True):
            lon, lat = place(*corner)
            nodes.append(f'<node id="{ref}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        ways.append(f'<way id="{10_000 + number}">{inside}</way>')
    head, foot = text.split("<way", 1)
    return head + "\n".join(nodes) + "\n<way" + foot.replace("</osm>", "\n".join(ways) + "\n</osm>")


FOOTWAY = ("a path that hangs on nothing", {"highway": "footway"}, [(145, 149), (155, 149)])
CANAL = ("a canal", {"waterway": "canal"}, [(-50, 140), (350, 140)])


def test_a_station_just_outside_the_box_of_the_streets_is_joined(tmp_path):
    folder = write_town(tmp_path, files={"stations.csv": rows("id,name,lon,lat", f"alpha,Alpha,{at(0, -4)}")})
    result = run_study(folder)
    assert result.first.traveller.facilities.snap_metres[0] == pytest.approx(4, abs=0.1)


def test_homes_and_stations_are_joined_past_what_the_extract_maps(tmp_path):
    # One home in the middle of a block, a path that hangs on nothing beside it and a canal south of it.
    people = rows("id,lon,lat,people", f"over,{at(150, 150)},10", f"by,{at(150, 110)},20")
    town = {"town.osm": with_more(FOOTWAY, CANAL), "people.csv": people}
    joins = run_study(write_town(tmp_path, files=town)).first.traveller.demand
    assert joins.snap_metres.round().tolist() == [50, 10]
    assert joins.nearest_metres.round().tolist() == [1, 10]
    assert doubt_counts(joins.doubt)["any"] == 0


def test_a_candidate_by_an_isolated_path_is_joined_to_the_street_and_chosen(tmp_path):
    # One metre from the path, four from the street with 900 people; the other has 100.
    path = ("a path that hangs on nothing", {"highway": "footway"}, [(290, 295), (310, 295)])
    plots = rows("id,name,lon,lat", f"a,A,{at(296, 296)}", f"b,B,{at(0, 300)}")
    people = rows("id,lon,lat,people", f"many,{at(300, 290)},900", f"few,{at(0, 290)},100")
    folder = write_town(
        tmp_path,
        study=STUDY + PLOTS_LAYER,
        files={"town.osm": with_more(path), "plots.csv": plots, "people.csv": people},
    )
    result = site_study(folder, SiteQuestion(minutes=1.0, new=1))
    assert result.off_street == 0
    chosen = result.sites["id"].iloc[list(result.plan.opened)]
    assert [name.rsplit(":", 1)[-1] for name in chosen] == ["a"]


def test_a_doubtful_join_is_made_where_there_is_no_other_and_is_counted(tmp_path):
    shut_in = [("a wall", {"barrier": "wall"}, [(40, 40), (60, 40), (60, 60), (40, 60), (40, 40)])]
    people = rows("id,lon,lat,people", f"in,{at(50, 50)},10")
    town = {"town.osm": with_more(*shut_in), "people.csv": people}
    joins = run_study(write_town(tmp_path, files=town)).first.traveller.demand
    assert [Doubt(int(bits)) for bits in joins.doubt] == [Doubt.WALL]
    assert joins.snapped.all()
