"""Travel times from points of demand to sites, a compressed row a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import Fault, InputError
from geo.limits import MILLISECONDS_PER_SECOND, NO_LIMIT_MS
from geo.text import Text
from geo.types import Index


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """Travel times from points of demand to sites, one compressed row per site.

    Attributes
    ----------
    start, point, milliseconds
        Entries ``start[i]:start[i + 1]`` of ``point`` and ``milliseconds`` belong to site ``i``. A pair
        that is not listed cannot be travelled (or not within the limit of the search). Points rise within
        a row; of a pair that was listed twice the shorter time is kept.
    points
        Number of points, listed or not.

    Raises
    ------
    InputError
        For times that are negative or do not fit into 32 bits (24 days), and for points that do not exist.
    """

    start: Index
    point: NDArray[np.int32]
    milliseconds: NDArray[np.int32]
    points: int

    def __post_init__(self) -> None:
        faults = [*_time_faults(self.milliseconds), *_row_faults(self)]
        if faults:
            raise InputError(faults)
        start, point = np.asarray(self.start, dtype=np.int64), np.asarray(self.point, dtype=np.int32)
        time = np.asarray(self.milliseconds, dtype=np.int32)
        if not _rises(start, point):
            row = np.repeat(np.arange(start.size - 1), np.diff(start))
            order = np.lexsort((time, point, row))
            row, point, time = row[order], point[order], time[order]
            first = np.ones(row.size, dtype=bool)
            first[1:] = (row[1:] != row[:-1]) | (point[1:] != point[:-1])
            row, point, time = row[first], point[first], time[first]
            start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=start.size - 1))])
        for name, values in (("start", start), ("point", point), ("milliseconds", time)):
            object.__setattr__(self, name, values)

    @property
    def sites(self) -> int:
        """Number of rows."""
        return self.start.size - 1

    @classmethod
    def from_matrix(cls, seconds: Any) -> TravelTimes:
        """Take a table of seconds: a scipy sparse matrix or array, or a plain one with ``inf`` for no path.

        Raises
        ------
        InputError
            For times that are negative, not a number, or finite and above 2,147,483 s.

        Examples
        --------
        >>> TravelTimes.from_matrix([[60.0, float("inf")], [0.0, 30.0]]).milliseconds.tolist()
        [60000, 0, 30000]
        """
        if hasattr(seconds, "tocsr"):
            rows = seconds.tocsr()
            site = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
            point, data, shape = rows.indices, np.asarray(rows.data, dtype=float), rows.shape
        else:
            full = np.atleast_2d(np.asarray(seconds, dtype=float))
            site, point = np.nonzero(full != np.inf)
            data, shape = full[site, point], full.shape
        reached = data != np.inf
        site, point, data = site[reached], point[reached], data[reached]
        start = np.concatenate([[0], np.cumsum(np.bincount(site, minlength=shape[0]))])
        # Faults are looked for before the numbers are cut to whole milliseconds of 32 bits.
        whole = np.rint(data * MILLISECONDS_PER_SECOND)
        faults = _time_faults(whole)
        if faults:
            raise InputError(faults)
        return cls(start, point.astype(np.int32), whole.astype(np.int32), int(shape[1]))


def _time_faults(milliseconds: Any) -> list[Fault]:
    times = np.asarray(milliseconds)
    if times.size == 0 or (times.min() >= 0 and times.max() <= NO_LIMIT_MS):
        return []
    wrong = int((~((times >= 0) & (times <= NO_LIMIT_MS))).sum())
    return [
        siting_fault(
            "times", f"{wrong} travel times are negative, not a number, or longer than 2,147,483 seconds",
            f"有 {wrong} 个出行时间为负、不是数值或超过 2,147,483 秒",
            "Give seconds from 0 up, and infinity where there is no path",
            "请填写不小于 0 的秒数，不可达处填无穷大",
        )
    ]  # fmt: skip


def _row_faults(times: TravelTimes) -> list[Fault]:
    start, point = np.asarray(times.start), np.asarray(times.point)
    whole = start.size > 0 and start[0] == 0 and start[-1] == point.size == np.size(times.milliseconds)
    if not whole or bool((np.diff(start) < 0).any()):
        return [
            siting_fault(
                "times", "the rows do not fit the entries", "行的起止与条目数不符",
                "Let start rise from 0 to the number of entries", "start 应从 0 递增到条目总数",
            )
        ]  # fmt: skip
    if point.size and (point.min() < 0 or point.max() >= times.points):
        return [
            siting_fault(
                "times", "names a point that does not exist", "引用了不存在的点",
                "Use numbers from 0 to the number of points less 1", "编号应在 0 到点数减 1 之间",
            )
        ]  # fmt: skip
    return []


def _rises(start: Index, point: NDArray[np.int32]) -> bool:
    """Whether the points of every row rise, so that none is listed twice."""
    rises = point[1:] > point[:-1]
    edges = start[(start > 0) & (start < point.size)]
    rises[edges - 1] = True
    return bool(rises.all())


def siting_fault(source: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Fault:
    """Return a fault of a siting problem, ``source`` naming the part of it."""
    return Fault(Text(en, zh), Text(fix_en, fix_zh), source=source, code="siting")
