"""The command looks whether its packages are its own before it runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import foreign_rooms
from tests.support.paths import ROOT

START = "import sys; sys.argv = ['lifecircle', 'profiles']; from api.cli import start; start()"


def test_here_they_are_its_own():
    assert foreign_rooms() == {}


@pytest.mark.parametrize("room", ["maps", "layers"])
def test_a_package_of_the_same_name_is_named(tmp_path, room):
    """It stands before ours on the path, as one installed by another distribution would."""
    (tmp_path / room).mkdir()
    (tmp_path / room / "__init__.py").write_text('"""Somebody else."""')
    program = f"import sys; sys.path[:0] = [{str(tmp_path)!r}]; import {room}; {START}"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1
    assert str(Path(tmp_path, room, "__init__.py")) in run.stderr
    assert "pipx install lifecircle" in run.stderr
    assert "独立环境" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_console_that_lacks_a_sign_ends_nothing(tmp_path):
    """As with the code page 1252 of a western Windows."""
    run = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", START], cwd=ROOT, capture_output=True,
        env={"PYTHONIOENCODING": "cp1252", "LANG": "zh_CN.UTF-8", "HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert b"walk" in run.stdout
