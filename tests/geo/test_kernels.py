"""Whether a kernel is kept on disk, as numba itself stores it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from numba import njit

from geo.kernels import is_on_disk

SOURCE = """
from numba import njit

@njit(cache=True)
def double(x):
    return 2 * x
"""


def loaded(path: Path):
    spec = importlib.util.spec_from_file_location("kept", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    path = tmp_path / "kept.py"
    path.write_text(SOURCE)
    return loaded(path)


def test_a_kernel_is_on_disk_once_it_has_run(module):
    assert not is_on_disk(module.double)
    assert module.double(3) == 6
    assert is_on_disk(module.double)


def test_what_is_never_kept_is_not_waited_for():
    assert is_on_disk(njit(lambda x: x))
    assert is_on_disk(len)
