"""Bad input: each a clear message and exit code 2, never a traceback, and earlier results untouched."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from api.cli.main import main
from tests.support.town import (
    PEOPLE,
    PROGRAM,
    STUDY,
    at,
    environment,
    lifecircle,
    place,
    rows,
    streets,
    write_town,
)


def changed(old: str, new: str) -> dict[str, object]:
    assert old in STUDY
    return {"study": STUDY.replace(old, new)}


def with_file(name: str, content: str | bytes) -> dict[str, object]:
    return {"files": {name: content}}


ELSEWHERE = rows("id,lon,lat,people", "1,121.47,31.23,10", "2,121.48,31.24,20")
SWAPPED = rows("id,lon,lat,people", "1,60.2,24.9,10", "2,60.201,24.901,20")
TWICE = rows("id,name,lon,lat", f"a,Alpha,{at(0, 0)}", f"a,Beta,{at(100, 0)}")

STUDIES = {
    "no TOML": ({"study": "name = \n"}, "not valid TOML"),
    "an empty study": ({"study": ""}, "streets: missing"),
    "an unknown key": ({"study": "colour = 1\n" + STUDY}, "colour: unknown key"),
    "an unknown kind": (changed('"demand"', '"people"'), "layer[2].kind: must be"),
    "minutes that fall": ({"study": "minutes = [15, 5]\n" + STUDY}, "minutes must rise"),
    "a language we do not speak": ({"study": 'language = "fr"\n' + STUDY}, "language: must be"),
    "an unknown profile": ({"study": 'profile = "car"\n' + STUDY}, "there is no such travel profile (car)"),
    "an unknown standard": ({"study": 'standard = "nonsense"\n' + STUDY}, "There is no such standard"),
    "a missing profile file": ({"study": 'profile = "my.toml"\n' + STUDY}, "profile: there is no such file"),
    "an out folder elsewhere": ({"study": 'out = "../elsewhere"\n' + STUDY}, "out: "),
    "a source elsewhere": (changed('"people.csv"', '"../people.csv"'), "layer[2].source: "),
    "a missing file": (
        changed('"people.csv"', '"peple.csv"'),
        "there is no such file, in the layer 'people' (peple.csv)",
    ),
    "a missing extract": (
        changed('"town.osm"', '"twn.osm"'),
        "streets.extract: there is no such file (twn.osm)",
    ),
    "a role nobody knows": (
        changed('"people.csv"', '"people.csv"\ncolumns = { latt = "lat" }'),
        "layer[2].columns.latt",
    ),
}
LAYERS = {
    "a column that is not there": (
        changed('"people.csv"', '"people.csv"\ncolumns = { people = "folk" }'),
        "people.csv, column folk: no column has this header. Columns there: id, lon, lat, people",
    ),
    "no column with people": (
        with_file("people.csv", rows("id,lon,lat", f"1,{at(0, 0)}")),
        "no column holds the people",
    ),
    "no column with a place": (with_file("people.csv", rows("id,people", "1,10")), "people.csv"),
    "an unknown coordinate system": (
        changed('"people.csv"\ncrs = "EPSG:4326"', '"people.csv"\ncrs = "EPSG:99999"'),
        "gcj02 (Amap, Tencent), bd09 (Baidu) and EPSG:4490 (survey); any EPSG code will do",
    ),
    "a misspelt coordinate system": (
        changed('"people.csv"\ncrs = "EPSG:4326"', '"people.csv"\ncrs = "WGS84 wrong"'),
        "This coordinate system is not known (WGS84 wrong)",
    ),
    "no coordinate system": (
        changed('"people.csv"\ncrs = "EPSG:4326"', '"people.csv"'),
        "people.csv: the coordinate system is not declared",
    ),
    "a layer without rows": (
        with_file("people.csv", "id,lon,lat,people\n"),
        "people.csv: the layer has no rows",
    ),
    "a layer of no bytes": (with_file("people.csv", b""), "people.csv: the file is empty"),
    "the same id twice": (
        with_file("stations.csv", TWICE),
        "1 identifiers stand more than once (a). Rows 2, 3",
    ),
    "points in another country": (
        with_file("people.csv", ELSEWHERE),
        "every row lies outside the study's streets",
    ),
    "longitude and latitude swapped": (
        with_file("people.csv", SWAPPED),
        "longitude and latitude are swapped",
    ),
    "words for numbers": (
        with_file("people.csv", rows("id,lon,lat,people", "1,east,north,ten")),
        "people.csv",
    ),
    "a picture for a table": (
        with_file("people.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        "people.csv",
    ),
}
EXTRACTS = {
    "an extract of no bytes": (with_file("town.osm", b""), "town.osm: the extract cannot be read"),
    "an extract cut short": (with_file("town.osm", streets()[:900]), "town.osm: the extract cannot be read"),
    "a page for an extract": (
        with_file("town.osm", "<html>404</html>"),
        "town.osm: the extract cannot be read",
    ),
    "an extract without streets": (
        with_file("town.osm", '<osm version="0.6"/>'),
        "the extract holds no streets",
    ),
    "an extract nobody can walk": (
        with_file("town.osm", streets().replace("residential", "motorway")),
        "no street may be used by the profile walk",
    ),
    "a text named .pbf": (
        {**changed('"town.osm"', '"town.osm.pbf"'), **with_file("town.osm.pbf", "hello\n" * 50)},
        "town.osm.pbf: the extract cannot be read",
    ),
    "a .pbf of no bytes": (
        {**changed('"town.osm"', '"town.osm.pbf"'), **with_file("town.osm.pbf", b"")},
        "town.osm.pbf: the extract cannot be read",
    ),
}
CASES = {**STUDIES, **LAYERS, **EXTRACTS}


@pytest.fixture
def call(capsys):
    """Run the command line in this process; return exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


