"""Ways of an extract in bulk: osmium writes them as lines of text, Arrow reads the lines as columns.

A loop over the nodes of every way costs Python a microsecond or two a node, ten times what osmium needs
to decode the file. Written in OSM's own line format, an item never becomes an object of Python's.

Source of the format: https://osmcode.org/opl-file-format.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
import pyarrow as pa
import pyarrow.compute as pc
from osmium import BaseFilter
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import WAY
from pyarrow import csv

Pairs = tuple[tuple[str, str], ...]

_FORMAT = "opl,add_metadata=none,locations_on_ways=true"
_SOME = KeyFilter("bridge", "junction")
_BLOCK_BYTES = 1 << 23
"""Text held at a time, and the longest line: a way has at most 2,000 nodes of some 35 characters."""

_TO_ROWS = bytes.maketrans(b"xy,N", b",,\n\n")
_ESCAPED = re.compile("%([0-9a-f]+)%")
_WRITE_ERRORS = ("Write failed", "Can not write to writer")


class NoRoomError(OSError):
    """The lines cannot be written to where they were to be kept for the moment."""


@dataclass(frozen=True, slots=True)
class WayBatch:
    """Some ways of an extract, in its order.

    Attributes
    ----------
    way_id
        Identifiers of the ways, none without nodes.
    tags, way_tags
        The distinct tags as they are written, and the place of each way's among them.
    """

    way_id: npt.NDArray[np.int64]
    tags: tuple[str, ...]
    way_tags: npt.NDArray[np.int32]
    _nodes: pa.StringArray

    def nodes(self, wanted: npt.NDArray[np.bool_]) -> WayNodes:
        """Return the nodes of the wanted ways."""
        texts = self._nodes.filter(pa.array(wanted))
        return _way_nodes(texts)


@dataclass(frozen=True, slots=True)
class WayNodes:
    """The nodes of ways, end to end; degrees of WGS84, NaN where the extract does not hold the node."""

    count: npt.NDArray[np.int64]
    node_id: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]


def write_ways(
    extract: Path,
    lines: Path,
    wanted: BaseFilter,
    others: Sequence[object] = (),
    *,
    check_places: bool = False,
) -> None:
    """Write the ways of an extract that pass a filter, with the places of their nodes.

    Parameters
    ----------
    extract
        In any format osmium reads.
    lines
        Where to write; some six times the size of the extract where it is a PBF full of streets.
    wanted
        A filter of osmium for ways.
    others
        Further filters and handlers of osmium, for nodes and relations.
    check_places
        Whether to leave out nodes that are not on the globe, which takes Python a look at every node.

    Raises
    ------
    NoRoomError
        When `lines` cannot be written.
    osmium.InvalidLocationError
        When a node is not on the globe.
    RuntimeError
        When the extract cannot be read.
    """
    places = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    places.ignore_errors()
    wanted.enable_for(WAY)
    first = [_OnGlobe()] if check_places else []
    writer = osmium.SimpleWriter(osmium.io.File(str(lines), _FORMAT), overwrite=True)
    try:
        osmium.apply(
            str(extract), *first, wanted, places, *others, EntityFilter(WAY), writer, _SOME, _Pulse()
        )
        writer.close()
    except BaseException as error:
        _abandon(writer)
        if isinstance(error, RuntimeError) and str(error).startswith(_WRITE_ERRORS):
            raise NoRoomError(str(error)) from error
        raise


def _abandon(writer: osmium.SimpleWriter) -> None:
    """Close a writer, or keep it for good: freed after a failure, it would end the process."""
    try:
        writer.close()
    except (RuntimeError, osmium.InvalidLocationError):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))


class _OnGlobe:
    """Lets nodes pass that are somewhere on the globe."""

    def node(self, node: osmium.osm.Node) -> bool:
        """Tell osmium whether to drop a node."""
        return not node.location.valid()


class _Pulse:
    """Called at some ways so that Python notices Ctrl-C, which it cannot while osmium works."""

    def way(self, way: object) -> None:
        """Do nothing."""


def read_ways(lines: Path) -> Iterator[WayBatch]:
    """Yield the ways written by `write_ways`, some 8 MB of text at a time."""
    if not lines.stat().st_size:
        return
    columns = ("way", "tags", "nodes")
    reader = csv.open_csv(
        lines,
        read_options=csv.ReadOptions(column_names=columns, block_size=_BLOCK_BYTES),
        parse_options=csv.ParseOptions(delimiter=" ", quote_char=False),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string())),
    )
    for batch in reader:
        ways = batch.filter(pc.not_equal(batch["nodes"], "N"))
        tags = ways["tags"].dictionary_encode()
        yield WayBatch(
            way_id=pc.utf8_ltrim(ways["way"], "w").cast(pa.int64()).to_numpy(),
            tags=tuple(tags.dictionary.to_pylist()),
            way_tags=tags.indices.to_numpy(),
            _nodes=ways["nodes"],
        )


def pairs(tags: str, keys: frozenset[str]) -> Pairs:
    """Return the tags among `keys`, in the order in which they are written.

    Examples
    --------
    >>> pairs("Tname=Rua%20%Direita,highway=steps,access=yes%2c%no", frozenset({"highway", "access"}))
    (('highway', 'steps'), ('access', 'yes,no'))
    """
    found = []
    for tag in tags[1:].split(","):
        key, _, value = tag.partition("=")
        if key in keys:
            found.append((key, _ESCAPED.sub(_character, value) if "%" in value else value))
    return tuple(found)


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _way_nodes(texts: pa.StringArray) -> WayNodes:
    """Parse lists such as ``Nn1x24.9y60.2,n2xy``, which end to end become rows of three columns."""
    if not len(texts):
        empty = np.empty(0)
        return WayNodes(empty.astype(np.int64), empty.astype(np.int64), empty, empty)
    _, starts, characters = texts.buffers()
    bounds = np.frombuffer(starts, np.int32)[[texts.offset, texts.offset + len(texts)]]
    rows = bytes(characters[slice(*bounds)]).translate(_TO_ROWS, b"n")
    kinds = {"node": pa.int64(), "lon": pa.float64(), "lat": pa.float64()}
    table = csv.read_csv(
        pa.py_buffer(rows),
        read_options=csv.ReadOptions(column_names=list(kinds)),
        convert_options=csv.ConvertOptions(column_types=kinds),
    )
    return WayNodes(
        pc.count_substring(texts, "n").to_numpy().astype(np.int64),
        *(table[name].to_numpy() for name in kinds),
    )
