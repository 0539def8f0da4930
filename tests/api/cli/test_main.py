"""The command line: help, exit codes, where words go, and what the demo leaves behind."""

from __future__ import annotations

import json
import re
import socket
import sys

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import typer

from api.cli import demo, start
from api.cli.demo import make_demo
from api.cli.main import app, main
from tests.support.town import STUDY, lifecircle, write_town

COMMANDS = tuple(typer.main.get_command(app).commands)
RESULTS = {"map.html", "results.gpkg", "coverage.xlsx", "run.json"}


@pytest.fixture
def run(capsys):
    """Run the command line in this process; return its exit code, its stdout and its stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = write_town(tmp_path_factory.mktemp("town") / "study")
    return folder, lifecircle("run", folder)


# Help and usage ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(run, command):
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: lifecircle {command}") or f" {command} " in out.splitlines()[0]


def test_help_names_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"\n  {command} " in out for command in ("demo", "check", "run", "map", "serve", *COMMANDS))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "nonsense"),
        (["run"], "STUDY"),
        (["run", "a", "b"], "b"),
        (["run", "--nonsense", "a"], "--nonsense"),
        (["serve", "a", "--port", "abc"], "--port"),
        (["serve", "a", "--port", "70000"], "--port"),
        (["standards", "nonsense"], "gb50180-2018"),
    ],
)
def test_a_word_that_is_not_understood_is_told_on_stderr(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("command", ["check", "run", "map", "serve"])
def test_no_study_there(run, tmp_path, command):
    code, out, err = run(command, tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "the study cannot be read" in err


def test_a_name_too_long_for_a_path_is_no_traceback(run):
    code, _, err = run("run", "a" * 5000)
    assert code in (1, 2)
    assert "too long" in err


# Exit codes ----------------------------------------------------------------------------------------


def test_an_interrupt_before_the_modules_are_imported_is_a_sentence(monkeypatch, capsys):
    class Interrupted:
        def __getattr__(self, _: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "api.cli.main", Interrupted())
    with pytest.raises(SystemExit) as ended:
        start()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "interrupted: earlier results are as they were\n"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, typer.Abort])
def test_an_interrupt_ends_with_130_and_a_word(run, monkeypatch, tmp_path, stop):
    def interrupted(*_args, **_more):
        raise stop

    monkeypatch.setattr("api.run.run_study", interrupted)
    code, out, err = run("run", write_town(tmp_path))
    assert (code, out) == (130, "")
    assert err.splitlines()[-1].startswith("interrupted")


def test_an_error_of_the_machine_ends_with_1_and_a_word(run, monkeypatch, tmp_path):
    def fail(*_args, **_more):
        raise OSError(28, "No space left on device", "/disk")

    monkeypatch.setattr("api.run.run_study", fail)
    code, _, err = run("run", "-q", write_town(tmp_path))
    assert code == 1
    assert "No space left on device" in err


def test_a_chinese_study_is_told_its_faults_in_chinese(run, tmp_path):
    write_town(tmp_path, study='language = "zh"\ncolour = 1\n' + STUDY)
    code, _, err = run("run", tmp_path)
    assert code == 2
    assert "未知的键" in err


# check ---------------------------------------------------------------------------------------------


def test_check_of_a_sound_study(run, tmp_path):
    code, out, err = run("check", write_town(tmp_path))
    assert (code, err) == (0, "")
    assert "The study can be run." in out
    assert "people (demand, people.csv): 2 rows read, 2 accepted, 0 rejected, 0 left out" in out
    assert {path.name for path in tmp_path.iterdir()} == {
        "study.toml",
        "town.osm",
        "stations.csv",
        "people.csv",
        "out",
    }


def test_check_of_an_unsound_study_ends_with_2(run, tmp_path):
    code, out, err = run("check", write_town(tmp_path, files={"people.csv": "id,lon,lat\n1,24.9,60.2\n"}))
    assert code == 2
    assert "no column holds the people" in out
    assert "cannot be run" in err


def test_check_shows_the_faults_of_streets_profile_standard_and_layers_together(run, tmp_path):
    study = 'standard = "nonsense"\n' + STUDY
    files = {"town.osm": b"", "people.csv": "id,lon,lat\n1,24.9,60.2\n"}
    code, out, _ = run("check", write_town(tmp_path, study=study, files=files))
    assert code == 2
    for words in (
        "no such standard",
        "the extract cannot be read",
        "no column holds the people",
        "stations (service stations, stations.csv)",
    ):
        assert words in out


# run and map ---------------------------------------------------------------------------------------


def test_run_counts_what_a_hand_counts(town):
    folder, process = town
    assert process.returncode == 0, process.stderr
    assert re.search(r"a service station +33% +100% +100%", process.stdout)
    assert {path.name for path in (folder / "out").iterdir()} >= RESULTS


def test_map_writes_the_map_alone(run, tmp_path):
    code, out, _ = run("map", "-q", write_town(tmp_path))
    assert code == 0
    assert out.split() == [str(tmp_path / "out" / "map.html")]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["map.html"]


def test_quiet_says_nothing_while_working(run, tmp_path):
    _, out, err = run("run", "--quiet", write_town(tmp_path))
    assert err == ""
    assert "Town" in out


def test_the_study_may_be_named_by_its_file(run, tmp_path):
    code, _, _ = run("run", "-q", write_town(tmp_path) / "study.toml")
    assert code == 0
    assert (tmp_path / "out" / "run.json").exists()


def test_another_file_of_mine_in_the_out_folder_stays(run, tmp_path):
    write_town(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert run("run", "-q", tmp_path)[0] == 0
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


# serve ---------------------------------------------------------------------------------------------


def test_serve_of_an_unsound_study_ends_with_2(run, tmp_path):
    code, _, err = run("serve", write_town(tmp_path, files={"town.osm": b""}), "--port", 0)
    assert code == 2
    assert "the extract cannot be read" in err


def test_serve_on_a_port_that_is_taken_ends_with_2_before_the_work(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, err = run("serve", write_town(tmp_path), "--port", taken.getsockname()[1])
    assert (code, out) == (2, "")
    assert "cannot listen there" in err
    assert "read the study" not in err


def test_serve_on_an_address_of_another_machine(run, tmp_path):
    code, _, err = run("serve", write_town(tmp_path), "--host", "203.0.113.7")
    assert code == 2
    assert "203.0.113.7" in err


# demo ----------------------------------------------------------------------------------------------


def test_demo_ends_well_and_says_where_the_results_are(demo):
    assert demo.process.returncode == 0, demo.process.stderr
    said = [line for line in demo.process.stdout.splitlines() if line.startswith(str(demo.folder))]
    assert set(said) == {str(path) for path in (demo.folder / "out").iterdir()}


def test_demo_sums_up_people_grids_gaps_and_seconds(demo):
    out = demo.process.stdout
    assert re.search(r"Share covered within +5 min +10 min +15 min\n", out)
    for category in ("a pharmacy", "a supermarket or market", "a school", "a service station"):
        assert re.search(rf"^{category} +\d+% +\d+% +\d+%$", out, re.MULTILINE)
    for part in (
        r"\nLowest grid cells.*\n  [^\n:]+(?: – [^\n:]+)?: \d+%",
        r"\nBeside the standard.*\n  \d+ % of about 18,000 residents",
        r"\nLargest gaps\n  [\d,]+ people: ",
        r"\nSeconds: read the study",
    ):
        assert re.search(part, out)


def test_more_minutes_never_reach_fewer(demo):
    shares = re.findall(r"^\S.*? (\d+)% +(\d+)% +(\d+)%$", demo.process.stdout, re.MULTILINE)
    assert len(shares) == 10
    assert all(list(map(int, row)) == sorted(map(int, row)) for row in shares)


def test_demo_is_quiet_lines_off_a_terminal(demo):
    lines = [line for line in demo.process.stderr.splitlines() if not line.startswith("compiling")]
    assert len(lines) > 5
    assert all(re.fullmatch(r"[a-z ]+: \d+\.\d\d s", line) for line in lines)


def test_demo_leaves_a_study_to_copy_and_nothing_else(demo):
    assert {path.name for path in demo.folder.iterdir()} == {"study.toml", "Helsinki.osm.pbf", "out"}
    names = {path.name for path in (demo.folder / "out").iterdir()}
    assert names >= RESULTS
    assert not any(name.startswith(".") for name in names)


@pytest.fixture(scope="module")
def record(demo):
    return json.loads((demo.folder / "out" / "run.json").read_text("utf-8"))


def test_every_row_read_is_accounted_for(record):
    for layer in record["layers"].values():
        assert layer["read"] == layer["accepted"] + layer["rejected"] + layer["left_out"]


def test_the_record_has_versions_hashes_and_seconds(record, demo):
    from layers.read.digest import file_sha256

    assert record["inputs"] == {"Helsinki.osm.pbf": file_sha256(demo.folder / "Helsinki.osm.pbf")}
    assert {"lifecircle", "python", "osmium"} <= set(record["versions"])
    assert record["seconds"]["travel times"] > 0


def test_every_layer_of_the_results_opens(demo):
    path = demo.folder / "out" / "results.gpkg"
    names = {name for name, _ in pyogrio.list_layers(path)}
    layers = {"facilities", "demand", "grid_coverage", "isochrones", "cut_off"}
    assert layers | {"coverage", "by_area", "gaps", "caveats", "dictionary"} <= names
    for name in names:
        frame = gpd.read_file(path, layer=name)
        assert len(frame) > 0
        assert name not in layers or frame.crs.to_epsg() == 4326


def test_the_results_sum_to_the_people_read(demo, record):
    path = demo.folder / "out" / "results.gpkg"
    people = gpd.read_file(path, layer="demand")["people"]
    assert people.sum() == pytest.approx(record["people"]["total"], abs=0.01)
    coverage = gpd.read_file(path, layer="by_area")
    assert coverage.groupby("requirement")["total"].sum().to_list() == pytest.approx(
        [people.sum()] * coverage["requirement"].nunique(), rel=1e-6
    )
    assert (coverage["covered"] + coverage["left_out"]).to_numpy() == pytest.approx(
        coverage["total"].to_numpy()
    )


def test_gaps_are_the_coverage_rows_that_leave_people_out(demo):
    path = demo.folder / "out" / "results.gpkg"
    gaps, coverage = gpd.read_file(path, layer="gaps"), gpd.read_file(path, layer="by_area")
    asked = coverage["required_name"] == "required"
    left_out = coverage["left_out"][asked & (coverage["left_out"] >= 0.5)]
    assert sorted(gaps["left_out"]) == pytest.approx(sorted(left_out))


def test_isochrones_of_a_station_are_nested(demo):
    rings = gpd.read_file(demo.folder / "out" / "results.gpkg", layer="isochrones")
    for _, station in rings.sort_values("minutes").groupby("facility_id"):
        small, middle, large = station.geometry
        assert small.difference(middle).area + middle.difference(large).area < 1e-9


def test_the_workbook_opens_and_says_what_the_table_says(demo):
    book = openpyxl.load_workbook(demo.folder / "out" / "coverage.xlsx", read_only=True)
    assert len(book.sheetnames) >= 3
    book.close()


def test_demo_keeps_a_study_that_was_changed(tmp_path, helsinki):
    (tmp_path / "study.toml").write_text("mine")
    make_demo(tmp_path)
    assert (tmp_path / "study.toml").read_text() == "mine"
    assert (tmp_path / "Helsinki.osm.pbf").stat().st_size == helsinki.stat().st_size


def test_demo_below_a_file_cannot_be_written(run, tmp_path):
    (tmp_path / "file").touch()
    code, out, err = run("demo", tmp_path / "file" / "demo")
    assert (code, out) == (2, "")
    assert "the demo study cannot be written here" in err


def test_demo_without_its_package_says_how_to_get_it(run, monkeypatch, tmp_path):
    monkeypatch.setattr(demo.importlib.util, "find_spec", lambda _name: None)
    code, _, err = run("demo", tmp_path)
    assert code == 2
    assert "lifecircle[demo]" in err


# standards and profiles ----------------------------------------------------------------------------


def test_standards_say_how_much_was_verified(run):
    _, out, _ = run("standards")
    assert re.search(r"^gb50180-2018 .*\(\d+ of \d+ clauses verified\)$", out, re.MULTILINE)


def test_a_standard_is_shown_a_requirement_a_line(run):
    _, out, _ = run("standards", "demo")
    assert "a pharmacy / 药店: 10 min; required; lifecircle" in out


def test_profiles_are_listed_with_speed_and_source(run):
    _, out, _ = run("profiles")
    assert re.search(r"^walk +1\.00 m/s +Walking.* / 步行.*\n +.*GB 50180-2018", out, re.MULTILINE)
