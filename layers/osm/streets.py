"""A street network from an extract, kept on disk and opened memory-mapped."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from geo.cache import cache_folder
from geo.errors import Fault, InputError, because
from geo.network.arrays import Adjacency
from geo.network.build import network_from_streets
from geo.network.contraction.hierarchy import Hierarchy
from geo.network.network import StreetNetwork, array_fields
from geo.network.profiles import Profile
from geo.network.streets import StreetGraph, Tags
from geo.text import Text
from layers.hours.opening import Holidays
from layers.osm.conditions import has_hours, streets_at, tags_at
from layers.osm.elevation import read_elevation_model, streets_on_ground
from layers.osm.streets_read import read_streets
from layers.read.digest import file_sha256

_FORMAT = 8
"""Raised whenever the stored arrays change their meaning."""


Part = TypeVar("Part", Adjacency, Hierarchy)


def default_cache() -> Path:
    """Return the folder in which built networks are kept; ``LIFECIRCLE_CACHE`` moves it."""
    return cache_folder("networks")


def open_network(
    extract: Path,
    profile: Profile,
    *,
    elevation: Path | None = None,
    moment: datetime | None = None,
    holidays: Holidays = "CN",
    cache: Path | None = None,
) -> StreetNetwork:
    """Return the network of `profile` over the streets of `extract`, built at most once.

    The stored network is named by the content of the extract, that of the file of elevations where
    the profile heeds slopes, the profile, which conditional ways are closed, and the version of the
    format. One that is incomplete or damaged is built again. Two processes may build at once: each writes
    beside, and whichever is first stays.

    Parameters
    ----------
    extract
        An OpenStreetMap extract.
    profile
        Who travels.
    elevation
        A GeoTIFF of elevations in metres (`layers.osm.elevation`); without it streets are level.
    moment
        When: ways and gates that are closed then are not passed. Without it only those are closed that
        are closed all the time.
    holidays
        Whose public holidays ``PH`` means.
    cache
        Where built networks are kept; `default_cache` where left out.

    Raises
    ------
    InputError
        When the extract or the elevations cannot be read, or no street in it may be used by this
        profile.
    """
    ground = elevation if profile.slope != "none" else None
    state = state_of_streets(extract, profile, moment=moment, holidays=holidays, cache=cache)
    folder = (cache or default_cache()) / _key(extract, profile, ground, state)
    stored = _load(folder)
    if stored is not None:
        return stored
    streets = read_streets(extract)
    hours = _hours_in(streets)
    if hours.total:
        _store_hours(_hours_path(extract, cache), hours)
    streets = streets_at(streets, profile.access_keys, moment, holidays=holidays)
    streets = streets if ground is None else streets_on_ground(streets, ground)
    try:
        network = network_from_streets(streets, profile)
    except ValueError as error:
        raise InputError([_nothing_usable(extract, profile)]) from error
    _store(network, folder)
    return _load(folder) or network


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetHours:
    """What an extract says of hours: distinct tags of ways and gates that have some, and how many of each."""

    tags: tuple[Tags, ...]
    count: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many ways and gates have hours."""
        return sum(self.count)


def hours_of_streets(extract: Path, *, cache: Path | None = None) -> StreetHours:
    """Return which ways and gates of an extract are open at some hours only, from the cache where it knows.

    Raises
    ------
    InputError
        When the extract cannot be read.
    """
    path = _hours_path(extract, cache)
    try:
        record = json.loads(path.read_text("utf-8"))
        if _facts_checksum(record["hours"]) == record["checksum"]:
            return StreetHours(
                tags=tuple(tags for tags, _ in record["hours"]), count=tuple(n for _, n in record["hours"])
            )
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = _hours_in(read_streets(extract))
    _store_hours(path, found)
    return found


def state_of_streets(
    extract: Path,
    profile: Profile,
    *,
    moment: datetime | None,
    holidays: Holidays = "CN",
    cache: Path | None = None,
) -> str:
    """Return a name for what is closed at a moment; empty where it is as without a moment.

    Raises
    ------
    InputError
        When the extract cannot be read.
    """
    if moment is None:
        return ""
    hours = hours_of_streets(extract, cache=cache)
    then, ever = (
        [tags_at(tags, profile.access_keys, when, holidays=holidays) for tags in hours.tags]
        for when in (moment, None)
    )
    return "" if then == ever else hashlib.sha256(repr(then).encode()).hexdigest()[:12]


def _hours_in(streets: StreetGraph) -> StreetHours:
    with_hours = [code for code, tags in enumerate(streets.tag_sets) if has_hours(tags)]
    own = np.ones(streets.way_id.size, bool) if streets.way_is_across is None else ~streets.way_is_across
    codes = np.concatenate([streets.way_tags[own], streets.tagged_node_tags])
    used = np.bincount(codes, minlength=len(streets.tag_sets)).tolist()
    return StreetHours(
        tags=tuple(dict(streets.tag_sets[code]) for code in with_hours),
        count=tuple(used[code] for code in with_hours),
    )