@pytest.mark.parametrize(("given", "words"), CASES.values(), ids=CASES)
def test_run_names_the_fault_and_writes_nothing(call, tmp_path, given, words):
    write_town(tmp_path, **given)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    code, out, err = call("run", "--quiet", tmp_path)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("given", "words"), CASES.values(), ids=CASES)
def test_check_names_the_same_fault(call, tmp_path, given, words):
    code, out, err = call("check", write_town(tmp_path, **given))
    assert code == 2
    assert words in out + err


@pytest.mark.parametrize(("given", "words"), STUDIES.values(), ids=STUDIES)
def test_map_and_serve_name_it_too(call, tmp_path, given, words):
    write_town(tmp_path, **given)
    for command in (["map"], ["serve", "--port", "0"]):
        code, out, err = call(*command, "--quiet", tmp_path)
        assert (code, out) == (2, "")
        assert words in err


def test_a_fault_of_a_layer_does_not_breed_others(call, tmp_path):
    given, words = CASES["a column that is not there"]
    _, _, err = call("run", "-q", write_town(tmp_path, **given))
    assert err.strip() == words


def test_all_faults_are_said_at_once(call, tmp_path):
    files = {"people.csv": rows("id,lon,lat", f"1,{at(0, 0)}"), "stations.csv": TWICE}
    _, _, err = call("run", "-q", write_town(tmp_path, files=files))
    assert "no column holds the people" in err
    assert "identifiers stand more than once" in err


def test_bad_rows_are_counted_and_the_others_used(call, tmp_path):
    people = PEOPLE + rows("bad,nan,inf,10", f"worse,{at(0, 0)},-5")
    write_town(tmp_path, files={"people.csv": people})
    code, out, _ = call("check", tmp_path)
    assert code == 0
    assert "people.csv): 4 rows read, 2 accepted, 2 rejected, 0 left out" in out
    assert "row 4" in out
    assert "row 5" in out


def test_a_far_point_is_reported_and_not_joined(call, tmp_path):
    import json

    lon, lat = place(700, 0)
    write_town(tmp_path, files={"people.csv": PEOPLE + rows(f"far away,{lon},{lat},5")})
    assert call("run", "-q", tmp_path)[0] == 0
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert record["people"]["total"] == 35
    assert record["people"]["not_joined_to_a_street"] == 5


@pytest.mark.parametrize("without", ["people", "stations"])
def test_a_study_may_lack_a_kind_of_layer(call, tmp_path, without):
    parts = STUDY.split("[[layer]]")
    study = "[[layer]]".join(part for part in parts if f'id = "{without}"' not in part)
    code, _, err = call("run", "-q", write_town(tmp_path, study=study))
    assert (code, err) == (0, "")


def test_one_person_alone_is_inside_the_grid_laid_for_them(call, tmp_path):
    write_town(tmp_path, files={"people.csv": rows("id,lon,lat,people", "1,24.9,60.2,3")})
    code, out, _ = call("run", "-q", tmp_path)
    assert code == 0
    assert "(outside)" not in out


