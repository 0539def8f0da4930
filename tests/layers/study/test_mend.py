"""A study with faults: its layers are read all the same, and what is sure is mended in a copy."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from geo.errors import Fault, InputError
from geo.text import Text
from layers.study.mend import layer_place, lines_of_faults, read_what_can_be, with_remarks

TEXT = """\
# our town
name = “Town”  # its name
minutes = [15, 5]
max_snap = 100
[streets]
extract = "twn.osm"
[[layer]]
id = "stations"
kind = "stations"
source = "stations.xls"
crs = "EPSG:4326"
licence = "own"
[[layer]]
id = "people"
kind = "demand"
source = "people.csv"
licence = "own"
attribution = "us"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("town.osm", "stations.xlsx", "people.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "study.toml").write_text(TEXT, "utf-8")
    return tmp_path


def test_what_follows_from_the_file_is_mended_and_comments_stay(folder: Path) -> None:
    readable = read_what_can_be(folder)
    fixed = tomllib.loads(readable.fixed)
    assert (fixed["name"], fixed["minutes"], fixed["max_snap_metres"]) == ("Town", [5, 15], 100)
    assert (fixed["streets"]["extract"], fixed["layer"][0]["kind"]) == ("town.osm", "station")
    assert fixed["layer"][0]["source"] == "stations.xlsx"
    assert "# our town" in readable.fixed
    assert "# its name" in readable.fixed
    assert [layer.id for layer in readable.study.layers] == ["stations", "people"]
    assert len(readable.faults) >= 6


def test_the_study_itself_is_not_touched(folder: Path) -> None:
    read_what_can_be(folder)
    assert (folder / "study.toml").read_text("utf-8") == TEXT


def test_a_sound_study_has_nothing_to_mend(folder: Path) -> None:
    first = read_what_can_be(folder)
    (folder / "study.toml").write_text(first.fixed, "utf-8")
    second = read_what_can_be(folder)
    assert (second.faults, second.lines) == ((), ())


def test_a_layer_that_names_no_source_is_left_out(folder: Path) -> None:
    text = TEXT.replace("“Town”", '"Town"').replace('source = "stations.xls"\n', "")
    (folder / "study.toml").write_text(text, "utf-8")
    assert [layer.id for layer in read_what_can_be(folder).study.layers] == ["people"]


@pytest.mark.parametrize("text", ["", "name = 'x'", "[[[", "layer = 3", "layer = []"])
def test_a_file_without_any_layer_is_refused(folder: Path, text: str) -> None:
    (folder / "study.toml").write_text(text, "utf-8")
    with pytest.raises(InputError):
        read_what_can_be(folder)


def test_lines_of_a_layer_are_remarks_in_its_table(folder: Path) -> None:
    fix = Text('Add sheet = "...": 2024, 2025', "")
    lines = lines_of_faults("layer[2]", [Fault(Text("several sheets", ""), fix)])
    assert [line.line for line in lines] == ['sheet = "2024"', 'sheet = "2025"']
    fixed = with_remarks(read_what_can_be(folder).fixed, lines)
    people = fixed.index("[[layer]]", fixed.index("[[layer]]") + 1)
    assert fixed.index('# ? sheet = "2025"') > people
    assert layer_place(fixed, "people") == "layer[2]"
