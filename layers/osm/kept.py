"""What is read from an extract beside its streets, kept on disk: barriers, ends, entered buildings, names."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84
from geo.joins.barriers import Barriers
from geo.types import Floats
from layers.osm.barriers import read_barriers
from layers.osm.basemap import read_named_streets
from layers.osm.ends import read_street_ends
from layers.osm.entrances import read_entered_buildings
from layers.osm.streets import default_cache
from layers.read.digest import file_sha256

MOST_KEPT = 48
"""So many files are kept in a cache, those used last: an extract has four of some megabytes at most."""

_FORMAT = 2
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


def entered_buildings_of(extract: Path, *, cache: Path | None = None) -> npt.NDArray[np.object_]:
    """Return the buildings of an extract whose doors are mapped, read at most once for its content.

    Returns
    -------
    array of shapely.Polygon
        In degrees of WGS84.

    Raises
    ------
    InputError
        Where the extract is absent or damaged.
    """

    def read() -> _Arrays:
        rings, owner = shapely.get_rings(read_entered_buildings(extract), return_index=True)
        vertices, ring = shapely.get_coordinates(rings, return_index=True)
        return {"vertices": vertices, "ring": ring.astype(np.int64), "owner": owner.astype(np.int64)}

    arrays = _kept(extract, "entered buildings", ("vertices", "ring", "owner"), read, cache)
    vertices = arrays["vertices"].astype(np.float64, copy=False)
    if not len(vertices):
        return np.empty(0, dtype=object)
    rings = shapely.linearrings(vertices, indices=arrays["ring"])
    shapes: npt.NDArray[np.object_] = shapely.polygons(rings, indices=arrays["owner"])
    return shapes


def named_streets_of(extract: Path, *, language: str = "", cache: Path | None = None) -> gpd.GeoDataFrame:
    """Return the streets of an extract that have a name, read at most once for its content.

    Returns
    -------
    geopandas.GeoDataFrame
        ``class, name, geometry``; lines in EPSG:4326.

    Raises
    ------
    InputError
        Where the extract is absent or damaged.
    """

    def read() -> _Arrays:
        found = read_named_streets(extract, language=language)
        parts, owner = shapely.get_parts(found.geometry.to_numpy(), return_index=True)
        vertices, line = shapely.get_coordinates(parts, return_index=True)
        return {
            "vertices": vertices,
            "line": line.astype(np.int64),
            "class": found["class"].to_numpy(dtype=np.str_)[owner],
            "name": found["name"].to_numpy(dtype=np.str_)[owner],
        }

    arrays = _kept(extract, f"street names {language}", ("vertices", "line", "class", "name"), read, cache)
    vertices, line = arrays["vertices"].astype(np.float64, copy=False), arrays["line"]
    shapes = shapely.linestrings(vertices, indices=line) if len(vertices) else np.empty(0, dtype=object)
    columns = {
        "class": pd.Series(arrays["class"], dtype="str"),
        "name": pd.Series(arrays["name"], dtype="object"),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=WGS84))


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
