"""The rooms import one way only: geo <- layers <- maps <- api."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("geo", "layers", "maps", "api")
WEB_AND_FILES = {"geo": {"pyogrio", "osmium", "osmnx", "folium", "branca", "fastapi", "requests", "httpx"}}
FILES = [
    path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "node_modules" not in path.parts
]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_the_rooms_on_its_left(path):
    room = path.relative_to(ROOT).parts[0]
    forbidden = set(ROOMS[ROOMS.index(room) + 1 :]) | WEB_AND_FILES.get(room, set())
    assert not imported(path) & forbidden


def test_every_file_stands_in_architecture_md():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    missing = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.name != "__init__.py" and f"`{path.name}`" not in text
    ]
    assert not missing


def test_all_rooms_have_files():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(ROOMS)


ENGINE = ("geo.network", "geo.build", "geo.reach", "geo.snap", "geo.isochrones", "geo.crs", "geo.profiles")
NOT_NEEDED_BY_THE_ENGINE = (
    "geopandas",
    "pandas",
    "pyarrow",
    "pyogrio",
    "scipy.sparse",
    "scipy.spatial",
    "networkx",
    "osmnx",
    "osmium",
    "matplotlib",
    "highspy",
)


def test_the_engine_is_imported_without_what_only_some_of_it_needs():
    """Half the time of the import is at stake: frames are made and read by those who have them."""
    asked = f"import sys, {', '.join(ENGINE)}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(NOT_NEEDED_BY_THE_ENGINE) & set(run.stdout.split())
