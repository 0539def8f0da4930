from pathlib import Path

import pytest

from geo.errors import InputError
from layers.study.model import parse_study, read_study, study_keys

HEAD = """
name = "Test"
[streets]
extract = "city.osm"
"""
LAYER = """
[[layer]]
id = "stations"
kind = "station"
source = "stations.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "city.osm").write_text("<osm/>")
    (tmp_path / "stations.csv").write_text("name,lon,lat\n")
    return tmp_path


def faults_of(text: str, folder: Path) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_study(text, folder)
    return {fault.source: fault.what.en for fault in caught.value.faults}


def test_small_study_has_documented_defaults(folder: Path) -> None:
    study = parse_study(HEAD + LAYER, folder)
    assert study.minutes == (5.0, 10.0, 15.0)
    assert (study.profile, study.standard, study.out, study.max_snap_metres) == ("walk", "demo", "out", 200.0)
    assert study.layer("stations").name == "stations"
    assert study.path_of(study.layers[0]) == folder / "stations.csv"
    assert study.extract == folder / "city.osm"


def test_folder_or_file_may_be_given(folder: Path) -> None:
    (folder / "study.toml").write_text(HEAD + LAYER, encoding="utf-8-sig")
    assert read_study(folder) == read_study(folder / "study.toml")


def test_every_fault_is_said_at_once_with_its_key(folder: Path) -> None:
    text = 'colour = 1\nlanguage = "fr"\nminutes = [5, 5]\n' + HEAD + LAYER + LAYER.replace("lon", "x")
    text += 'columns = { lon = "x", lattitude = "y" }\nsource_crs = 1\n'
    found = faults_of(text, folder)
    assert set(found) == {
        "colour",
        "language",
        "minutes",
        "layer[2].id",
        "layer[2].columns.lattitude",
        "layer[2].columns",
        "layer[2].source_crs",
    }


def test_unknown_key_suggests_the_known_one(folder: Path) -> None:
    with pytest.raises(InputError, match=r"layer\[1\].colums: unknown key.*Did you mean columns"):
        parse_study(HEAD + LAYER + "colums = {}\n", folder)


def test_union_of_text_and_table_reports_one_fault(folder: Path) -> None:
    found = faults_of(HEAD + LAYER + 'category = { colum = "type" }\n', folder)
    assert list(found) == ["layer[1].category.colum"]


def test_faults_speak_chinese(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        parse_study(HEAD + LAYER.replace("station", "shop"), folder)
    assert "必须为" in caught.value.to("zh")


def test_missing_file_names_a_near_one(folder: Path) -> None:
    with pytest.raises(InputError, match=r"layer\[1\].source: there is no such file.*stations.csv\?"):
        parse_study(HEAD + LAYER.replace("stations.csv", "station.csv"), folder)


def test_a_template_that_is_not_there_is_said_before_a_run(folder: Path) -> None:
    templates = '[book]\ntemplate = "../up.xlsx"\n[report]\ntemplate = "none.docx"\n'
    found = faults_of(HEAD + LAYER + templates, folder)
    assert set(found) == {"book.template", "report.template"}


def test_missing_licence_and_attribution_are_asked_for(folder: Path) -> None:
    text = HEAD + LAYER.replace('licence = "own"\n', "").replace('attribution = "us"\n', "")
    assert set(faults_of(text, folder)) == {"layer[1].licence", "layer[1].attribution"}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('source = "extract"', "layer[1].tags"),
        ('source = "grid"', "layer[1].kind"),
        ('source = "postgresql://a@b/c"', "layer[1].table"),
    ],
)
def test_source_asks_for_what_belongs_to_it(folder: Path, line: str, key: str) -> None:
    assert key in faults_of(HEAD + LAYER.replace('source = "stations.csv"', line), folder)


@pytest.mark.parametrize("minutes", ["[]", "[0]", "[-5]", "[nan]", "[inf]", "[10, 5]", "[5, 500]", '["x"]'])
def test_minutes_must_rise_and_be_finite(folder: Path, minutes: str) -> None:
    assert any(
        key.startswith("minutes") for key in faults_of(f"minutes = {minutes}\n" + HEAD + LAYER, folder)
    )


def test_toml_fault_names_the_line(folder: Path) -> None:
    with pytest.raises(InputError, match=r"not valid TOML.*line 2"):
        parse_study("name = 'x'\nminutes = 5 5\n", folder)


def test_signs_of_a_chinese_keyboard_are_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"full-width signs \(“ ”\)"):
        parse_study("name = “社区”\n", folder)
    with pytest.raises(InputError, match=r"Mend the line named$"):
        parse_study("# “社区”\nname = \n", folder)


def test_deep_nesting_is_a_fault_not_a_crash(folder: Path) -> None:
    with pytest.raises(InputError):
        parse_study("a = " + "[" * 100_000, folder)


def test_study_in_another_encoding_is_told(folder: Path) -> None:
    (folder / "study.toml").write_bytes((HEAD + LAYER).replace("Test", "测试").encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_study(folder)


def test_missing_study_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the study cannot be read"):
        read_study(tmp_path / "nowhere")


def test_every_key_is_described() -> None:
    keys = dict(study_keys())
    assert len(keys) > 50
    assert all(keys.values())
