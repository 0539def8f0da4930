"""Damaged inputs of every format end in a sentence: a small part of ``python -m tests.fuzz``."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fuzz import good_files
from tests.support.paths import ROOT
from tests.support.town import environment


@pytest.mark.slow
def test_eighty_damaged_inputs_end_in_a_sentence():
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--count", "80", "--seed", "11"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(),
        timeout=600,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-2000:]


def test_every_format_is_among_the_inputs():
    endings = {name.rpartition(".")[2] for name in good_files()}
    assert {
        "csv",
        "xlsx",
        "xls",
        "ods",
        "geojson",
        "gpkg",
        "zip",
        "shp",
        "osm",
        "pbf",
        "toml",
        "json",
    } <= endings
