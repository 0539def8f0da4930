"""What whole studies answer under standards: conditions, levels, sizes, and every built-in one."""

import json
import re

import pytest

from api.run import run_study
from layers.catalogue.standards import read_standard
from maps.words.caveats import caveats
from maps.words.compare import answers_text, compare_text
from maps.words.overall import overall_lines
from maps.words.summary import no_gaps, summary
from maps.words.unassessed import unassessed
from tests.support.town import STUDY, at, place, rows, write_town

AREAS = """
[[layer]]
id = "areas"
kind = "area"
source = "areas.geojson"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""
OWN = """id = "own"
title = "本区标准"
[[condition]]
id = "inner_ring"
name = { en = "inner", zh = "内环内" }
[[condition]]
id = "outside"
name = { en = "outside", zh = "内外环间" }
[[condition]]
id = "new_city"
name = { en = "new city", zh = "新城" }
"""
RINGS = "".join(
    f'[[requirement]]\ncategory = "station"\nname = "站"\nmetres = {metres}\ncondition = "{ring}"\n'
    for ring, metres in (("inner_ring", 100), ("outside", 600), ("new_city", 600))
)


def areas(*settings, levels=("街道", "社区")):
    """West holds the place that is near and the station, east the one that is far."""
    features = []
    for (west, east), setting, level in zip([(-20, 200), (200, 420)], settings, levels, strict=True):
        ring = [place(x, y) for x, y in ((west, -20), (east, -20), (east, 420), (west, 420), (west, -20))]
        features.append(
            {
                "type": "Feature",
                "properties": {"name": f"片{west}", "区位": setting, "级别": level},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


def run(folder, own, *, head="", polygons=None, more="", **files):
    study = f'language = "zh"\nstandard = "own.toml"\n{head}' + STUDY + (AREAS if polygons else "") + more
    given = {"own.toml": own, **({"areas.geojson": polygons} if polygons else {}), **files}
    return run_study(write_town(folder, study=study, files=given))


def compliance(result):
    table = result.tables.coverage
    table = table[table["test"] == "compliance"].set_index("requirement")
    return {key: [row["total"], row["covered"]] for key, row in table.iterrows()}


def test_areas_say_where_a_condition_holds(tmp_path):
    """Near (10 people, 150 m) is inside, far (20 people, 550 m) beyond; nowhere is a new city."""
    result = run(tmp_path, OWN + RINGS, polygons=areas("内环内", "内外环间"))
    assert compliance(result) == {"station:inner_ring": [10, 0], "station:outside": [20, 20]}
    assert [r.key for r in result.standard.requirements if r.by_standard] == [
        "station:inner_ring",
        "station:outside",
    ]


def test_the_study_says_where_it_lies(tmp_path):
    result = run(tmp_path, OWN + RINGS, head='conditions = ["outside"]\n')
    assert compliance(result) == {"station:outside": [30, 30]}


def test_without_a_word_on_the_setting_nothing_is_assessed_and_no_gaps_are_denied(tmp_path):
    result = run(tmp_path, OWN + RINGS)
    assert compliance(result) == {}
    assert {why: len(lines) for why, lines in unassessed(result).left.items()} == {"no_setting": 3}
    assert "无法查找短板" in no_gaps(result).zh
    assert "标准要求共3项（应配设施），其中3项未能评估" in summary(result, seconds={})


RULE = """
[[requirement]]
category = "station"
name = "站"
minutes = 15
[[area_rule]]
category = "station"
name = "每街道一处"
level = "subdistrict"
"""


def test_a_rule_of_subdistricts_is_tested_on_subdistricts_alone(tmp_path):
    result = run(tmp_path, OWN + RULE, polygons=areas("内环内", "内环内"))
    assert result.tables.area_rules[["area_name", "found", "met"]].to_numpy().tolist() == [["片-20", 1, True]]


def test_a_rule_of_subdistricts_is_not_tested_on_cells(tmp_path):
    result = run(tmp_path, OWN + RULE)
    assert not len(result.tables.area_rules)
    assert list(unassessed(result).left) == ["no_level"]
    assert (unassessed(result).asked, unassessed(result).count) == (2, 1)


PARKS = """
[[layer]]
id = "parks"
kind = "facility"
source = "parks.csv"
crs = "EPSG:4326"
category = "park"
licence = "own"
attribution = "us"
"""
PARK = """
[[requirement]]
category = "park"
name = "公园"
metres = 300
site_area = 4000
"""


def test_a_park_that_is_too_small_does_not_count(tmp_path):
    """By near stands a park of 3999 m², by far one of 0.5 hectares."""
    parks = rows("name,lon,lat,用地面积", f"小园,{at(100, 50)},3999", f"大园,{at(300, 250)},5000")
    result = run(tmp_path, OWN + PARK, more=PARKS, **{"parks.csv": parks})
    assert compliance(result) == {"park": [30, 20]}


def test_sizes_that_nobody_gives_are_said_to_be_untested(tmp_path):
    parks = rows("name,lon,lat", f"小园,{at(100, 50)}", f"大园,{at(300, 250)}")
    result = run(tmp_path, OWN + PARK, more=PARKS, **{"parks.csv": parks})
    assert compliance(result) == {"park": [30, 30]}
    assert next(each.kind for each in caveats(result) if "公园" in each.text.zh) == "sizes_not_tested"


CLINICS = """
[[layer]]
id = "clinics"
kind = "facility"
source = "clinics.csv"
crs = "EPSG:4326"
category = "clinic"
licence = "own"
attribution = "us"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    clinics = rows("name,lon,lat", f"诊所,{at(300, 0)}")
    study = 'language = "zh"\n' + STUDY + CLINICS
    return write_town(tmp_path_factory.mktemp("town"), study=study, files={"clinics.csv": clinics})


