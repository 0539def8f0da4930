"""What tests share: the demo's real extract, the folder of further real input, and a cache of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest

from tests.support.paths import SHARED_DATA

# A first call may compile a kernel and a machine may be busy: how long an example takes is no finding here.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


class DemoRun(NamedTuple):
    """One run of the demo."""

    folder: Path
    process: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep built networks of tests out of the user's cache."""
    import os

    os.environ["LIFECIRCLE_CACHE"] = str(tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="session")
def helsinki() -> Path:
    """The extract that the demo uses."""
    from api.cli.demo import demo_extract

    return demo_extract()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Further real input that is not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs real input beside the project (../shared/data), which is not part of it")
    return SHARED_DATA


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """The demo, run once as a process of its own: what it printed, and the folder it made."""
    from tests.support.town import lifecircle

    folder = tmp_path_factory.mktemp("demo") / "study"
    return DemoRun(folder, lifecircle("demo", folder))
