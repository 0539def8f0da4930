"""Networks kept on disk: built once, equal when opened again, and built again when damaged."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from geo.errors import InputError
from geo.network.network import StreetNetwork, array_fields
from layers.catalogue.profiles import read_profile
from layers.osm import streets as module
from layers.osm.streets import default_cache, hours_of_streets, open_network, state_of_streets
from tests.support.town import environment, streets

WALK = read_profile("walk")
BICYCLE = read_profile("bicycle")


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(streets(), "utf-8")
    return path


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def sound(extract, tmp_path):
    """The town's network, kept where nothing is damaged: what is mapped must not be cut short."""
    return open_network(extract, WALK, cache=tmp_path / "sound")


@pytest.fixture
def no_building(monkeypatch):
    """Make every attempt to build a network fail."""

    def fail(*_args):
        pytest.fail("the network was built again")

    monkeypatch.setattr(module, "read_streets", fail)


def arrays(network: StreetNetwork) -> dict[str, np.ndarray]:
    found = {name: getattr(network, name) for name in array_fields()}
    for way in ("outward", "inward"):
        adjacency = getattr(network, way)
        found |= {
            f"{way}_{field.name}": getattr(adjacency, field.name) for field in dataclasses.fields(adjacency)
        }
    return found


def assert_equal(one: StreetNetwork, two: StreetNetwork) -> None:
    for name, array in arrays(one).items():
        np.testing.assert_array_equal(array, arrays(two)[name], err_msg=name, strict=True)
    for name in ("metres_per_second", "metric_crs", "profile", "symmetric"):
        assert getattr(one, name) == getattr(two, name)


def stored(cache: Path) -> Path:
    [folder] = (path for path in cache.iterdir() if path.is_dir())
    return folder


@pytest.mark.parametrize("profile", [WALK, BICYCLE], ids=lambda profile: profile.id)
def test_a_stored_network_equals_the_built_one(extract, cache, profile):
    from geo.network.build import network_from_streets
    from layers.osm.streets_read import read_streets

    built = network_from_streets(read_streets(extract), profile)
    open_network(extract, profile, cache=cache)
    assert_equal(open_network(extract, profile, cache=cache), built)


def test_the_second_opening_builds_nothing(extract, cache, request):
    first = open_network(extract, WALK, cache=cache)
    request.getfixturevalue("no_building")
    assert_equal(open_network(extract, WALK, cache=cache), first)


