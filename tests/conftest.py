"""What tests share: the demo's real extract, the folder of further real input, and a cache of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest

from layers.load import Layers, load_layers
from layers.study.model import Study, parse_study
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

    # Compiled kernels stay where they are: programs that tests start find them there (`geo.cache`).
    assert os.environ["NUMBA_CACHE_DIR"]
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


STREETS = 'name = "Test"\n[streets]\nextract = "city.osm"\n'
CITY = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
<node id="1" lat="31.380" lon="121.250"/><node id="2" lat="31.380" lon="121.251"/>
<node id="3" lat="31.381" lon="121.251"/><node id="4" lat="31.381" lon="121.250"/>
<node id="5" lat="31.382" lon="121.252"><tag k="amenity" v="clinic"/><tag k="name" v="甲诊所"/>
<tag k="opening_hours" v="Mo-Fr 09:00-17:00"/><tag k="addr:street" v="汇源路"/></node>
<node id="6" lat="31.383" lon="121.253"><tag k="amenity" v="veterinary"/></node>
<way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="building" v="apartments"/><tag k="building:levels" v="7"/></way>
<way id="8"><nd ref="1"/><nd ref="3"/><tag k="highway" v="residential"/></way>
</osm>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "city.osm").write_text(CITY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def study_of(folder: Path) -> Callable[[str], Study]:
    """Return a function that makes a study of the body of its layers."""

    def make(body: str) -> Study:
        given = 'licence = "own"\nattribution = "us"\n'
        parts = body.split("[[layer]]")
        parts = [parts[0], *(f"\n{given}{part}" if "extract" not in part else part for part in parts[1:])]
        return parse_study(STREETS + "[[layer]]".join(parts), folder)

    return make


@pytest.fixture
def load(study_of: Callable[[str], Study], folder: Path) -> Callable[..., Layers]:
    """Return a function that writes files and loads the layers of a study over them."""

    def run(
        body: str, *, strict: bool = False, extent: tuple[float, ...] | None = None, **files: str | bytes
    ) -> Layers:
        for name, data in files.items():
            path = folder / name.replace("__", ".")
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return load_layers(study_of(body), strict=strict, extent=extent)

    return run
