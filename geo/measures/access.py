"""Measures of accessibility: what each is called, and the formulas over a sparse matrix of travel times.

`seconds` is always a CSR matrix [demand, facilities] of the travel times that were found; what it
does not hold was not reached. A stored 0 is a time of no seconds, so the matrix is never put through
arithmetic that drops zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from scipy import sparse

from geo.errors import InputError
from geo.given import Column, amounts, given_fault
from geo.measures.decay import Decay
from geo.text import Text
from geo.types import Floats, Index

AccessMeasure = Literal[
    "nearest", "k_nearest_mean", "cumulative", "gravity", "2sfca", "e2sfca", "gaussian_2sfca"
]

TIME_MEASURES: Final[tuple[AccessMeasure, ...]] = ("nearest", "k_nearest_mean")
"""The measures in minutes; of the others more is better."""

CAPACITY_MEASURES: Final[tuple[AccessMeasure, ...]] = ("2sfca", "e2sfca", "gaussian_2sfca")
"""The measures that share out capacity among people."""

MEASURE_NAMES: Final[Mapping[AccessMeasure, Text]] = {
    "nearest": Text("nearest", "最近设施"),
    "k_nearest_mean": Text("mean of the k nearest", "最近k处平均"),
    "cumulative": Text("cumulative opportunities", "累积机会"),
    "gravity": Text("gravity", "重力模型"),
    "2sfca": Text("2SFCA", "两步移动搜索法（2SFCA）"),
    "e2sfca": Text("E2SFCA", "增强两步移动搜索法（E2SFCA）"),
    "gaussian_2sfca": Text("Gaussian 2SFCA", "高斯两步移动搜索法"),
}
"""Cumulative opportunities: Wachs and Kumagai 1973; the others are cited where they are computed."""

MINUTES: Final = Text("minutes", "分钟")
PER_THOUSAND: Final = Text("capacity per 1,000 people", "每千人容量")
SUPPLY: Final[Mapping[str, Text]] = {"places": Text("places", "处"), "capacity": Text("capacity", "容量")}


_NO_TIMES: Final = given_fault(
    "seconds",
    Text("some travel times are negative or missing", "部分出行时间为负或缺失"),
    Text("Leave out what is not reached", "不可达的组合请不要列入"),
)


def gravity(seconds: sparse.csr_array, supply: Column, decay: Decay) -> Floats:
    """Return the supply that can be reached, each facility weighted by `decay` (Hansen 1959).

    ``A_i = sum_j S_j f(t_ij)``.

    Raises
    ------
    InputError
        When there is not one supply a facility (a column of `seconds`), or one is negative or missing.

    Examples
    --------
    >>> from geo.measures.decay import within_minutes
    >>> times = sparse.csr_array(np.array([[300.0, 800.0]]))
    >>> gravity(times, np.array([10.0, 100.0]), within_minutes(10)).tolist()
    [10.0]
    """
    supply = amounts("supply", supply, count=seconds.shape[1])
    rows, columns, data = _entries(seconds)
    worth = supply[columns] * decay(data)
    return _summed(rows, worth, seconds.shape[0])


def demand_on(seconds: sparse.csr_array, people: Column, decay: Decay) -> Floats:
    """Return the people each facility is there for, weighted by `decay`: the first step of 2SFCA.

    ``R_j = S_j / sum_k P_k f(t_kj)``, then ``A_i = sum_j R_j f(t_ij)`` by `gravity`. Which of the family it
    is depends on `decay`: `within_minutes` gives 2SFCA (Luo and Wang 2003), `step_decay` E2SFCA (Luo and Qi
    2009), `bounded_gaussian_decay` Gaussian 2SFCA (Dai 2010).

    Raises
    ------
    InputError
        When there are not people for each demand point (a row of `seconds`), or some are negative or missing.
    """
    people = amounts("people", people, count=seconds.shape[0])
    rows, columns, data = _entries(seconds)
    return _summed(columns, people[rows] * decay(data), seconds.shape[1])


def _summed(places: Index, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(places, weights=values, minlength=size), dtype=np.float64)


def _entries(seconds: sparse.csr_array) -> tuple[Index, Index, Floats]:
    """Return row, column and time of every stored entry, explicit zeros included."""
    rows = np.repeat(np.arange(seconds.shape[0], dtype=np.int64), np.diff(seconds.indptr))
    data = np.asarray(seconds.data, dtype=np.float64)
    if not (data >= 0).all():
        raise InputError([_NO_TIMES])
    return rows, np.asarray(seconds.indices, dtype=np.int64), data
