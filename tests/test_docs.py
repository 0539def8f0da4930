"""The pages and the examples say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer

from api.cli.main import app
from docs.make import FOLDER, pages
from geo.errors import InputError
from layers.catalogue.profiles import read_profile
from layers.catalogue.schema import all_schemas
from layers.catalogue.standards import read_standard
from layers.study.model import parse_study, study_keys

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = typer.main.get_command(app).commands
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"`([\w./-]+\.toml)`:\n\n```toml\n(.*?)```", CONTRIBUTING, re.DOTALL))


@pytest.mark.parametrize("name", ["study.md", "cli.md", "streets.md", "results.md"])
def test_a_page_is_what_make_docs_writes(name):
    assert (FOLDER / name).read_text("utf-8") == pages()[name], "run: make docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_all_it_takes_have_help(name):
    command = COMMANDS[name]
    assert len(command.help) > 20
    assert command.help.endswith(".")
    assert all(parameter.help for parameter in command.params)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_on_its_page(name):
    assert f"\n## lifecircle {name}\n" in pages()["cli.md"]


def test_every_key_of_a_study_is_on_the_page_once():
    text = pages()["study.md"]
    for path, description in study_keys():
        row = rf"^\| `{re.escape(path.rpartition('.')[2])}` \| [^|]* \| {re.escape(description)} \|$"
        assert re.search(row, text, re.MULTILINE), path


def test_every_kind_of_layer_is_on_the_page_with_all_its_roles():
    text = pages()["study.md"]
    for kind, schema in all_schemas().items():
        section = text.split(f"### {kind}: ")[1].split("\n### ")[0]
        assert [role.id for role in schema.roles] == re.findall(r"^\| `(\w+)` ", section, re.MULTILINE)


def test_the_page_says_what_is_required_and_what_is_the_default():
    text = pages()["study.md"]
    assert "| `kind` | required |" in text
    assert "| `minutes` | `[5, 10, 15]` |" in text
    assert "| `outside` | `false` |" in text


def test_the_study_of_the_demo_is_understood(helsinki, tmp_path):
    (tmp_path / helsinki.name).symlink_to(helsinki)
    text = (
        (ROOT / "api" / "cli" / "demo.toml")
        .read_text("utf-8")
        .replace("[streets]", "[streets]\noutside = true")
    )
    assert parse_study(text, tmp_path).minutes == (5, 10, 15)


def test_contributing_has_an_example_of_each_thing_to_add():
    assert set(EXAMPLES) == {
        "standards/mine.toml",
        "profiles/mine.toml",
        "study.toml",
        "categories/community.toml",
    }


def test_the_standard_of_contributing_is_a_standard(tmp_path):
    (tmp_path / "mine.toml").write_text(EXAMPLES["standards/mine.toml"], "utf-8")
    standard = read_standard(tmp_path / "mine.toml")
    assert [found.minutes for found in standard.requirements if found.category == "pharmacy"] == [5.0]


def test_the_profile_of_contributing_is_a_profile(tmp_path):
    (tmp_path / "mine.toml").write_text(EXAMPLES["profiles/mine.toml"], "utf-8")
    assert read_profile("mine.toml", tmp_path).metres_per_second == pytest.approx(0.8)


def test_the_category_of_contributing_is_built_like_the_others():
    given = tomllib.loads(EXAMPLES["categories/community.toml"])
    known = tomllib.loads(
        (ROOT / "layers" / "catalogue" / "data" / "categories" / "community.toml").read_text("utf-8")
    )
    keys = set().union(*known.values())
    assert all(set(row) <= keys and {"en", "zh"} <= set(row) for row in given.values())


def test_the_study_of_contributing_is_a_study(tmp_path):
    for name in ("city.osm.pbf", "lockers.csv"):
        (tmp_path / name).touch()
    try:
        study = parse_study(EXAMPLES["study.toml"], tmp_path)
    except InputError as error:
        pytest.fail(str(error))
    assert study.categories[0].id == "parcel_locker"


def test_the_study_of_the_readme_is_a_study(tmp_path):
    """Nothing is wrong with it but that its files are not there."""
    text = re.search(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[1]
    for name in ("jiading.osm.pbf", "党群服务站.xlsx"):
        (tmp_path / name).touch()
    assert [layer.id for layer in parse_study(text, tmp_path).layers] == ["stations", "dwellings", "grid"]


def test_the_library_example_of_the_readme_runs(helsinki, capsys):
    """As it stands, on the demo's extract and places in it."""
    code = re.search(r"As a library .*?```python\n(.*?)```", README, re.DOTALL)[1]
    code = code.replace('"jiading.osm.pbf"', repr(str(helsinki)))
    code = code.replace("[121.31, 121.32], [31.30, 31.31]", "[24.940, 24.945], [60.170, 60.169]")
    exec(code.replace("[121.315], [31.305]", "[24.943], [60.170]"), {})
    shown = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"Huicheng +No\. 1 +\d+\.\d+", shown[1]), shown
    assert shown[-1] == "1.0"


def test_the_readme_in_chinese_has_the_commands_and_examples_of_the_english_one():
    chinese = (ROOT / "README.zh.md").read_text("utf-8")
    fences = re.compile(r"^```\w+\n.*?^```", re.MULTILINE | re.DOTALL)
    assert fences.findall(chinese) == fences.findall(README)
    named = set(re.findall(r"`lifecircle (\w+)", chinese))
    assert named <= set(COMMANDS) | {"lifecircle"}
    assert {
        "new",
        "check",
        "doctor",
        "run",
        "verify",
        "rerun",
        "map",
        "site",
        "report",
        "compare",
        "serve",
    } <= named