def _hours_path(extract: Path, cache: Path | None) -> Path:
    name = hashlib.sha256(f"{_FORMAT}|{_content(extract)}|hours".encode()).hexdigest()[:32]
    return (cache or default_cache()) / f"{name}.json"


def _store_hours(path: Path, hours: StreetHours) -> None:
    """Write beside its place and move there; a full disk costs only the cache."""
    said = [[dict(tags), count] for tags, count in zip(hours.tags, hours.count, strict=True)]
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"hours": said, "checksum": _facts_checksum(said)}), "utf-8")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


def _content(extract: Path) -> str:
    try:
        return file_sha256(extract)
    except OSError as error:
        raise InputError([_missing(extract, error)]) from error


def _key(extract: Path, profile: Profile, ground: Path | None, state: str) -> str:
    content = _content(extract)
    facts = repr([(f.name, _plain(getattr(profile, f.name))) for f in dataclasses.fields(profile)])
    if ground is not None:
        # The model too: a file beside the GeoTIFF (.tfw, .aux.xml) may say where it lies.
        facts += f"|{read_elevation_model(ground)}|{file_sha256(ground)}"
    return hashlib.sha256(f"{_FORMAT}|{content}|{facts}|{state}".encode()).hexdigest()[:32]


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return sorted(value.items()) if hasattr(value, "items") else value


def _store(network: StreetNetwork, folder: Path) -> None:
    """Write all arrays beside their place and move them there whole; a full disk costs only the cache."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    except OSError:
        return
    try:
        for name, array in _arrays(network).items():
            np.save(beside / f"{name}.npy", array)
        facts = {
            "symmetric": network.symmetric,
            "metres_per_second": network.metres_per_second,
            "metric_crs": network.metric_crs,
            "profile": network.profile,
            "checksums": {name: _file_checksum(beside / f"{name}.npy") for name in _arrays(network)},
        }
        record = {"facts": facts, "checksum": _facts_checksum(facts)}
        (beside / "network.json").write_text(json.dumps(record), "utf-8")
        _move(beside, folder)
    except OSError:
        pass
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _move(beside: Path, folder: Path) -> None:
    """Move a stored network to its place, unless a sound one of another process is there already."""
    try:
        beside.rename(folder)
    except OSError:
        if _load(folder) is None:
            shutil.rmtree(folder, ignore_errors=True)
            beside.rename(folder)


def _load(folder: Path) -> StreetNetwork | None:
    """Open a stored network; None when it is not there, or not what was written."""
    try:
        record = json.loads((folder / "network.json").read_text("utf-8"))
        facts = record["facts"]
        if _facts_checksum(facts) != record["checksum"]:
            return None
        sums: dict[str, int] = facts["checksums"]
        if any(_file_checksum(folder / f"{name}.npy") != sums[name] for name in sums):
            return None
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in sums}
        if facts["symmetric"]:
            arrays |= {name.replace("outward", "inward"): arrays[name] for name in sums if "outward" in name}
        outward = _part(Adjacency, arrays, "outward")
        return StreetNetwork(
            **{name: arrays[name] for name in array_fields()},
            outward=outward,
            inward=outward if facts["symmetric"] else _part(Adjacency, arrays, "inward"),
            hierarchy=_part(Hierarchy, arrays, "hierarchy"),
            metres_per_second=facts["metres_per_second"],
            metric_crs=facts["metric_crs"],
            profile=facts["profile"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _arrays(network: StreetNetwork) -> dict[str, np.ndarray]:
    arrays = {name: getattr(network, name) for name in array_fields()}
    parts: dict[str, Adjacency | Hierarchy] = {
        "outward": network.outward,
        "inward": network.inward,
        "hierarchy": network.hierarchy,
    }
    for part, held in parts.items():
        for field in dataclasses.fields(held):
            arrays[f"{part}_{field.name}"] = getattr(held, field.name)
    if network.symmetric:
        return {name: array for name, array in arrays.items() if "inward" not in name}
    return arrays


def _part(kind: type[Part], arrays: dict[str, np.ndarray], part: str) -> Part:
    return kind(**{field.name: arrays[f"{part}_{field.name}"] for field in dataclasses.fields(kind)})


def _file_checksum(path: Path) -> int:
    """Return a checksum against damage; CRC-32 reads several GB a second, so opening stays instant."""
    return zlib.crc32(np.memmap(path, np.uint8, mode="r").data)


def _facts_checksum(facts: object) -> int:
    return zlib.crc32(json.dumps(facts, sort_keys=True).encode())


def _missing(extract: Path, error: OSError) -> Fault:
    return Fault(
        because(Text("the extract is not there or cannot be opened", "找不到路网文件或无法打开"), error),
        Text("Check streets.extract in the study", "请检查项目文件中的 streets.extract"),
        source=extract.name,
        code="extract-missing",
    )


def _nothing_usable(extract: Path, profile: Profile) -> Fault:
    return Fault(
        Text(f"no street may be used by the profile {profile.id}", f"没有“{profile.name.zh}”可用的道路"),
        Text("Choose another profile or another extract", "请更换出行方式或路网文件"),
        source=extract.name,
        code="extract-no-usable-street",
    )
