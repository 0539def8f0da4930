"""What is read from an extract beside its streets, kept on disk: barriers, and where the streets stop."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.joins.barriers import Barriers
from geo.types import Floats
from layers.osm.barriers import read_barriers
from layers.osm.ends import read_street_ends
from layers.osm.streets import default_cache
from layers.read.digest import file_sha256

MOST_KEPT = 32
"""So many files are kept in a cache, those used last: an extract has two of some megabytes at most."""

_FORMAT = 1
"""Raised whenever what is stored, or how it is read from an extract, changes its meaning."""

_SUFFIX = ".beside.npz"

_Arrays = Mapping[str, npt.NDArray[np.generic]]


def barriers_of(extract: Path, *, cache: Path | None = None) -> Barriers:
    """Return the barriers of an extract, read at most once for its content.

    Parameters
    ----------
    extract
        An OpenStreetMap extract.
    cache
        Where they are kept; `layers.osm.streets.default_cache` where left out.

    Raises
    ------
    InputError
        Where the extract is absent, damaged or of another kind.
    """

    def read() -> _Arrays:
        found = read_barriers(extract)
        return {"lines": found.lines, "kind": found.kind, "openings": found.openings}

    arrays = _kept(extract, "barriers", ("lines", "kind", "openings"), read, cache)
    return Barriers(
        lines=arrays["lines"].astype(np.float64, copy=False),
        kind=arrays["kind"].astype(np.uint16, copy=False),
        openings=arrays["openings"].astype(np.float64, copy=False),
    )


def street_ends_of(extract: Path, *, cache: Path | None = None) -> Floats:
    """Return where the streets of an extract stop because it was cut, read at most once for its content.

    Raises
    ------
    InputError
        Where the extract is absent, damaged or of another kind.
    """
    arrays = _kept(extract, "ends", ("places",), lambda: {"places": read_street_ends(extract)}, cache)
    return arrays["places"].astype(np.float64, copy=False)


def _kept(
    extract: Path, what: str, names: tuple[str, ...], read: Callable[[], _Arrays], cache: Path | None
) -> _Arrays:
    """Return stored arrays; what is not there, or damaged, is read again and stored."""
    try:
        content = file_sha256(extract)
    except OSError:
        # The reader says what is wrong with the file.
        return read()
    folder = cache or default_cache()
    key = hashlib.sha256(f"{_FORMAT}|{content}|{what}".encode()).hexdigest()[:32]
    path = folder / f"{key}{_SUFFIX}"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            # Each member of the archive carries a CRC-32, which is checked while it is read.
            arrays = {name: stored[name] for name in names}
        os.utime(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        arrays = dict(read())
        _store(path, arrays)
    return arrays


def _store(path: Path, arrays: _Arrays) -> None:
    """Write beside the place and move there; a full disk costs only the cache."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(beside, allow_pickle=False, **arrays)
        beside.replace(path)
        others = sorted(path.parent.glob(f"*{_SUFFIX}"), key=lambda each: each.stat().st_mtime)
        for old in others[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
