"""Sites that a siting question names: by id, or by the name they have in their layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from geo.errors import Fault
from geo.text import Text
from geo.types import Bools
from layers.study.siting.contradictions import NOT_KEPT
from layers.study.siting.question import CODE, SiteQuestion

_SHOWN = 10
"""Ids listed where a name stands for several sites."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NamedSites:
    """The sites of each field that names some, a flag a site, and every name that is not understood."""

    flags: dict[str, Bools]
    faults: list[Fault]


def name_sites(question: SiteQuestion, sites: gpd.GeoDataFrame) -> NamedSites:
    """Return which sites a question keeps, forbids, closes and allows to be closed.

    Parameters
    ----------
    sites
        Sites that stand and candidates, with `id`, `name` and `existing`.

    Examples
    --------
    >>> frame = gpd.GeoDataFrame({"id": ["s1", "c1"], "name": ["North", "South"], "existing": [True, False]})
    >>> named = name_sites(SiteQuestion(new=1, keep=("South",), must_close=("s1",)), frame)
    >>> {field: flags.tolist() for field, flags in named.flags.items() if flags.any()}
    {'keep': [False, True], 'must_close': [True, False]}
    """
    standing = sites["existing"].to_numpy(dtype=bool)
    # Where nothing is closed, keeping what stands asks for nothing.
    kept = np.ones(standing.size, dtype=bool) if question.closed else ~standing
    among = {"keep": kept, "forbid": ~standing, "must_close": standing, "may_close": standing}
    flags, faults = {}, []
    for field, usable in among.items():
        wanted = getattr(question, field)
        places = {name: _places(name, sites, usable) for name in wanted}
        faults += [fault for name in wanted for fault in _wrong(field, name, places[name], sites)]
        flags[field] = np.isin(np.arange(standing.size), [p for found in places.values() for p in found])
        faults += _twice(field, places)
    faults += _both_ways(flags, sites)
    return NamedSites(flags=flags, faults=faults)


def _places(name: str, sites: gpd.GeoDataFrame, usable: Bools) -> list[int]:
    """Return the rows with this id, else those with this name."""
    for column in ("id", "name"):
        found = np.flatnonzero((sites[column] == name).to_numpy(dtype=bool) & usable)
        if found.size:
            return [int(place) for place in found]
    return []


def _wrong(field: str, name: str, places: list[int], sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    if len(places) == 1:
        return
    if places:
        ids = [str(sites["id"].iloc[place]) for place in places]
        more = " …" if len(ids) > _SHOWN else ""
        what = Text(f"{len(ids)} sites have this name", f"有 {len(ids)} 个点位同名")
        fix = Text(
            f"Name one by its id: {', '.join(ids[:_SHOWN])}{more}",
            f"请按编号指定：{'、'.join(ids[:_SHOWN])}{more}",
        )
        yield Fault(what, fix, source=field, value=name, code=CODE)
        return
    known = bool(((sites["id"] == name) | (sites["name"] == name)).any())
    closes = field in ("must_close", "may_close")
    if known and closes:
        what = Text("is a candidate; only sites of today can be closed", "为备选点位，只能关闭现有服务站点")
    elif known:
        what = Text("stands today; only candidates can be named", "为现有服务站点，只能指定备选点位")
    elif closes:
        what = Text(
            "no site of this service that counts today has this id or name",
            "今天计入的该类服务站点中没有此编号或名称",
        )
    else:
        what = Text("no candidate has this id or name", "没有此编号或名称的备选点位")
    layer = Text("today", "today") if closes else Text("candidates", "candidates")
    fix = Text(
        f"The ids are in siting.gpkg (layer {layer.en}) and on the map",
        f"编号见 siting.gpkg 的 {layer.zh} 图层和地图",
    )
    yield Fault(what, fix, source=field, value=name, code=CODE)


def _twice(field: str, places: dict[str, list[int]]) -> Iterator[Fault]:
    """Yield sites to close that are named by id and by name: they would count twice."""
    seen: set[int] = set()
    for name, found in places.items():
        if len(found) == 1 and found[0] in seen and field == "must_close":
            what, fix = Text("is named twice", "重复列出"), Text("Name it once", "请只列一次")
            yield Fault(what, fix, source=field, value=name, code=CODE)
        seen.update(found)


def _both_ways(flags: dict[str, Bools], sites: gpd.GeoDataFrame) -> Iterator[Fault]:
    """Yield sites that are kept and closed at once, named by id in one field and by name in another."""
    fix = Text("Choose one", "请二选一")
    for field, what in NOT_KEPT.items():
        for place in np.flatnonzero(flags["keep"] & flags[field]):
            yield Fault(what, fix, source="keep", value=str(sites["id"].iloc[place]), code=CODE)