def test_two_standards_are_compared_by_what_the_study_answers(town):
    first, second = (run_study(town, standard=name) for name in ("demo", "one-area-one-station"))
    text = answers_text(first, second)
    assert re.search(r"a service station\s+100% in 15 min\s+100% in 15 min", text)
    assert re.search(r"医疗机构\s+15 分钟 100%\s+未作要求", text)


def test_two_standards_are_compared_line_by_line():
    text = compare_text(read_standard("gb50180-2018"), read_standard("tdt1062-2021"))
    gb = "5 分钟，直线距离 300 米，建筑面积不小于 120 平方米，按需"
    assert re.search(f"社区卫生服务站 +{gb} +10 分钟，步行距离 500 米，", text)
    assert re.search(r"nursery +5 min, 300 m straight, optional +not asked for", text)


def test_under_bruno_one_hub_with_twenty_places_of_each_of_nine_kinds_serves_the_town(tmp_path):
    """Near (10 people) and far (20) are 400 m apart: 9 x 20 places, 6,000 a thousand people."""
    result = run_study(write_town(tmp_path), standard="bruno-2024")
    assert result.tables.overall.set_index("figure")["value"]["places_needed"] == 6000
    said = overall_lines(result)[-1].zh
    assert said == "90% 人口达到时限所需设施数（N*，上限）（按全部9类）：每千人6,000.0处"


def test_a_mean_over_fewer_places_than_it_asks_for_is_said(tmp_path):
    """The town has one place of the nine kinds: its time is no mean of twenty."""
    result = run_study(write_town(tmp_path), standard="bruno-2024")
    (line,) = [each.text for each in caveats(result) if each.kind == "fewer_places"]
    assert line.zh == "要求按最近若干处平均、而现有设施不足的，按现有设施平均：服务（要求20处，现有1处）"


@pytest.mark.parametrize(("homes", "required"), [(("4", "8"), 3.6), (("4", ""), None)])
def test_amounts_by_households_are_unknown_where_some_homes_do_not_say_how_many(tmp_path, homes, required):
    """30 m² for each hundred households: twelve need 3.6 m²."""
    people = rows(
        "id,lon,lat,people,户数", f"a,{at(100, 50)},10,{homes[0]}", f"b,{at(300, 250)},20,{homes[1]}"
    )
    study = "[provided]\ncommunity_service_area = 5\n" + STUDY.partition("\n")[2]
    town = write_town(tmp_path, study='name = "Town"\n' + study, files={"people.csv": people})
    result = run_study(town, standard="mofcom-2025")
    (row,) = result.tables.quotas.to_dict("records")
    assert row["required_min"] == pytest.approx(required or float("nan"), nan_ok=True)
    assert list(unassessed(result).left.get("no_amount", ())) == (
        [] if required else [*result.standard.quotas]
    )