def test_a_stored_network_is_mapped_and_read_only(extract, cache):
    open_network(extract, WALK, cache=cache)
    network = open_network(extract, WALK, cache=cache)
    assert isinstance(network.node_lon, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        network.node_lon[0] = 0


def test_another_name_of_the_same_content_is_the_same_network(extract, cache, request):
    open_network(extract, WALK, cache=cache)
    request.getfixturevalue("no_building")
    open_network(extract.rename(extract.with_name("other.osm")), WALK, cache=cache)


def test_another_content_is_another_network(extract, cache):
    open_network(extract, WALK, cache=cache)
    extract.write_text(streets(side=3), "utf-8")
    assert open_network(extract, WALK, cache=cache).node_count < 12
    assert len(list(cache.iterdir())) == 2


def test_another_speed_is_another_network(extract, cache):
    slow = dataclasses.replace(WALK, speed_kph=1.8)
    fast_ms = open_network(extract, WALK, cache=cache).edge_forward_ms.sum()
    assert open_network(extract, slow, cache=cache).edge_forward_ms.sum() == pytest.approx(
        2 * fast_ms, rel=1e-4
    )


def test_the_environment_moves_the_cache(extract, tmp_path, monkeypatch):
    monkeypatch.setenv("LIFECIRCLE_CACHE", str(tmp_path / "mine"))
    open_network(extract, WALK)
    assert default_cache() == tmp_path / "mine"
    assert len(list((tmp_path / "mine").iterdir())) == 1


# Damage --------------------------------------------------------------------------------------------


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 4
    path.write_bytes(data)


DAMAGES = {
    "an array is gone": lambda folder: (folder / "edge_metres.npy").unlink(),
    "an array is empty": lambda folder: (folder / "edge_metres.npy").write_bytes(b""),
    "an array is cut short": lambda folder: (folder / "edge_metres.npy").write_bytes(
        (folder / "edge_metres.npy").read_bytes()[:-8]
    ),
    "an array is text": lambda folder: (folder / "edge_metres.npy").write_text("nonsense"),
    "an array is another": lambda folder: (folder / "edge_source.npy").write_bytes(
        (folder / "edge_target.npy").read_bytes()
    ),
    "a figure is flipped": lambda folder: flip(folder / "edge_metres.npy", -1),
    **{
        f"byte {at} of a header is flipped": lambda folder, at=at: flip(folder / "edge_metres.npy", at)
        for at in (0, 6, 8, 10, 22, 34, 60, 70)
    },
    "the facts are gone": lambda folder: (folder / "network.json").unlink(),
    "the facts are empty": lambda folder: (folder / "network.json").write_bytes(b""),
    "the facts are no JSON": lambda folder: (folder / "network.json").write_bytes(b"\xff\x00{"),
    "the facts are a list": lambda folder: (folder / "network.json").write_text("[]"),
    "the facts are another table": lambda folder: (folder / "network.json").write_text('{"facts": 1}'),
    "the folder is empty": lambda folder: [path.unlink() for path in folder.iterdir()],
    "the folder is a file": lambda folder: (
        [path.unlink() for path in folder.iterdir()],
        folder.rmdir(),
        folder.touch(),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_network_is_built_again_and_is_equal(extract, cache, sound, damage):
    open_network(extract, WALK, cache=cache)
    damage(stored(cache))
    assert_equal(open_network(extract, WALK, cache=cache), sound)


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name != "the folder is a file"])
def test_a_damaged_network_is_mended_for_the_next_time(extract, cache, damage, request):
    open_network(extract, WALK, cache=cache)
    DAMAGES[damage](stored(cache))
    open_network(extract, WALK, cache=cache)
    request.getfixturevalue("no_building")
    open_network(extract, WALK, cache=cache)


@pytest.mark.parametrize("fact", ["metres_per_second", "metric_crs", "profile", "symmetric"])
def test_a_fact_that_was_changed_is_not_believed(extract, cache, sound, fact):
    open_network(extract, WALK, cache=cache)
    path = stored(cache) / "network.json"
    record = json.loads(path.read_text())
    record["facts"][fact] = 9 if fact == "metres_per_second" else ""
    path.write_text(json.dumps(record))
    assert_equal(open_network(extract, WALK, cache=cache), sound)


def test_a_cache_that_cannot_be_written_costs_only_the_cache(extract, tmp_path):
    (tmp_path / "file").touch()
    network = open_network(extract, WALK, cache=tmp_path / "file" / "cache")
    assert network.edge_count == 20


def test_a_failed_write_leaves_nothing(extract, cache, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.np, "save", full)
    assert open_network(extract, WALK, cache=cache).edge_count == 20
    assert list(cache.iterdir()) == []


def test_an_interrupted_write_leaves_nothing(extract, cache, monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(module.np, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_network(extract, WALK, cache=cache)
    assert list(cache.iterdir()) == []


def test_an_extract_that_is_not_there(cache, tmp_path):
    with pytest.raises(InputError, match=r"gone.osm.pbf: the extract is not there"):
        open_network(tmp_path / "gone.osm.pbf", WALK, cache=cache)


def test_streets_that_nobody_may_use(extract, cache):
    extract.write_text(streets().replace("residential", "motorway"), "utf-8")
    with pytest.raises(InputError, match="no street may be used by the profile walk"):
        open_network(extract, WALK, cache=cache)


# Two at once ---------------------------------------------------------------------------------------


BUILD = """
import sys, time
from pathlib import Path
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network
while time.time() < float(sys.argv[3]):
    pass
network = open_network(Path(sys.argv[1]), read_profile("walk"), cache=Path(sys.argv[2]))
print(network.edge_metres.sum(), network.edge_count)
"""


def test_two_processes_building_at_once_agree_and_leave_one_network(helsinki, cache):
    import time

    start = str(time.time() + 6)
    command = [sys.executable, "-c", BUILD, str(helsinki), str(cache), start]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment()}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert said[0] == said[1]
    assert not stored(cache).name.startswith(".")
    assert_equal(
        open_network(helsinki, WALK, cache=cache),
        open_network(helsinki, WALK, cache=cache.with_name("alone")),
    )


def test_a_sound_network_of_another_process_stays(extract, cache):
    network = open_network(extract, WALK, cache=cache)
    before = {path.name: path.stat().st_ino for path in stored(cache).iterdir()}
    module._store(network, stored(cache))
    assert {path.name: path.stat().st_ino for path in stored(cache).iterdir()} == before


# Hours ---------------------------------------------------------------------------------------------


NOON, NIGHT = datetime(2026, 11, 17, 12), datetime(2026, 11, 17, 23)
PLAIN = '<tag k="highway" v="residential"/></way>'
CLOSED_AT_NIGHT = '<tag k="access:conditional" v="no @ (22:00-06:00)"/>' + PLAIN


@pytest.fixture
def with_hours(tmp_path):
    """The town, its first street closed at night."""
    path = tmp_path / "hours.osm"
    path.write_text(streets().replace(PLAIN, CLOSED_AT_NIGHT, 1), "utf-8")
    return path


def kept(cache) -> int:
    return sum(path.is_dir() for path in cache.iterdir())


def test_a_street_closed_at_night_is_not_passed_then(with_hours, cache):
    by_day = open_network(with_hours, WALK, moment=NOON, cache=cache)
    by_night = open_network(with_hours, WALK, moment=NIGHT, cache=cache)
    assert by_day.street_metres - by_night.street_metres == pytest.approx(300, abs=1)
    assert_equal(open_network(with_hours, WALK, moment=NIGHT, cache=cache), by_night)


def test_hours_at_which_nothing_else_is_closed_share_a_network(with_hours, cache):
    for moment in (None, NOON, NOON.replace(hour=15), NIGHT, NIGHT.replace(minute=30)):
        open_network(with_hours, WALK, moment=moment, cache=cache)
    assert kept(cache) == 2
    assert state_of_streets(with_hours, WALK, moment=NOON, cache=cache) == ""
    assert state_of_streets(with_hours, WALK, moment=NIGHT, cache=cache) != ""


def test_streets_without_hours_are_the_same_at_any_hour(extract, cache):
    for moment in (None, NIGHT):
        open_network(extract, WALK, moment=moment, cache=cache)
    assert kept(cache) == 1
    assert hours_of_streets(extract, cache=cache).total == 0


def test_hours_are_read_once(with_hours, cache, request):
    open_network(with_hours, WALK, moment=NIGHT, cache=cache)
    request.getfixturevalue("no_building")
    assert hours_of_streets(with_hours, cache=cache).total == 1
    open_network(with_hours, WALK, moment=NIGHT.replace(hour=22, minute=5), cache=cache)


@pytest.mark.parametrize("damage", ["", "[]", '{"hours": [], "checksum": 1}', "\x00"])
def test_damaged_hours_are_read_again(with_hours, cache, damage):
    open_network(with_hours, WALK, moment=NIGHT, cache=cache)
    [path] = cache.glob("*.json")
    path.write_text(damage, "utf-8")
    assert hours_of_streets(with_hours, cache=cache).total == 1
