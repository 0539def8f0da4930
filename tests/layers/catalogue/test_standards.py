"""Standards read from TOML: what is built in, what a user writes, what is refused."""

import re

import pytest

from geo.errors import InputError
from layers.catalogue.categories import categories
from layers.catalogue.standards import BUILT_IN, list_standards, read_standard
from layers.catalogue.vocabulary import vocabulary
from maps.words.catalogue import checklist_text

ALL = sorted(path.stem for path in BUILT_IN.glob("*.toml"))


def write(folder, text, name="own.toml"):
    path = folder / name
    path.write_text('id = "own"\ntitle = "Own"\n' + text, encoding="utf-8")
    return path


def codes(path):
    with pytest.raises(InputError) as caught:
        read_standard(path)
    return [fault.code for fault in caught.value.faults]


@pytest.mark.parametrize("name", ALL)
def test_every_built_in_line_names_its_source(name):
    standard = read_standard(name)
    assert standard.id == name
    assert standard.requirements or standard.note.zh.endswith("不能据此评估。")
    known = {source.id for source in standard.sources}
    cited = [*standard.requirements, *standard.tiers, *standard.quotas, *standard.area_rules]
    assert {line.source for line in cited} <= known
    assert all(line.clause for line in standard.requirements if name != "demo")
    assert all(line.name.en and line.name.zh for line in standard.requirements)


