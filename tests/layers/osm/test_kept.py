"""What is read from an extract beside its streets is read once."""

from __future__ import annotations

import os

import numpy as np
import pytest

from layers.osm import kept
from layers.osm.barriers import read_barriers
from layers.osm.kept import barriers_of, street_ends_of

WALL = """<osm version="0.6"><node id="1" lat="0" lon="0"/><node id="2" lat="0" lon="0.001"/>
<node id="3" lat="0.001" lon="0"><tag k="barrier" v="gate"/></node>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="barrier" v="wall"/></way></osm>"""


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(WALL, "utf-8")
    return path


@pytest.fixture
def reads(monkeypatch):
    """How often an extract was read."""
    count = []

    def counted(extract):
        count.append(extract)
        return read_barriers(extract)

    monkeypatch.setattr(kept, "read_barriers", counted)
    return count


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("lines", "kind", "openings")
    )


def test_barriers_are_read_once_and_again_when_the_file_changes(tmp_path, extract, reads):
    cache = tmp_path / "cache"
    found = [barriers_of(extract, cache=cache) for _ in range(3)]
    assert same(found[0], found[2])
    assert same(found[0], read_barriers(extract))
    assert len(reads) == 1
    extract.write_text(WALL.replace('lon="0.001"', 'lon="0.002"'), "utf-8")
    assert not same(barriers_of(extract, cache=cache), found[0])
    assert len(reads) == 2


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-30], lambda raw: raw[:200] + b"\0" * 8 + raw[208:], lambda _: b""]
)
def test_a_damaged_file_is_made_again(tmp_path, extract, reads, damage):
    cache = tmp_path / "cache"
    found = barriers_of(extract, cache=cache)
    (file,) = cache.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert same(barriers_of(extract, cache=cache), found)
    assert len(reads) == 2
    assert [each.name for each in cache.iterdir()] == [file.name]


def test_the_cache_keeps_what_was_used_last(tmp_path, extract, monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    cache = tmp_path / "cache"
    for number in range(4):
        extract.write_text(WALL.replace('lon="0.001"', f'lon="0.01{number}"'), "utf-8")
        barriers_of(extract, cache=cache)
        for age, file in enumerate(sorted(cache.iterdir(), key=lambda each: each.stat().st_mtime)):
            os.utime(file, (1000.0 + age, 1000.0 + age))
    assert len(list(cache.iterdir())) == 2


def test_a_folder_that_cannot_be_written_to_costs_only_the_cache(tmp_path, extract):
    (tmp_path / "file").write_text("")
    assert len(barriers_of(extract, cache=tmp_path / "file" / "below")) == 2
    assert street_ends_of(extract, cache=tmp_path / "file" / "below").shape == (0, 2)
