"""What each room and each room inside it may import, and how full a folder may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest

from tests.support.paths import ROOT

ROOMS = ("geo", "layers", "maps", "api")
NOT_FOR = {
    "geo": {"pyogrio", "osmium", "osmnx", "folium", "branca", "fastapi", "requests", "httpx", "typer"},
    "layers": {"folium", "branca", "jinja2", "fastapi", "typer"},
    "maps": {"pyogrio", "osmium", "osmnx", "fastapi", "typer", "requests", "httpx"},
    "api": {"numpy", "scipy", "shapely", "pandas", "geopandas"},
}
"""Packages that would mean that a room does another room's work."""

MOST_FILES = 17
FILES = [
    path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "node_modules" not in path.parts
]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module a file imports, at its top or inside a function; ``from package import module`` too."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = (ROOT / node.module.replace(".", "/")).is_dir()
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if inside else {node.module}
    return frozenset(names)


def inner_room(module: str) -> str:
    """The folder a module lies in, below its room; a file directly in a room stands for itself."""
    return ".".join(module.split(".")[:2])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_only_the_rooms_on_its_left(path):
    room = path.relative_to(ROOT).parts[0]
    forbidden = set(ROOMS[ROOMS.index(room) + 1 :]) | NOT_FOR[room]
    assert not {name.split(".")[0] for name in imported(path)} & forbidden


def test_the_rooms_inside_the_rooms_form_no_circle():
    graph = nx.DiGraph(
        (inner_room(name_of(path)), inner_room(name))
        for path in FILES
        for name in imported(path)
        if name.split(".")[0] in ROOMS and inner_room(name) != inner_room(name_of(path))
    )
    assert list(nx.simple_cycles(graph)) == []


def test_modules_form_no_circle():
    modules = {name_of(path) for path in FILES}
    graph = nx.DiGraph(
        (name_of(path), name)
        for path in FILES
        if path.name != "__init__.py"
        for name in imported(path)
        if name in modules and name.count(".") > 1
    )
    assert list(nx.simple_cycles(graph)) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_private_modules_and_names_stay_in_their_folder(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ROOMS:
            parts = node.module.split(".")
            here = list(path.relative_to(ROOT).parent.parts)
            private = [part for part in parts if part.startswith("_")]
            assert not private or parts[:-1] == here, node.module
            inside = (ROOT / node.module.replace(".", "/")).is_dir()
            for alias in node.names:
                assert not alias.name.startswith("_") or (inside and parts == here), alias.name


def test_no_folder_is_too_full():
    full = Counter(path.parent for path in FILES if path.name != "__init__.py")
    assert {str(folder.relative_to(ROOT)): n for folder, n in full.items() if n > MOST_FILES} == {}


def drawn_folders() -> set[str]:
    """The folders of the tree in ARCHITECTURE.md, where two blanks more mean a level deeper."""
    tree = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("```")[1]
    folders: set[str] = set()
    above: list[str] = []
    for line in filter(None, tree.splitlines()):
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], line.split()[0].rstrip("/")]
        folders.add("/".join(above))
    return folders


def test_the_tree_in_architecture_md_is_the_tree():
    folders = {path.parent.relative_to(ROOT).as_posix() for path in FILES}
    assert drawn_folders() - {"tests", "maps/assets"} == folders


def test_the_tests_mirror_the_tree():
    """A test file of a module lies where the module lies; others are named by what they try."""
    modules = {path.relative_to(ROOT).with_suffix("").as_posix() for path in FILES}
    stems = Counter(Path(module).name for module in modules)
    for test in sorted((ROOT / "tests").rglob("test_*.py")):
        stem = test.stem.removeprefix("test_")
        if stems[stem] == 1:
            (module,) = (module for module in modules if Path(module).name == stem)
            assert test.parent == ROOT / "tests" / Path(module).parent, test


LIBRARY = {"nearest_at_nodes", "network_from_graph", "network_to_graph", "from_matrix", "clinics"}
"""Functions for those who import the engine, which the program itself does not need."""


def uses_in(tree: ast.AST) -> Counter[str]:
    """How often each name is used: read, as an attribute, a keyword, or in a string that is a name."""
    uses: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            uses[node.id] += 1
        elif isinstance(node, ast.Attribute):
            uses[node.attr] += 1
        elif isinstance(node, ast.keyword) and node.arg:
            uses[node.arg] += 1
        elif isinstance(node, ast.alias) and node.asname:
            uses[node.name] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            uses[node.value] += 1
    return uses


def test_every_public_function_and_class_has_a_caller():
    """What only tests call is not part of the program; commands and paths are called from outside."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
    docs = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "docs").glob("*.py")]
    uses: Counter[str] = sum((uses_in(tree) for tree in (*trees.values(), *docs)), Counter())
    idle = {
        f"{name_of(path)}.{node.name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith(("_", "handle_"))
        and not node.decorator_list
        and uses[node.name] == 0
        and node.name not in LIBRARY
    }
    assert idle == set()


ENGINE = (
    "geo.network.network",
    "geo.network.build",
    "geo.network.snap",
    "geo.network.profiles",
    "geo.search.reach",
    "geo.search.isochrones",
    "geo.coordinates.crs",
)
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
    program = f"import sys, {', '.join(ENGINE)}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not set(NOT_NEEDED_BY_THE_ENGINE) & set(run.stdout.split())


def test_rooms_are_named_from_left_to_right():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    places = [text.index(f"`{room}/`") for room in ROOMS]
    assert all(left < right for left, right in pairwise(places))
