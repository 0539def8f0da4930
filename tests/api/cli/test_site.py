"""The command `lifecircle site`: options from the question's fields, and a study's questions by name."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from api.cli.site import register
from geo.errors import InputError
from layers.study.siting.door_words import option_of
from layers.study.siting.question import SiteQuestion
from tests.support.town import STUDY, at, rows, write_town

PLOTS = rows("id,name,lon,lat,cost", f"a,North,{at(300, 300)},5", f"b,South,{at(200, 0)},1")
QUESTIONS = """
[[layer]]
id = "plots"
kind = "candidate"
source = "plots.csv"
crs = "EPSG:4326"
licence = "own"
attribution = "us"

[[site]]
name = "one more"
new = 1
minutes = 3

[[site]]
name = "kept"
new = 1
minutes = 3
keep = ["nothing"]
"""


@pytest.fixture(scope="module")
def app():
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


@pytest.fixture
def run(app, tmp_path):
    folder = write_town(tmp_path, study=STUDY + QUESTIONS, files={"plots.csv": PLOTS})
    return lambda *words: CliRunner().invoke(app, ["site", str(folder), "-q", *map(str, words)])


@pytest.mark.parametrize("field", SiteQuestion.model_fields)
def test_each_field_is_one_option_with_its_description(app, field):
    command = typer.main.get_command(app).commands["site"]
    [option] = [parameter for parameter in command.params if option_of(field) in parameter.opts]
    assert option.help == SiteQuestion.model_fields[field].description
    assert [parameter.name for parameter in command.params].count(field) == 1


def test_a_question_of_the_study_is_asked_by_name(run):
    result = run("--question", "one more")
    assert result.exit_code == 0, result.output
    assert "With 1 new site, 100 % of 30 people" in result.output


def test_an_option_replaces_the_key_of_the_question(run):
    result = run("--question", "one more", "--forbid", "plots:a")
    assert "33 % of 30 people" in result.output  # b is near those who have a station


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--question", "none"), "--question: the study has no siting question of this name (none)"),
        (("--question", "kept"), "site[2].keep: no candidate has this id"),
        (("--question", "one more", "--keep", "nothing"), "--keep: no candidate has this id"),
        (("--new", 1, "--category", "nonsense"), "--category: "),
        (("--new", 1, "--candidates", "grid", "--within", "nowhere"), "--within: "),
        (
            ("--new", 1, "--fair", "grid", "--goal", "worst"),
            "--fair: fairness is used only with --goal",
        ),
        ((), "--new: the number of new sites is not limited. Add --new 3"),
        (("--new", -1), "--new: must be >= 0 (-1)"),
        (("--new", 1, "--on", "soon"), "--on: a date such as"),
    ],
)
def test_a_fault_is_named_where_it_was_written(run, words, message):
    result = run(*words)
    assert isinstance(result.exception, InputError), result.output
    assert message in str(result.exception)
