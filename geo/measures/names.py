"""The measures of accessibility by name: what each is called, and which of them share out capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from geo.text import Text

Measure = Literal["nearest", "k_nearest_mean", "cumulative", "gravity", "2sfca", "e2sfca", "gaussian_2sfca"]

TIMES: Final[tuple[Measure, ...]] = ("nearest", "k_nearest_mean")
"""The measures in minutes; of the others more is better."""

SHARING: Final[tuple[Measure, ...]] = ("2sfca", "e2sfca", "gaussian_2sfca")
"""The measures that share out capacity among people."""

NAMES: Final[Mapping[Measure, Text]] = {
    "nearest": Text("nearest", "最近设施"),
    "k_nearest_mean": Text("mean of the k nearest", "最近k处平均"),
    "cumulative": Text("cumulative opportunities", "累积机会"),
    "gravity": Text("gravity", "重力模型"),
    "2sfca": Text("2SFCA", "两步移动搜索法(2SFCA)"),
    "e2sfca": Text("E2SFCA", "增强两步移动搜索法(E2SFCA)"),
    "gaussian_2sfca": Text("Gaussian 2SFCA", "高斯两步移动搜索法"),
}
MINUTES: Final = Text("minutes", "分钟")
PER_THOUSAND: Final = Text("capacity per 1,000 people", "每千人容量")
SUPPLY: Final[Mapping[str, Text]] = {"places": Text("places", "处"), "capacity": Text("capacity", "容量")}
