"""A run is made again from its record: elsewhere, under another name, with the same bytes."""

import json
import shutil
import subprocess
from datetime import datetime

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from api.made_of import run_made_of
from api.outputs import write_office_book, write_results, write_siting
from api.recorded import verify_results
from api.rerun import rerun
from api.run import run_study
from api.site import site_study
from geo.errors import InputError
from layers.change import study_of_change
from layers.study.changes import parse_change
from layers.study.siting.question import SiteQuestion
from layers.write.verify import RECORD
from maps.reproduced import reproduced_text
from tests.support.gis_town import write_gis_town
from tests.support.town import PROGRAM, environment, place

INPUTS = ("own.toml", "town.osm", "stations.csv", "shops.csv", "people.csv", "quarters.geojson")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The results of a run in the folder of its study."""
    result = run_study(write_gis_town(tmp_path_factory.mktemp("first") / "town"))
    write_results(result)
    return result.study.out_folder


@pytest.fixture
def handed_over(written, tmp_path):
    """The record and the inputs, in a folder of another name; the study file is not among them."""
    folder = tmp_path / "somewhere" / "else"
    folder.mkdir(parents=True)
    for name in INPUTS:
        shutil.copy(written.parent / name, folder)
    (folder / "results").mkdir()
    shutil.copy(written / RECORD, folder / "results")
    return folder


def record_of(folder):
    return json.loads((folder / RECORD).read_text("utf-8"))


def test_every_file_is_the_same_in_another_folder(handed_over):
    made = rerun(handed_over / "results", inputs=handed_over)
    assert (made.different, made.missing, made.versions) == ((), (), {})
    assert {"results.gpkg", "results.parquet", "assessment.xlsx", "map.html"} <= set(made.same)
    assert made.made_run_id == made.run_id


@pytest.mark.slow
def test_every_file_is_the_same_on_another_machine(handed_over):
    """Another host name, zone, language, user and number of threads, as far as one machine can be another."""
    command = [*PROGRAM, "rerun", handed_over / "results", "--inputs", handed_over, "--quiet"]
    alone = ["unshare", "--uts", "sh", "-c", 'hostname elsewhere && exec "$@"', "sh"]
    may = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    run = subprocess.run(
        [*(alone if may else []), *map(str, command)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment(
            HOSTNAME="elsewhere", TZ="Asia/Shanghai", LANG="zh_CN.UTF-8", USER="li", HOME=str(handed_over),
            NUMBA_NUM_THREADS="1", PYTHONHASHSEED="7",
        ),
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    files = len(record_of(handed_over / "results")["outputs"])
    assert f"{files} 个文件中 {files} 个逐位相同" in run.stdout


def test_another_day_is_the_day_of_the_record(handed_over, monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 1, 1, tzinfo=tz)

    monkeypatch.setattr("geo.day.datetime", Later)
    assert rerun(handed_over / "results", inputs=handed_over).whole


def test_inputs_that_are_missing_or_changed_are_named_at_once(handed_over):
    (handed_over / "shops.csv").unlink()
    (handed_over / "people.csv").write_text("changed")
    with pytest.raises(InputError) as error:
        rerun(handed_over / "results", inputs=handed_over)
    said = {fault.value: fault.what.en for fault in error.value.faults}
    assert said == {
        "shops.csv": "an input of the run is missing",
        "people.csv": "this input is not the one the run read",
    }


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"study_resolved": {"streets": {"extract": "town.osm"}}}, "layer"),
        ({"change": {"name": "a", "open": [{"id": "n"}]}}, "open[1].lon"),
    ],
)
def test_a_record_of_no_study_is_refused_with_the_places(handed_over, changes, place):
    record = record_of(handed_over / "results") | changes
    (handed_over / "results" / RECORD).write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError) as error:
        rerun(handed_over / "results", inputs=handed_over)
    assert place in {fault.source for fault in error.value.faults}


def test_results_elsewhere_ask_for_the_folder_of_the_inputs(handed_over):
    with pytest.raises(InputError, match="--inputs"):
        rerun(handed_over / "results")


def test_another_version_is_said(handed_over, monkeypatch):
    monkeypatch.setattr("api.rerun.versions_now", lambda: {"lifecircle": "9.9"})
    made = rerun(handed_over / "results", inputs=handed_over)
    assert made.versions["lifecircle"][1] == "9.9"
    assert "lifecircle：运行时为" in reproduced_text(made)


def test_a_run_with_a_change_is_made_again_with_it(written):
    lon, lat = place(250, 250)
    new = {"id": "n", "category": "station", "lon": lon, "lat": lat, "capacity": 90}
    change = parse_change({"name": "新增一处", "open": [new]})
    result = run_study(written.parent, change=change)
    assert result.study == study_of_change(run_study(written.parent).study, change)
    write_results(result)
    assert rerun(result.study.out_folder).whole


def test_the_office_s_own_workbook_is_an_input_and_is_made_again(tmp_path):
    folder = write_gis_town(tmp_path / "town")
    template = openpyxl.Workbook()
    template.defined_names["项目名称"] = DefinedName("项目名称", attr_text="Sheet!$A$1")
    template.save(tmp_path / "上报.xlsx")
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(f'{text}\n[book]\ntemplate = "{tmp_path}/上报.xlsx"\n', "utf-8")
    result = run_study(folder)
    write_results(result)
    write_office_book(result)
    record = record_of(folder / "out")
    assert record["study_resolved"]["book"] == {"template": "上报.xlsx"}
    assert {"上报.xlsx"} == set(record["inputs"]) - set(INPUTS) == {*record["outputs"]} & {"上报.xlsx"}
    assert verify_results(folder / "out")
    shutil.copy(tmp_path / "上报.xlsx", folder)
    assert rerun(folder / "out").whole
    template["Sheet"]["B1"] = "another"
    template.save(tmp_path / "上报.xlsx")
    assert run_made_of(result).id != record["run_id"]


def test_a_proven_plan_is_made_again(written):
    # Time enough for kernels to be compiled meanwhile: a plan that is stopped is another matter.
    question = SiteQuestion(category="station", minutes=3.0, new=1, time_limit_seconds=600)
    result = site_study(written.parent, question)
    write_siting(result, "方案")
    folder = written / "siting" / "方案"
    assert verify_results(folder) == 4
    made = rerun(folder)
    assert (made.whole, made.stopped) == (True, False)
