"""A street network from an extract, kept on disk and opened memory-mapped."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import TypeVar

import numpy as np
import platformdirs

from geo.errors import Fault, InputError
from geo.network.adjacency import Adjacency
from geo.network.build import network_from_streets
from geo.network.hierarchy import Hierarchy
from geo.network.network import StreetNetwork, array_fields
from geo.network.profiles import Profile
from geo.text import Text
from layers.osm.elevation import read_elevation_model, streets_on_ground
from layers.osm.streets_read import read_streets
from layers.read.digest import file_sha256

_FORMAT = 6
"""Raised whenever the stored arrays change their meaning."""


Part = TypeVar("Part", Adjacency, Hierarchy)


def default_cache() -> Path:
    """Return the folder in which built networks are kept; ``LIFECIRCLE_CACHE`` moves it."""
    chosen = os.environ.get("LIFECIRCLE_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("lifecircle")) / "networks"


def open_network(
    extract: Path, profile: Profile, *, elevation: Path | None = None, cache: Path | None = None
) -> StreetNetwork:
    """Return the network of `profile` over the streets of `extract`, built at most once.

    The stored network is named by the content of the extract, that of the file of elevations where
    the profile heeds slopes, the profile, and the version of the format. One that is incomplete or
    damaged is built again. Two processes may build at once: each writes beside, and whichever is
    first stays.

    Parameters
    ----------
    extract
        An OpenStreetMap extract.
    profile
        Who travels.
    elevation
        A GeoTIFF of elevations in metres (`layers.osm.elevation`); without it streets are level.
    cache
        Where built networks are kept; `default_cache` where left out.

    Raises
    ------
    InputError
        When the extract or the elevations cannot be read, or no street in it may be used by this
        profile.
    """
    ground = elevation if profile.slope != "none" else None
    folder = (cache or default_cache()) / _key(extract, profile, ground)
    stored = _load(folder)
    if stored is not None:
        return stored
    streets = read_streets(extract)
    streets = streets if ground is None else streets_on_ground(streets, ground)
    try:
        network = network_from_streets(streets, profile)
    except ValueError as error:
        raise InputError([_nothing_usable(extract, profile)]) from error
    _store(network, folder)
    return _load(folder) or network


def _key(extract: Path, profile: Profile, ground: Path | None) -> str:
    try:
        content = file_sha256(extract)
    except OSError as error:
        raise InputError([_missing(extract, error)]) from error
    facts = repr([(f.name, _plain(getattr(profile, f.name))) for f in dataclasses.fields(profile)])
    if ground is not None:
        # The model too: a file beside the GeoTIFF (.tfw, .aux.xml) may say where it lies.
        facts += f"|{read_elevation_model(ground)}|{file_sha256(ground)}"
    return hashlib.sha256(f"{_FORMAT}|{content}|{facts}".encode()).hexdigest()[:32]


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
        Text("the extract is not there or cannot be opened", "找不到路网文件或无法打开"),
        Text("Check streets.extract in the study", "请检查 study 中的 streets.extract"),
        source=extract.name,
        value=error.strerror or str(error),
        code="extract-missing",
    )


def _nothing_usable(extract: Path, profile: Profile) -> Fault:
    return Fault(
        Text(f"no street may be used by the profile {profile.id}", f"没有 {profile.id} 可用的道路"),
        Text("Choose another profile or another extract", "请更换出行方式或路网文件"),
        source=extract.name,
        code="extract-no-usable-street",
    )