# Hostile text --------------------------------------------------------------------------------------


HOSTILE = '<img src=x onerror=alert(1)>"`${1}\\</script>=1+1'


def test_hostile_names_run_and_are_told_as_they_are(call, tmp_path):
    quoted = HOSTILE.replace('"', '""')
    study = STUDY.replace('"Town"', f"'''{HOSTILE}'''")
    files = {"stations.csv": rows("id,name,lon,lat", f'a,"{quoted}",{at(0, 0)}')}
    code, out, err = call("run", "-q", write_town(tmp_path, study=study, files=files))
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == HOSTILE
    assert "<img src=x" not in (tmp_path / "out" / "map.html").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["a b", "<b>", '"', "`${1}`", "\\n", "文件夹", "'; drop table", "%s{0}", "-q"]
)
def test_a_folder_may_have_any_name(call, tmp_path, name):
    folder = write_town(tmp_path / name)
    code, out, _ = call("run", "-q", folder)
    assert code == 0
    assert str(folder / "out" / "map.html") in out


@pytest.mark.parametrize("name", ["a<b>.csv", "a`${1}.csv", "百分 %s{0}.csv"])
def test_a_file_may_have_any_name(call, tmp_path, name):
    study = STUDY.replace('"people.csv"', f"'{name}'")
    assert call("run", "-q", write_town(tmp_path, study=study, files={name: PEOPLE}))[0] == 0


@pytest.mark.parametrize("name", ["../town.osm", "a/../../town.osm"])
def test_a_path_out_of_the_folder_is_refused(call, tmp_path, name):
    (tmp_path / "town.osm").write_text(streets(), "utf-8")
    study = STUDY.replace('"town.osm"', f'"{name}"')
    code, _, err = call("run", "-q", write_town(tmp_path / "study", study=study))
    assert code == 2
    assert "streets.extract" in err


# Where results cannot be written -------------------------------------------------------------------


def test_an_out_folder_that_is_a_file(call, tmp_path):
    write_town(tmp_path, files={"out": "mine"})
    code, out, err = call("run", "-q", tmp_path)
    assert (code, out) == (2, "")
    assert "results cannot be written here" in err
    assert (tmp_path / "out").read_text() == "mine"


def test_an_out_folder_below_a_file(call, tmp_path):
    study = 'out = "file/results"\n' + STUDY
    code, _, err = call("map", "-q", write_town(tmp_path, study=study, files={"file": "mine"}))
    assert code == 2
    assert "results cannot be written here" in err


def test_a_result_that_cannot_be_replaced_leaves_all_as_they_were(call, tmp_path):
    write_town(tmp_path)
    (tmp_path / "out" / "coverage.xlsx" / "mine").mkdir(parents=True)
    (tmp_path / "out" / "map.html").write_text("earlier")
    code, _, err = call("run", "-q", tmp_path)
    assert code == 2
    assert "coverage.xlsx: results cannot be written here" in err
    assert (tmp_path / "out" / "map.html").read_text() == "earlier"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["coverage.xlsx", "map.html"]


# Interrupted ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A town that was run once, and what its out folder holds."""
    folder = write_town(tmp_path_factory.mktemp("interrupted") / "study")
    assert lifecircle("run", folder).returncode == 0
    return folder, {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def interrupted(folder, after, number):
    """Run a study in a process of its own and stop it after a step; return exit code and stderr."""
    with subprocess.Popen(
        [*PROGRAM, "run", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        for line in process.stderr:
            if line.startswith(after):
                break
        process.send_signal(number)
        _, err = process.communicate(timeout=120)
    return process.returncode, err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are of other systems")
@pytest.mark.parametrize("after", ["read the study", "open the streets", "travel times", "basemap"])
def test_an_interrupted_run_leaves_what_was_there(finished, after):
    folder, before = finished
    code, err = interrupted(folder, after, signal.SIGINT)
    assert code == 130
    assert err.splitlines()[-1].startswith("interrupted")
    assert "Traceback" not in err
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    assert {path.name for path in folder.iterdir()} == {
        "study.toml",
        "town.osm",
        "stations.csv",
        "people.csv",
        "out",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are of other systems")
def test_a_run_that_is_told_to_end_cleans_up(finished):
    folder, before = finished
    code, err = interrupted(folder, "basemap", signal.SIGTERM)
    assert code == 128 + signal.SIGTERM
    assert "Traceback" not in err
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
