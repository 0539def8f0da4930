"""Where kernels and networks are kept: chosen, the platform's, or a temporary folder of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo import cache
from tests.support.paths import ROOT


def chosen_by(program: str, **environment: str) -> str:
    """Run a program in an environment of its own and return what it printed."""
    keep = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=keep | environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


KERNELS = "import os, geo; print(os.environ['NUMBA_CACHE_DIR'])"


def test_the_folder_that_is_named_is_taken(tmp_path):
    assert Path(chosen_by(KERNELS, LIFECIRCLE_CACHE=str(tmp_path))).parent == tmp_path / "kernels"


def test_the_platforms_folder_is_taken(tmp_path):
    folder = Path(chosen_by(KERNELS, HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "own")))
    assert folder.parent == tmp_path / "own" / "lifecircle" / "kernels"


def test_a_choice_for_the_compiler_stands(tmp_path):
    assert chosen_by(KERNELS, NUMBA_CACHE_DIR=str(tmp_path)) == str(tmp_path)


def test_a_home_that_is_no_folder_gives_a_temporary_one(tmp_path):
    (tmp_path / "home").touch()
    folder = chosen_by(KERNELS, HOME=str(tmp_path / "home" / "x"), TMPDIR=str(tmp_path))
    assert Path(folder).is_relative_to(tmp_path / f"lifecircle-{os.getuid()}")


@pytest.mark.parametrize("folder", [RuntimeError("could not determine the home"), "~/.cache/lifecircle"])
def test_a_user_without_a_home_has_a_temporary_one(folder, tmp_path, monkeypatch):
    """As versions of platformdirs answer a UID that no user has."""

    def asked(name, appauthor):
        assert (name, appauthor) == ("lifecircle", False)
        if isinstance(folder, Exception):
            raise folder
        return folder

    monkeypatch.delenv("LIFECIRCLE_CACHE", raising=False)
    monkeypatch.setattr(cache.platformdirs, "user_cache_dir", asked)
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path))
    assert cache.cache_folder("networks") == tmp_path / f"lifecircle-{os.getuid()}" / "networks"


def test_a_kernel_is_kept_there_and_not_beside_the_code(tmp_path):
    program = "from geo.coordinates.china import wgs84_to_gcj02 as f; print(f([121.0], [31.0])[0].size)"
    assert chosen_by(program, LIFECIRCLE_CACHE=str(tmp_path)) == "1"
    assert list((tmp_path / "kernels").rglob("*.nbi"))


def test_a_temporary_folder_that_others_can_write_to_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path))
    mine = tmp_path / f"lifecircle-{os.getuid()}"
    assert cache._temporary() == mine
    mine.chmod(0o777)
    assert cache._temporary() != mine


def test_another_version_has_another_folder(tmp_path, monkeypatch):
    (tmp_path / "kernel.py").write_text("@njit\ndef one(): return 1")
    (tmp_path / "other.py").write_text("ONE = 1")
    monkeypatch.setattr(cache, "_ROOM", tmp_path)
    before = cache._mark()
    (tmp_path / "other.py").write_text("ONE = 2")
    assert cache._mark() == before
    (tmp_path / "kernel.py").write_text("@njit\ndef one(): return 2")
    assert cache._mark() != before


def test_constants_that_are_compiled_in_count_as_kernels():
    assert b"NO_TIME: Final" in (ROOT / "geo" / "network" / "arrays.py").read_bytes()


@pytest.mark.parametrize(("days", "kept"), [(1, True), (30, False)])
def test_what_was_compiled_long_ago_is_forgotten(tmp_path, days, kept):
    for name in ("here-new", "here-old", "elsewhere-old"):
        (tmp_path / name).mkdir()
        at = time.time() - days * 86_400
        os.utime(tmp_path / name, (at, at))
    cache._forget_older(tmp_path / "here-new")
    assert (tmp_path / "here-old").exists() is kept
    assert (tmp_path / "elsewhere-old").exists()