def test_the_list_is_complete():
    assert [standard.id for standard in list_standards()] == ALL
    assert {"demo", "gb50180-2018", "tdt1062-2021", "shanghai-2016", "mofcom-2021", "bruno-2024"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_verified_is_only_what_was_seen_with_publisher_and_day(name):
    standard = read_standard(name)
    seen = {s.id for s in standard.sources if s.publisher.en and s.publisher.zh and s.seen}
    lines = [*standard.requirements, *standard.tiers, *standard.quotas, *standard.area_rules]
    assert {line.source for line in lines if line.verified} <= seen


def test_exam_notes_and_summaries_verify_nothing():
    for name in ("gb50180-2018", "tdt1062-2021", "shanghai-2016", "shanghai-2024-draft"):
        assert not [r.key for r in read_standard(name).requirements if r.verified]


def test_advice_is_optional():
    needs = {r.category: r.required for r in read_standard("shanghai-2016").requirements}
    assert (needs["nursery"], needs["elderly_day_care"], needs["primary_school"]) == (False, False, True)


@pytest.mark.parametrize("name", ALL)
def test_every_distance_says_why_it_is_measured_so(name):
    assert [r.key for r in read_standard(name).requirements if r.metres and not r.measure_reason.zh] == []


def test_a_service_asked_for_in_two_tiers_is_one_line():
    keys = [r.key for r in read_standard("gb50180-2018").requirements]
    assert [key for key in keys if key.startswith(("bank", "shopping_mall", "gym"))] == [
        "shopping_mall@c15-c10", "bank@c15-c10", "gym@c15-c10",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_functions_are_those_a_sheet_can_name(name):
    assert {function.id for function in read_standard(name).functions} <= set(vocabulary("function").terms)


def test_standards_disagree_on_the_health_station():
    metres = {
        name: next(r.metres for r in read_standard(name).requirements if r.category == "health_station")
        for name in ("gb50180-2018", "tdt1062-2021")
    }
    assert metres == {"gb50180-2018": 300, "tdt1062-2021": 500}


def test_requirement_takes_the_minutes_of_its_tier():
    schools = {r.category: r.minutes for r in read_standard("gb50180-2018").requirements}
    assert (schools["middle_school"], schools["primary_school"], schools["kindergarten"]) == (15, 10, 5)


def test_bruno_takes_the_mean_of_twenty_and_k_is_a_parameter():
    standard = read_standard("bruno-2024")
    assert {(r.count, r.combine) for r in standard.requirements} == {(20, "mean")}
    assert {r.count for r in standard.with_count(3).requirements} == {3}


def test_own_file_overrides_adds_and_removes(tmp_path):
    path = write(
        tmp_path,
        """extends = "gb50180-2018"
        remove = ["parking@c5-block"]
        [[requirement]]
        category = "kindergarten"
        tier = "c5"
        name = "kindergarten"
        metres = 250
        [[requirement]]
        category = "pool"
        name = { en = "pool", zh = "泳池" }
        minutes = 20
        """.replace("        ", ""),
    )
    own, base = read_standard(path), read_standard("gb50180-2018")
    found = {r.key: r for r in own.requirements}
    assert (found["kindergarten@c5"].metres, found["kindergarten@c5"].minutes) == (250, 5)
    assert found["pool"].name.zh == "泳池"
    assert "parking@c5-block" not in found
    assert len(own.requirements) == len(base.requirements)


def test_every_fault_is_listed_with_its_place(tmp_path):
    path = write(
        tmp_path,
        '[[requirement]]\ncategory="a"\nname="a"\nminutes=-1\n[[requirement]]\ncategory="b"\ncolour="red"\n',
    )
    with pytest.raises(InputError) as caught:
        read_standard(path)
    places = [fault.source.split(": ")[1] for fault in caught.value.faults]
    assert places == ["requirement[0].minutes", "requirement[1].name", "requirement[1].colour"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[[requirement]]\ncategory="a"\nname="a"\n' * 2, "standard-twice"),
        ('[[requirement]]\ncategory="a"\nname="a"\nsource="nowhere"\n', "standard-source"),
        ('[[requirement]]\ncategory="a"\nname="a"\ntier="c5"\n', "standard-tier"),
        ('extends = "own.toml"\n', "standard-cycle"),
        ('extends = "nowhere"\n', "standard-unknown"),
        ('extends = "demo"\nremove = ["no"]\n', "standard-remove"),
        ("[[requirement]\n", "standard-toml"),
    ],
)
def test_faults_of_a_standard(tmp_path, text, code):
    assert codes(write(tmp_path, text)) == [code]


CONFIRMED = """extends = "gb50180-2018"
[[confirmed]]
clause = "%s"
by = "王工"
on = 2026-11-02
text = "GB 50180-2018，中国建筑工业出版社，2018 年第一版"
"""


def test_a_planner_with_the_printed_text_confirms_a_clause(tmp_path):
    before = read_standard("gb50180-2018")
    line = before.unverified[0]
    after = read_standard(write(tmp_path, CONFIRMED % line.key))
    (mine,) = [each for each in after.requirements if each.key == line.key]
    assert (mine.verified, mine.confirmed.by, mine.confirmed.on.isoformat()) == (True, "王工", "2026-11-02")
    assert len(after.unverified) == len(before.unverified) - 1


def test_a_clause_that_is_not_there_cannot_be_confirmed(tmp_path):
    assert codes(write(tmp_path, CONFIRMED % "no such clause")) == ["standard-clause"]


@pytest.mark.parametrize("name", ALL)
def test_the_checklist_is_a_standard_whose_clauses_can_be_confirmed(tmp_path, name):
    text = checklist_text(name)
    (tmp_path / "as_it_is.toml").write_text(text, encoding="utf-8")
    assert read_standard(tmp_path / "as_it_is.toml").requirements == read_standard(name).requirements
    filled = re.sub(r"^# (\[\[confirmed\]\]|(?:clause|by|on|text) = )", r"\1", text, flags=re.MULTILINE)
    (tmp_path / "all.toml").write_text(filled.replace('= ""', '= "x"'), encoding="utf-8")
    every = read_standard(tmp_path / "all.toml")
    assert not every.unverified
    assert all(line.confirmed for line in (*every.requirements, *every.quotas, *every.area_rules))


def test_accepting_two_things_under_one_name_is_refused(tmp_path):
    text = """[[tier]]
    id = "a"
    name = "a"
    [[requirement]]
    category = "health"
    name = "h"
    accepts = ["clinic"]
    [[requirement]]
    category = "health"
    name = "h"
    tier = "a"
    accepts = ["hospital"]
    """
    assert codes(write(tmp_path, text)) == ["standard-accepts"]


@pytest.mark.parametrize("name", ["nowhere", "../standards/demo", ""])
def test_unknown_standard_names_the_known_ones(name):
    with pytest.raises(InputError, match="gb50180-2018"):
        read_standard(name)


@pytest.mark.parametrize("name", ALL)
def test_standards_ask_for_categories_that_layers_can_have(name):
    known = set(categories().by_id)
    asked = {one for accepts in read_standard(name).accepted.values() for one in accepts}
    assert asked <= known


@pytest.mark.parametrize("name", ["gb50180-2018", "sdg-11"])
def test_a_rail_entrance_counts_where_a_rail_station_is_asked_for(name):
    asked = [r for r in read_standard(name).requirements if r.category == "metro_station"]
    assert asked
    assert all({"metro_station", "metro_entrance"} <= set(r.accepts) for r in asked)


def test_the_form_of_a_file_is_told_in_the_readers_language(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own"\ncolour = "red"\n[[tier]]\nid = "a"\nname = "A"\nminutes = -1\n', encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_standard(path)
    said = {fault.source.partition(": ")[2]: fault.what.zh for fault in caught.value.faults}
    assert said == {"title": "缺少此项", "tier[0].minutes": "格式或取值不符", "colour": "没有此项"}
