"""The pages of the documentation followed word for word: their files, commands and snippets."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.pages import blocks, follow
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
MADE = ("study.md", "cli.md", "streets.md", "standards.md", "api.md", "results.md", "reference.md")
HAND_WRITTEN = sorted(
    page
    for page in DOCS.rglob("*.md")
    if page.name
    not in ("study.md", "cli.md", "streets.md", "standards.md", "api.md", "results.md", "reference.md")
)
FOLLOWED = [
    page for page in HAND_WRITTEN if any(b.language in ("sh", "python") for b in blocks(page.read_text()))
]


def name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


@pytest.mark.slow
@pytest.mark.parametrize("page", FOLLOWED, ids=name)
def test_a_page_can_be_followed_word_for_word(page, tmp_path, helsinki):
    follow(page, tmp_path, helsinki)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("notebook", sorted(DOCS.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(notebook, tmp_path, helsinki, monkeypatch):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    shutil.copyfile(helsinki, tmp_path / "city.osm.pbf")
    found = nbformat.read(notebook, as_version=4)
    done = nbclient.NotebookClient(
        found, timeout=600, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert all(cell["execution_count"] for cell in done.cells if cell.cell_type == "code")


@pytest.mark.slow
def test_the_site_asks_nobody_for_anything(tmp_path):
    """No fonts, scripts or styles from elsewhere: it is read without a network."""
    pytest.importorskip("mkdocs")
    build = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--strict",
        "--site-dir",
        str(tmp_path / "site"),
    ]
    subprocess.run(build, cwd=ROOT, check=True)
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text("utf-8")
        loaded = re.findall(r"""<(?:script|img|iframe)[^>]* src=["']?([^"'> ]+)""", text)
        loaded += re.findall(r"""<link[^>]* href=["']?([^"'> ]+\.css)""", text)
        assert not [address for address in loaded if address.startswith(("http", "//"))], page


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=name)
def test_every_table_of_settings_on_a_page_is_toml(page):
    for block in blocks(page.read_text("utf-8")):
        if block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("page", [p for p in HAND_WRITTEN if p.name.endswith(".zh.md")], ids=name)
def test_a_page_in_chinese_has_the_blocks_of_the_english_one(page):
    """What is run is the same; what is said around it is not compared."""
    english = page.with_name(page.name.replace(".zh.md", ".md")).read_text("utf-8")
    own = page.read_text("utf-8")
    kept = ("sh", "csv", "toml", "python")
    both = [[b.text for b in blocks(text) if b.language in kept] for text in (own, english)]
    assert both[0] == both[1]
