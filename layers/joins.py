"""The rows whose joins to the streets a study decides, and the joins of a layer with those decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assessment.traveller import Traveller
from geo.errors import Fault, InputError
from geo.network.network import StreetNetwork
from geo.network.rejoin import Decided, rejoined
from geo.network.snap import AccessPoints
from geo.text import Text
from layers.catalogue.schema import nearest_names
from layers.study.joins import JoinRow
from layers.study.model import Study

JOINED_FRAMES = ("facilities", "demand", "candidates")
"""The frames whose rows are joined to the streets one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedJoin:
    """A ``[[join]]`` of the study and the row it is about.

    Attributes
    ----------
    row_id, name
        Id of the row in its frame, ``layer:key``, and its name; empty where it has none.
    """

    row: JoinRow
    row_id: str
    name: str

    @property
    def called(self) -> str:
        """The name of the row, else its id in its layer."""
        return self.name or self.row_id.removeprefix(f"{self.row.layer}:")


def decided_joins(
    study: Study, frames: Sequence[gpd.GeoDataFrame], *, unread: frozenset[str] = frozenset()
) -> tuple[DecidedJoin, ...]:
    """Return the row that each ``[[join]]`` of a study is about.

    Parameters
    ----------
    frames
        The frames of `JOINED_FRAMES`.
    unread
        Layers that cannot be used: what is said of their rows is left aside.

    Raises
    ------
    InputError
        Where a table means no row, several, or one that another table means too; all faults at once.
    """
    faults: list[Fault] = []
    found: list[DecidedJoin] = []
    taken: dict[str, int] = {}
    for number, row in enumerate(study.joins, start=1):
        if row.layer in unread:
            continue
        try:
            decided = _row_of(row, study, frames, f"join[{number}]")
        except InputError as error:
            faults += error.faults
            continue
        if decided.row_id in taken:
            first = taken[decided.row_id]
            faults.append(
                Fault(
                    Text(f"join[{first}] is about the same row", f"与 join[{first}] 指同一行"),
                    Text("Remove one of the two", "请删除其中之一"),
                    source=f"join[{number}]",
                    value=row.id or row.name or "",
                    code="study",
                )
            )
        taken.setdefault(decided.row_id, number)
        found.append(decided)
    if faults:
        raise InputError(faults)
    return tuple(found)


def as_decided(
    network: StreetNetwork,
    access: AccessPoints,
    frame: gpd.GeoDataFrame,
    joins: Sequence[DecidedJoin],
    *,
    max_snap_metres: float,
) -> AccessPoints:
    """Return the joins of a frame, those as the study says that it decides.

    Parameters
    ----------
    access
        The joins that were found, one a row of `frame`.
    frame
        With `id` and `geometry` in EPSG:4326.
    """
    if not joins or not len(frame):
        return access
    position = pd.Index(frame["id"].astype(object)).get_indexer([each.row_id for each in joins])
    some = [each.row for each, at in zip(joins, position, strict=True) if at >= 0]
    near = [row.near if row.near is not None else (np.nan, np.nan) for row in some]
    places = frame.geometry.representative_point()
    return rejoined(
        network,
        access,
        places.x.to_numpy(),
        places.y.to_numpy(),
        Decided(
            position=position[position >= 0].astype(np.int64),
            near=np.array(near, np.float64).reshape(-1, 2),
            off=np.array([row.not_joined for row in some], np.bool_),
        ),
        max_snap_metres=max_snap_metres,
    )


def travellers_as_decided(
    travellers: Mapping[str, Traveller],
    joins: Sequence[DecidedJoin],
    *,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    max_snap_metres: float,
) -> dict[str, Traveller]:
    """Return travellers whose people and facilities are joined as the study decides."""

    def decided(network: StreetNetwork, access: AccessPoints, frame: gpd.GeoDataFrame) -> AccessPoints:
        return as_decided(network, access, frame, joins, max_snap_metres=max_snap_metres)

    if not joins:
        return dict(travellers)
    return {
        name: replace(
            each,
            demand=decided(each.network, each.demand, demand),
            facilities=decided(each.network, each.facilities, facilities),
        )
        for name, each in travellers.items()
    }


def _row_of(row: JoinRow, study: Study, frames: Sequence[gpd.GeoDataFrame], place: str) -> DecidedJoin:
    frame = _frame_of(row, study, frames, place)
    names = frame["name"].astype(object).where(frame["name"].notna(), "").tolist()
    by_id = dict(zip(frame["id"].astype(str), names, strict=True))
    if row.id is not None:
        key = row.id if row.id in by_id else f"{row.layer}:{row.id}"
        if key in by_id:
            return DecidedJoin(row=row, row_id=key, name=str(by_id[key]))
        raise InputError([_nothing(row.id, f"{place}.id", row.layer, by_id)])
    wanted = row.name or ""
    ids = [key for key, name in by_id.items() if name == wanted]
    if len(ids) == 1:
        return DecidedJoin(row=row, row_id=ids[0], name=wanted)
    if not ids:
        raise InputError([_nothing(wanted, f"{place}.name", row.layer, by_id)])
    shown = [key.removeprefix(f"{row.layer}:") for key in ids[:5]]
    what = Text(f"{len(ids):,} rows have this name", f"{len(ids):,} 行同名")
    fix = Text(f"Give the id instead: {', '.join(shown)}", f"请改用 id：{'、'.join(shown)}")
    raise InputError([Fault(what, fix, source=f"{place}.name", value=wanted[:80], code="study")])


def _frame_of(row: JoinRow, study: Study, frames: Sequence[gpd.GeoDataFrame], place: str) -> gpd.GeoDataFrame:
    for frame in frames:
        mine = (frame["layer"] == row.layer).to_numpy(np.bool_)
        if mine.any():
            return frame[mine]
    known = list(dict.fromkeys(name for frame in frames for name in frame["layer"].astype(str)))
    nearest = nearest_names(row.layer, known) or tuple(known[:5])
    named = any(layer.id == row.layer for layer in study.layers)
    what = (
        Text("no row of this layer is joined to the streets", "该图层没有接入道路的行")
        if named
        else Text("the study has no such layer", "项目中没有该图层")
    )
    fix = Text(f"Layers that are: {', '.join(nearest) or '-'}", f"可用图层：{'、'.join(nearest) or '无'}")
    raise InputError([Fault(what, fix, source=f"{place}.layer", value=row.layer, code="study")])


def _nothing(wanted: str, place: str, layer: str, by_id: Mapping[str, str]) -> Fault:
    """Return the fault of an id or name that no row has, with the nearest known ids."""
    nearest = list(_nearest(wanted, layer, by_id))[:3]
    shown = ", ".join(nearest), "、".join(nearest)
    what = Text(f"the layer {layer} has no such row", f"图层 {layer} 中没有此行")
    fix = Text(f"Nearest known ids: {shown[0]}", f"相近的编号：{shown[1]}")
    return Fault(what, fix, source=place, value=wanted[:80], code="study")


def _nearest(wanted: str, layer: str, by_id: Mapping[str, str]) -> Iterator[str]:
    """Yield ids like a word that was not found, then those of names like it, then any."""
    short = {key.removeprefix(f"{layer}:"): name for key, name in by_id.items()}
    like = nearest_names(wanted, short)
    names = set(nearest_names(wanted, [name for name in short.values() if name]))
    by_name = [f"{key} ({name})" for key, name in short.items() if name in names and key not in like]
    yield from like
    yield from by_name
    if not like and not by_name:
        yield from list(short)[:3]
