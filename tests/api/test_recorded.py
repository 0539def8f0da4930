"""The record of a run: of its published form, without a path of this machine, and true to itself."""

import json
import re
import zipfile

import pytest

from api.cli.main import main
from api.outputs import write_results
from api.record_form import RunRecord, record_schema
from api.recorded import read_record, verify_results
from api.run import run_study
from geo.errors import InputError
from layers.study.inputs import input_files
from layers.study.model import read_study
from layers.study.portable import from_portable, portable
from layers.write.verify import RECORD
from tests.support.gis_town import STANDARD, write_gis_town


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    result = run_study(write_gis_town(tmp_path_factory.mktemp("town")))
    write_results(result)
    return result.study.out_folder


@pytest.fixture
def record(out):
    return json.loads((out / RECORD).read_text("utf-8"))


@pytest.fixture
def tampered(out, record):
    """Writes a changed record, and puts the right one back."""
    right = (out / RECORD).read_text("utf-8")

    def write(**changes):
        (out / RECORD).write_text(json.dumps(record | changes, ensure_ascii=False), "utf-8")
        with pytest.raises(InputError) as error:
            verify_results(out)
        return [(fault.source.partition(": ")[2], fault.what.en) for fault in error.value.faults]

    yield write
    (out / RECORD).write_text(right, "utf-8")


def test_it_holds_study_and_standard_with_all_that_was_left_out(record, out):
    study, standard = record["study_resolved"], record["standard_resolved"]
    assert (study["max_snap_metres"], study["layer"][0]["capacity"]) == (200.0, "limits")
    assert from_portable(study, out.parent) == read_study(out.parent)
    asked = {line["category"]: (line["minutes"], line["metres"]) for line in standard["requirements"]}
    assert asked == {"station": (5.0, 300.0), "convenience_store": (3.0, None)}
    assert STANDARD.count("[[requirement]]") == len(standard["requirements"])


def test_it_says_how_columns_places_and_people_were_understood(record):
    stations = record["layers"]["stations"]
    said = {"header": "service_capacity", "how": "recognised"}
    assert stations["mapping"]["service_capacity"] == said
    assert (stations["crs"]["declared"], stations["crs"]["used"]) == ("EPSG:4326", "EPSG:4326")
    assert record["rules"]["cut_off_from_detour"] == 1.5
    assert record["methods"]["room_assigned_by"]["any"]


def test_every_input_and_output_has_its_hash(record, out):
    assert set(record["inputs"]) == {
        "own.toml", "town.osm", "stations.csv", "shops.csv", "people.csv", "quarters.geojson"
    }  # fmt: skip
    assert set(record["outputs"]) == {path.name for path in out.iterdir()} - {RECORD}


def test_it_names_no_path_of_this_machine(record, out):
    text = json.dumps(record, ensure_ascii=False)
    assert str(out.parent) not in text
    assert not re.search(r'": "(/|[A-Z]:\\\\)', text)


def test_paths_and_passwords_do_not_leave_with_a_study(tmp_path):
    folder = write_gis_town(tmp_path / "town")
    (folder / "people.csv").rename(tmp_path / "people.csv")
    text = (folder / "study.toml").read_text("utf-8")
    outside = text.replace('"people.csv"', f'"{tmp_path / "people.csv"}"')
    database = 'source = "postgresql://reader:secret@localhost/city"\ntable = "shops"'
    templates = (
        f'\n[book]\ntemplate = "{tmp_path / "own.xlsx"}"\n[report]\ntemplate = "{tmp_path / "own.docx"}"\n'
    )
    (tmp_path / "own.xlsx").touch()
    (tmp_path / "own.docx").touch()
    (folder / "study.toml").write_text(outside.replace('source = "shops.csv"', database) + templates, "utf-8")
    study = read_study(folder)
    values = portable(study)
    assert values["layer"][2]["source"] == "people.csv"
    assert (values["book"], values["report"]) == ({"template": "own.xlsx"}, {"template": "own.docx"})
    assert tmp_path / "own.xlsx" in dict(input_files(study)).values()
    assert "secret" not in json.dumps(values)


def test_what_is_written_is_of_the_published_form(record):
    schema = record_schema()
    assert schema["$defs"]["RunRecord"]["additionalProperties"] is False
    assert set(schema["$defs"]["RunRecord"]["properties"]) == set(record)
    assert isinstance(RunRecord.model_validate(record), RunRecord)


def test_a_record_as_it_was_written(out, capsys):
    assert verify_results(out) == len(read_record(out).outputs)
    with pytest.raises(SystemExit) as end:
        main(["verify", str(out)])
    assert not end.value.code
    assert f"{out}：{len(read_record(out).outputs)} 个文件均与运行时写出的一致" in capsys.readouterr().out


def test_a_record_that_was_changed_is_found_out(tampered, record):
    study = {**record["study_resolved"], "max_snap_metres": 500.0}
    where = "does not follow from the rest of the record"
    assert tampered(study_resolved=study) == [("study_sha256", where)]
    assert tampered(run_id="00000000") == [("run_id", where)]
    assert tampered(standard_resolved={}) == [("standard_sha256", where)]


def test_a_key_that_is_not_of_the_form_is_named(tampered):
    (fault,) = tampered(layers={"stations": {"read": -1, "accepted": 0, "rejected": 0, "left_out": 0}})
    assert fault[0] == "layers.stations.read"
    assert "run.schema.json" in fault[1]


def test_no_file_of_a_check_or_a_run_names_a_path_of_this_machine(tmp_path):
    """Inputs from elsewhere are named by their last part, in sheets and pages alike."""
    from api.check import check_study, write_check_files

    folder = write_gis_town(tmp_path / "town")
    (folder / "people.csv").rename(tmp_path / "people.csv")
    (folder / "town.osm").rename(tmp_path / "town.osm")
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace('"people.csv"', f'"{tmp_path / "people.csv"}"\noutside = true')
    text = text.replace('"town.osm"', f'"{tmp_path / "town.osm"}"\noutside = true')
    (folder / "study.toml").write_text(text, "utf-8")
    write_check_files(check_study(folder))
    result = run_study(folder)
    write_results(result)
    for path in result.study.out_folder.iterdir():
        parts = [path.read_bytes()]
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                parts = [packed.read(name) for name in packed.namelist()]
        assert not any(str(tmp_path).encode() in part for part in parts), path.name
