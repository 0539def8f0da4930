"""The page's script: made of its sources as they are, and reading what `maps.page.packing` writes."""

from __future__ import annotations

import base64
import gzip
import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import shapely

from maps.page import offline
from maps.page.packing import Pack
from tests.support.paths import ROOT

SOURCES = ROOT / "maps" / "assets" / "page"
TOY = Path(__file__).parent / "toy_pack.txt"


@pytest.fixture
def page_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("page_build", ROOT / "page_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of what the script is made of, and of the script."""
    maps = tmp_path / "maps"
    shutil.copytree(ROOT / "maps" / "assets", maps / "assets")
    for name in ("tsconfig.json", "package.json", "package-lock.json", "vendored.json"):
        shutil.copyfile(ROOT / "maps" / name, maps / name)
    return maps


def test_script_is_made_of_the_sources_as_they_are(page_build: ModuleType) -> None:
    assert page_build.is_right(ROOT / "maps"), "the page's script is stale: run make, or python page_build.py"


@pytest.mark.parametrize("file", ["assets/page/core/words.ts", "tsconfig.json", "assets/vendor/page/page.js"])
def test_a_change_is_seen(page_build: ModuleType, copied: Path, file: str) -> None:
    assert page_build.is_right(copied)
    with (copied / file).open("a", encoding="utf-8") as target:
        target.write("\n")
    assert not page_build.is_right(copied)


@pytest.mark.parametrize("package", ["esbuild", "smol-toml"])
def test_another_version_of_a_package_is_seen(page_build: ModuleType, copied: Path, package: str) -> None:
    assert page_build.is_right(copied)
    lock = copied / "package-lock.json"
    text = lock.read_text("utf-8")
    integrity = re.search(rf'"node_modules/{package}": {{[^}}]*?"integrity": "(sha512-[^"]+)"', text)
    assert integrity
    lock.write_text(text.replace(integrity[1], "sha512-other"), "utf-8")
    assert not page_build.is_right(copied)


def test_line_ends_of_a_checkout_change_nothing(page_build: ModuleType, copied: Path) -> None:
    file = copied / "assets" / "page" / "core" / "words.ts"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert page_build.is_right(copied)


def test_script_is_one_without_modules_that_names_its_licence() -> None:
    script = offline.page_script()
    assert script.startswith("/* lifecircle, Apache-2.0 */")
    assert not re.search(r"\b(import|export)\b[ {(]", script)


def test_script_is_in_the_syntax_of_2017() -> None:
    # Of the newest syntax the sources use, each would stop an old browser before it can say that it is old.
    script = re.sub(r'"(?:[^"\\]|\\.)*"', "", offline.page_script())
    assert not re.search(r"\?\?|\?\.[a-zA-Z(\[]|catch\{", script)


def test_sources_import_one_another_without_a_circle() -> None:
    imports = {
        file.with_suffix(""): {
            (file.parent / name).resolve()
            for name in re.findall(r'from "(\.[./\w]*/\w+)"', file.read_text("utf-8"))
        }
        for file in SOURCES.rglob("*.ts")
    }
    assert sum(map(len, imports.values())) > 100
    while imports:
        ready = {name for name, wanted in imports.items() if not wanted & imports.keys()}
        assert ready, f"these import one another: {sorted(imports)}"
        imports = {name: wanted for name, wanted in imports.items() if name not in ready}


FOLDERS = ("core", "streets", "draw", "trying", "question", "panel", "")


def test_a_folder_of_sources_imports_only_those_on_its_left() -> None:
    for file in SOURCES.rglob("*.ts"):
        folder = file.parent.name if file.parent != SOURCES else ""
        allowed = set(FOLDERS[: FOLDERS.index(folder) + 1])
        wanted = re.findall(r'from "(\.[./\w]*/\w+)"', file.read_text("utf-8"))
        found = {(file.parent / name).resolve().parent.relative_to(SOURCES).as_posix() for name in wanted}
        assert {name.removeprefix(".") for name in found} <= allowed, file


def test_the_toy_of_the_scripts_own_tests_is_what_is_written_here() -> None:
    pack = Pack()
    pack.whole_numbers("numbers", np.array([0, -1, 1, 63, -64, 300, -70_000, 2**27]))
    pack.decimals("decimals", np.array([1.5, np.nan, -0.25]))
    pack.positions("points", np.array([[10, 20], [13, 18], [0, 0]]))
    ring = [(0, 0), (40, 0), (40, 30), (0, 30)]
    hole = [(10, 10), (20, 10), (20, 20), (10, 20)]
    line = shapely.LineString([(5, 7), (9, 7), (9, 12)])
    pack.shapes("shapes", np.array([shapely.Polygon(ring, [hole]), None, line]))
    written = pack.text({"title": "Toy 玩具"})
    kept = TOY.read_text("utf-8")
    assert gzip.decompress(base64.b64decode(kept)) == gzip.decompress(base64.b64decode(written)), written
