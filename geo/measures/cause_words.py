"""What the causes are called, and what would mend each for whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from geo.network.profiles import TravelMode
from geo.text import Text

Cause = Literal[
    "covered",
    "full",
    "room_unknown",
    "hours_unknown",
    "closed_then",
    "not_open_yet",
    "streets_end",
    "not_connected",
    "slow_way",
    "cut_off",
    "too_few",
    "nothing_near",
]
"""A cause by its name, which is also its value in every table; never addressed by position."""

CAUSES: Final[dict[Cause, Text]] = {
    "covered": Text("covered", "已覆盖"),
    "full": Text("reachable, but full", "可达但容量已满"),
    "room_unknown": Text("reachable, but its capacity is not known", "可达但容量未知"),
    "hours_unknown": Text("whether it is open at that hour is not known", "该时段是否开放未知"),
    "closed_then": Text("closed at that hour", "该时段未开放"),
    "not_open_yet": Text("not open yet", "尚未开放"),
    "streets_end": Text("the streets of the extract end here", "位于路网数据边缘"),
    "not_connected": Text("no way open to this traveller leads to any of them", "与设施之间无可通行道路"),
    "slow_way": Text("the way is short enough, but slow", "路程不远但通行耗时过长"),
    "cut_off": Text("near as the crow flies, far by the way", "直线距离近但绕行过远"),
    "too_few": Text("some within reach, but too few or too far on average", "可达设施数量不足或平均距离过远"),
    "nothing_near": Text("nothing within reach", "可达范围内无设施"),
}
"""The causes in the order in which they are cheaper to mend, and what each is called."""

_REMEDIES: Final[Mapping[Cause, Text]] = {
    "covered": Text("none needed", "无需措施"),
    "full": Text("add places or staff to the nearest one", "为最近设施扩容或增员"),
    "room_unknown": Text("find out the capacity of the nearest one", "核实并补充最近设施的容量"),
    "hours_unknown": Text("find out when the nearest one is open", "核实并补充最近设施的开放时间"),
    "closed_then": Text("open the nearest one longer", "延长最近设施的开放时间"),
    "not_open_yet": Text(
        "open the planned one sooner; serve by a mobile stop until then",
        "提前启用在建或规划设施，过渡期提供流动服务",
    ),
    "streets_end": Text(
        "take an extract that reaches farther, with the places beyond, before anything is built",
        "换用范围更大的路网数据并补充范围外的设施，再作判断",
    ),
    "too_few": Text("add further facilities here", "在该区域增设同类设施"),
    "nothing_near": Text("add a facility here", "在该区域新增设施"),
}
"""Remedies that are the same for every traveller."""

_CHECK: Final = Text("check the position and the streets around it; ", "核对点位与周边道路，")

_MISSING_WAY: Final[Mapping[TravelMode, Text]] = {
    "walker": Text("add the missing path or gate", "补充缺失的步行通道或出入口"),
    "older": Text("add the missing path or gate", "补充缺失的步行通道或出入口"),
    "child": Text("add the missing path or gate", "补充缺失的步行通道或出入口"),
    "pram": Text("add the missing step-free way, ramp or lift", "补充缺失的无障碍通道、坡道或电梯"),
    "wheelchair": Text("add the missing step-free way, ramp or lift", "补充缺失的无障碍通道、坡道或电梯"),
    "cyclist": Text("open or add a way that may be cycled", "开放或补充可骑行的通道"),
    "rider": Text("open or add a way for electric bicycles", "开放或补充电动自行车可通行的通道"),
    "driver": Text("add the missing road or entrance for vehicles", "补充缺失的车行道路或车行出入口"),
}

_SLOW_WAY: Final[Mapping[TravelMode, Text]] = {
    "walker": Text(
        "shorten the waits at crossings; ease the stairs and slopes on the way",
        "缩短过街等候时间，改善沿途台阶和坡道",
    ),
    "older": Text(
        "shorten the waits at crossings; put ramps or lifts beside the stairs on the way",
        "缩短过街等候时间，在沿途台阶处增设坡道或电梯",
    ),
    "child": Text(
        "shorten the waits at crossings; ease the stairs and slopes on the way",
        "缩短过街等候时间，改善沿途台阶和坡道",
    ),
    "pram": Text(
        "shorten the waits at crossings and lifts; mend the slopes and surfaces on the way",
        "缩短过街和候梯时间，整治沿途坡道和路面",
    ),
    "wheelchair": Text(
        "shorten the waits at crossings and lifts; mend the slopes and surfaces on the way",
        "缩短过街和候梯时间，整治沿途坡道和路面",
    ),
    "cyclist": Text(
        "shorten the waits at junctions; mend the surface, and the stretches where bicycles are pushed",
        "缩短路口等候时间，整治沿途路面和须推行的路段",
    ),
    "rider": Text(
        "shorten the waits at junctions; mend the surface, and the stretches where one must get off",
        "缩短路口等候时间，整治沿途路面和须下车推行的路段",
    ),
    "driver": Text(
        "shorten the waits at junctions; mend the slow stretches on the way",
        "缩短路口等候时间，整治沿途低速路段",
    ),
}

_ROUND: Final[Mapping[TravelMode, Text]] = {
    "walker": Text(
        "open a gate, a crossing or a footbridge on the way", "打通围墙，增设出入口、过街设施或人行桥"
    ),
    "older": Text(
        "open a gate, or a crossing on the level or with a lift, on the way",
        "打通围墙，增设出入口、平面过街或带电梯的过街设施",
    ),
    "child": Text(
        "open a gate, or a crossing with signals, on the way", "打通围墙，增设出入口和有信号灯的过街设施"
    ),
    "pram": Text(
        "open a step-free gate, crossing or bridge on the way",
        "打通围墙，增设无障碍出入口、过街设施或桥梁",
    ),
    "wheelchair": Text(
        "open a step-free gate, crossing or bridge on the way",
        "打通围墙，增设无障碍出入口、过街设施或桥梁",
    ),
    "cyclist": Text(
        "open a gate, a crossing or a bridge that may be cycled, on the way",
        "打通围墙，增设可骑行的出入口、过街设施或桥梁",
    ),
    "rider": Text(
        "open a gate, a crossing or a bridge to electric bicycles, on the way",
        "打通围墙，增设电动自行车可通行的出入口、过街设施或桥梁",
    ),
    "driver": Text(
        "link the roads: a through street, a bridge or an entrance for vehicles",
        "打通断头路，增设桥梁或车行出入口",
    ),
}


def remedy(cause: Cause, mode: TravelMode) -> Text:
    """Return the cheapest thing that would mend a cause for a traveller.

    Examples
    --------
    >>> remedy("cut_off", "cyclist").zh
    '打通围墙，增设可骑行的出入口、过街设施或桥梁'
    """
    if cause == "not_connected":
        missing = _MISSING_WAY[mode]
        return Text(_CHECK.en + missing.en, _CHECK.zh + missing.zh)
    if cause == "slow_way":
        return _SLOW_WAY[mode]
    return _ROUND[mode] if cause == "cut_off" else _REMEDIES[cause]
