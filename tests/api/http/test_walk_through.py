"""The partner's five minutes in docs/api.md run as they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from api.cli.demo import make_demo
from geo.errors import InputError
from tests.support.paths import ROOT
from tests.support.serving import serving
from tests.support.town import environment


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    try:
        folder = make_demo(tmp_path_factory.mktemp("demo") / "demo")
    except InputError:
        pytest.skip("needs the demo's extract")
    study = (folder / "study.toml").read_text("utf-8").replace("week = true", "week = false")
    (folder / "study.toml").write_text(study, "utf-8")
    with serving(folder) as (_, address):
        yield address


def block(language: str) -> str:
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1]


@pytest.mark.slow
def test_the_examples_in_curl_answer(address):
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    env = environment(API=address)
    said = subprocess.run(
        ["sh", "-e", "-c", block("sh")], capture_output=True, text=True, check=True, env=env
    )
    coverage, rest = json.JSONDecoder().raw_decode(said.stdout)
    rings, end = json.JSONDecoder().raw_decode(said.stdout[rest:])
    assert coverage["categories"]
    assert [ring["properties"]["contour"] for ring in rings["features"]] == [5, 10]
    left = said.stdout[rest + end :]
    assert left.startswith("id,lon,lat,on_streets,metres_to_street,")
    assert "\nshop 2,24.945,60.172,true," in left
    items = json.loads(left[left.index("{") :])
    assert {each["properties"]["category"] for each in items["features"]} == {"pharmacy"}


@pytest.mark.slow
def test_the_example_in_python_answers(address):
    said = subprocess.run(
        [sys.executable, "-c", block("python")],
        capture_output=True,
        text=True,
        check=False,
        env=environment(API=address, NO_PROXY="127.0.0.1"),
    )
    assert said.returncode == 0, said.stderr
    assert "id,lon,lat,on_streets" in said.stdout
