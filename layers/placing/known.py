"""The places of a layer as other sheets call them: by identifier or by name, as written or made plain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.types import Index
from layers.catalogue.traditional import simplified

NONE, SEVERAL = -1, -2
"""What a name stands for that is not known, and one that stands for several places."""

_LEFT_OUT = re.compile(r"(?<!\d)[\s·•‧]+|[\s·•‧]+(?!\d)")
"""What stands between two digits is kept: 1 2 is not 12."""

_COMPARED = 200
"""Names held against one that is not known, sign by sign: those with the most letters in common."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class KnownPlaces:
    """Every place of one layer, and what it is called.

    Attributes
    ----------
    layer
        Id of the layer.
    ids, names
        Of each place: the id of its row in the frames, and its name or None.
    geometry
        Points or polygons in WGS84, a row for each place.
    written, plain
        From a name or an identifier to the place's row here; `SEVERAL` where several places are so called.
    """

    layer: str
    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    geometry: gpd.GeoSeries
    written: Mapping[str, int]
    plain: Mapping[str, int]

    def find(self, name: str) -> int:
        """Return the row of the place so called, exactly or else made plain; `NONE` or `SEVERAL`."""
        stripped = name.strip()
        if stripped in self.written:
            return self.written[stripped]
        return self.plain.get(plain_name(stripped), NONE)

    def nearest(self, names: Iterable[str], *, count: int = 3) -> list[tuple[str, ...]]:
        """Return for each name that is not known the names that look most like it, the likest first."""
        by_plain = {plain_name(each): each for each in (str(name) for name in self.names if name is not None)}
        plain = np.array([*by_plain], dtype=object)
        lengths = np.array([len(each) for each in plain], dtype=np.int64)
        letters = _rows_by_letter(plain)
        found = []
        for name in names:
            asked = plain_name(name)[:80]
            rows = [letters[each] for each in set(asked) if each in letters]
            shared = np.bincount(np.concatenate([np.empty(0, np.int64), *rows]), minlength=len(plain))
            likely = np.argsort(-shared / (len(asked) + lengths + 1), kind="stable")[:_COMPARED]
            close = get_close_matches(asked, plain[likely], n=count, cutoff=0.4)
            found.append(tuple(by_plain[each] for each in close))
        return found


def _rows_by_letter(names: Iterable[str]) -> dict[str, Index]:
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        for letter in set(name):
            rows.setdefault(letter, []).append(row)
    return {letter: np.array(there, dtype=np.int64) for letter, there in rows.items()}


def known_places(layer: str, frame: gpd.GeoDataFrame) -> KnownPlaces:
    """Return the places of a layer's frame by what they are called.

    Parameters
    ----------
    layer
        Id of the layer, with which the ids of its rows begin.
    frame
        Its accepted rows, with ``id`` and, where the kind has one, ``name``.
    """
    ids = frame["id"].to_numpy(dtype=object)
    nameless = np.full(len(frame), None, dtype=object)
    names = frame["name"].to_numpy(dtype=object) if "name" in frame else nameless
    keys = [str(each)[len(layer) + 1 :] for each in ids]
    called = [(key, row) for row, key in enumerate(keys)]
    called += [(str(name).strip(), row) for row, name in enumerate(names) if name is not None]
    return KnownPlaces(
        layer=layer,
        ids=ids,
        names=names,
        geometry=frame.geometry.reset_index(drop=True),
        written=_by_name(called),
        plain=_by_name((plain_name(name), row) for name, row in called),
    )


def plain_name(name: str) -> str:
    """Return a name without what people write in one way or another.

    Width, case, spaces and traditional characters do not tell two places apart, nor does ``#`` for 号.
    Numbers and dashes stay as they are: 1-2号楼 is not 12号楼, and 一号楼 may be another than 1号楼.

    Examples
    --------
    >>> plain_name("１＃ 楼"), plain_name("Ａ座（北區）"), plain_name("1-2 号楼")
    ('1号楼', 'a座(北区)', '1-2号楼')
    """
    folded = simplified(unicodedata.normalize("NFKC", name)).casefold()
    return _LEFT_OUT.sub("", folded).replace("#", "号")


def _by_name(called: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, row in called:
        if name and found.setdefault(name, row) != row:
            found[name] = SEVERAL
    return found
