"""What the columns of a road layer are called and what stands in them, as the tags travel profiles read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "road_name", "roadname", "道路名称", "道路名", "路名", "名称"),
    "class": ("highway", "fclass", "class", "roadclass", "road_class", "道路等级", "道路类型", "等级"),
    "oneway": ("oneway", "one_way", "单行", "单行道", "单行线", "是否单行", "通行方向"),
    "foot": ("foot", "步行", "可步行", "行人", "行人通行", "是否可步行"),
    "bicycle": ("bicycle", "骑行", "可骑行", "非机动车", "非机动车通行"),
    "access": ("access", "通行权限"),
    "bridge": ("bridge", "桥梁", "是否桥梁", "桥"),
    "tunnel": ("tunnel", "隧道", "是否隧道"),
    "level": ("layer", "level", "zlevel", "z_level", "层级", "高程层级"),
}
"""Roles of the columns, and the headers that are recognised where the study names none."""

_LINKS: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
OSM_CLASSES: Final = frozenset(
    {
        *_LINKS, *(f"{name}_link" for name in _LINKS), "unclassified", "residential", "living_street", "road",
        "service", "pedestrian", "footway", "path", "steps", "track", "cycleway", "bridleway", "corridor",
        "busway", "construction", "proposed",
    }
)  # fmt: skip
"""Values of OSM's ``highway`` that a column of classes may hold as they are."""

CLASSES: Final[Mapping[str, str]] = {
    "高速公路": "motorway", "高速": "motorway", "高速路": "motorway", "快速路": "trunk",
    "城市快速路": "trunk", "匝道": "motorway_link", "主干路": "primary", "主干道": "primary",
    "城市主干路": "primary",
    "国道": "primary", "一级公路": "primary", "次干路": "secondary", "次干道": "secondary",
    "城市次干路": "secondary", "省道": "secondary", "二级公路": "secondary", "支路": "tertiary",
    "城市支路": "tertiary", "县道": "tertiary", "三级公路": "tertiary", "乡道": "unclassified",
    "村道": "unclassified", "四级公路": "unclassified", "街巷": "residential", "巷道": "residential",
    "居住区道路": "residential", "小区路": "residential", "小区道路": "residential", "街坊路": "residential",
    "内部道路": "service", "内部路": "service", "园区道路": "service", "步行街": "pedestrian",
    "人行道": "footway", "步行道": "footway", "人行步道": "footway", "绿道": "path", "台阶": "steps",
    "阶梯": "steps", "梯道": "steps", "机耕路": "track", "机耕道": "track", "自行车道": "cycleway",
    "非机动车道": "cycleway", "人行天桥": "footway bridge", "天桥": "footway bridge",
    "过街天桥": "footway bridge", "地下通道": "footway tunnel", "人行地道": "footway tunnel",
    "在建": "construction", "在建道路": "construction", "规划": "proposed", "规划道路": "proposed",
}  # fmt: skip
"""Classes of Chinese road layers; ``bridge`` and ``tunnel`` after the class say how it crosses others."""

YES: Final = frozenset(
    {"1", "1.0", "y", "yes", "t", "true", "是", "有", "可", "可以", "允许", "viaduct", "桥", "桥梁", "隧道"}
)
NO: Final = frozenset(
    {"0", "0.0", "n", "no", "f", "false", "否", "无", "不可", "禁止", "不允许", "禁行", "none", "-"}
)
ACCESS: Final = frozenset(
    {"yes", "no", "private", "permissive", "designated", "destination", "customers", "official", "permit"}
)

FORWARD: Final = frozenset({"正向", "顺向", "单行", "单向", "单行线", "单向通行", "ft"})
BACKWARD: Final = frozenset({"-1", "-1.0", "反向", "逆向", "tf", "reverse"})
BOTH: Final = frozenset({"b", "双向", "双行", "双向通行", "both"})

OVER: Final = ("高架", "天桥", "立交桥")
UNDER: Final = ("隧道", "地道", "下穿", "地下通道")
"""What a name says of how a street crosses others, where no column does."""

GRADE_SEPARATED: Final = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
"""Classes that are not crossed at the same level, where the layer says nothing of bridges and tunnels."""
