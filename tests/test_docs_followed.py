"""The pages of the documentation followed word for word: their files, commands and snippets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support.pages import blocks, follow
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
HAND_WRITTEN = sorted(
    page
    for page in DOCS.rglob("*.md")
    if page.name not in ("study.md", "cli.md", "streets.md", "standards.md", "api.md", "results.md")
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
