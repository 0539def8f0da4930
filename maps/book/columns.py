"""What the columns of an assessment's tables are called, how their numbers are written and computed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from geo.text import Text
from layers.write.table import Column


@lru_cache(maxsize=1)
def _reckoned() -> dict[str, Any]:
    return tomllib.loads(files("maps.book").joinpath("how.toml").read_text(encoding="utf-8"))


def how_of(table: str, column: str) -> Text:
    """Return how a column of a table is computed; empty where that is not told.

    Examples
    --------
    >>> how_of("tiers", "share").en, how_of("reach", "left_out").zh
    ('covered / total', '总量减已覆盖')
    """
    told = _reckoned()
    found = told["in"].get(table, {}).get(column) or told["all"].get(column)
    return Text(**found) if found else Text("", "")


NO_DATA = Text("no data", "无数据")
OUT_OF_REACH = Text("none", "不可达")
CASE = Column("case_name", Text("Case", "情景"))
NAME = Column("name", Text("Service", "设施类别"))
TIER = Column("tier", Text("Tier", "层级"))
REQUIRED = Column("required_name", Text("Requirement", "配置要求"))
REACH_SHARE = Column("reach_share", Text("Share within reach", "可达率"), "share")
"""Who gets there in time, whether or not there is room."""
ROOM_SHARE = Column(
    "room_share",
    Text("Share within capacity", "容量内覆盖率"),
    "share",
    Text("not limited", "不计容量"),
)
"""Who finds room, too; no number where no capacity limits the service."""
METRES_SHARE = Column("metres_share", Text("Share within the distance", "服务半径覆盖率"), "share")
MEASURED = Column("measured", Text("Measured", "距离量法"))
COUNTED = (
    Column("total", Text("Total", "总量"), "count"),
    Column("covered", Text("Covered", "已覆盖"), "count"),
    Column("left_out", Text("Left out", "未覆盖"), "count"),
    Column("share", Text("Share covered", "覆盖率"), "share"),
)
WITHOUT_ROOM = Column("without_room", Text("Left out: in time, but full", "其中：可达但容量已满"), "count")
ROOM_UNKNOWN = Column(
    "room_unknown", Text("Left out: in time, capacity not known", "其中：可达但容量未知"), "count"
)
MORE_IF_OPEN = Column(
    "more_if_open",
    Text("More, if places of unknown hours are open", "另：开放时间未知的设施如均开放，可再覆盖"),
    "count",
)
MORE_IF_ROOM = Column(
    "more_if_room",
    Text("More, if places of unknown capacity have room", "另：容量未知的设施如均有余量，可再覆盖"),
    "count",
)
UNKNOWN = (MORE_IF_OPEN, MORE_IF_ROOM)
VERIFIED = Column("verified", Text("Requirement verified", "已与标准原文核对"), "yes")
MINUTES = Column("minutes_limit", Text("Limit (min)", "时限（分钟）"), "minutes")
METRE = Column("metres_limit", Text("Limit (m)", "距离要求（米）"), "metres")
AREA = (
    Column("area_id", Text("Grid or area", "网格/片区编号")),
    Column("area_name", Text("Name", "名称")),
)
SPEEDS = (
    Column("share_slower", Text("Share, 10 % slower", "覆盖率（速度 -10%）"), "share"),
    Column("share_faster", Text("Share, 10 % faster", "覆盖率（速度 +10%）"), "share"),
)
DENOMINATOR = Column("denominator_name", Text("Counted", "统计口径"))
COVERAGE = (
    NAME,
    TIER,
    REQUIRED,
    MINUTES,
    *COUNTED[:3],
    WITHOUT_ROOM,
    ROOM_UNKNOWN,
    REACH_SHARE,
    ROOM_SHARE,
    *UNKNOWN,
    *SPEEDS,
    VERIFIED,
)
REACHED = (
    COUNTED[0],
    Column("covered", Text("Get there in time", "可达"), "count"),
    Column("left_out", Text("Do not", "不可达"), "count"),
    Column("share", Text("Share within reach", "可达率"), "share"),
)
"""As `COUNTED`, where room is left aside."""
METRES = (METRE, MEASURED, METRES_SHARE, Column("test", Text("Test", "检验方式")))
RATE = Column("share", Text("Share that complies", "服务半径覆盖率"), "share")
COMPLIANCE = (NAME, TIER, REQUIRED, METRE, MEASURED, *COUNTED[:3], RATE, VERIFIED)
AREA_LONG = (
    *AREA,
    DENOMINATOR,
    NAME,
    TIER,
    REQUIRED,
    MINUTES,
    METRE,
    MEASURED,
    *COUNTED[:3],
    WITHOUT_ROOM,
    ROOM_UNKNOWN,
    REACH_SHARE,
    ROOM_SHARE,
    METRES_SHARE,
    VERIFIED,
)
GAPS = (
    Column("rank", Text("No.", "序号"), "count"),
    *AREA,
    NAME,
    Column("limit", Text("Standard asks", "标准要求")),
    Column("total", Text("People", "现状人口"), "count"),
    Column("covered", Text("Covered", "已覆盖"), "count"),
    Column("left_out", Text("People left out", "未覆盖人口"), "count"),
    REACH_SHARE,
    ROOM_SHARE,
    METRES_SHARE,
    Column("cause_name", Text("Main cause", "主要原因")),
    Column("remedy", Text("Remedy", "建议措施")),
    VERIFIED,
)
SHIFTS = (
    Column("category", Text("Service", "设施类别")),
    MINUTES,
    Column("name", Text("Shift", "时段")),
    Column("total", Text("People", "人口"), "count"),
    Column("covered_on_paper", Text("Covered on paper", "不计开放时间的覆盖人口"), "count"),
    Column("covered_mean", Text("Covered, mean", "各时刻平均覆盖人口"), "count"),
    Column(
        "covered_mean_if_open",
        Text("Mean, if places of unknown hours are open", "各时刻平均（开放时间未知的设施如均开放）"),
        "count",
    ),
    Column("lost_to_hours", Text("Lost to closed doors", "因未开放减少的覆盖人口"), "count"),
    Column("covered_least", Text("Covered, worst hour", "最不利时刻的覆盖人口"), "count"),
    Column("worst", Text("Worst hour", "最不利时刻")),
)
QUOTAS = (
    NAME,
    TIER,
    Column("unit", Text("Unit", "单位")),
    Column("required_min", Text("Required", "应配"), "amount", NO_DATA),
    Column("required_max", Text("At most", "上限"), "amount"),
    Column("provided", Text("Provided", "现状"), "amount", NO_DATA),
    Column("balance", Text("Balance", "盈缺（±）"), "amount", NO_DATA),
    VERIFIED,
)
AREA_RULES = (
    *AREA,
    Column("name", Text("Rule", "规则")),
    Column("minimum", Text("Required", "应配（处）"), "count"),
    Column("found", Text("Found", "现有（处）"), "count"),
    Column("met", Text("Met", "满足"), "yes"),
    VERIFIED,
)
FAIRNESS = (
    NAME,
    TIER,
    Column("total", Text("People", "人口"), "count"),
    Column("reach_none", Text("Reach none in any time", "不限时间仍不可达人口"), "count"),
    Column("mean_minutes", Text("Mean (min)", "平均时间（分钟）"), "minutes", OUT_OF_REACH),
    Column(
        "worst_tenth_from_minutes",
        Text("Worst tenth from (min)", "最不利 10% 人口的界限值（分钟）"),
        "minutes",
        OUT_OF_REACH,
    ),
    Column(
        "worst_tenth_mean_minutes",
        Text("Worst tenth, mean (min)", "最不利 10% 人口的平均值（分钟）"),
        "minutes",
        OUT_OF_REACH,
    ),
    Column("gini", Text("Gini", "基尼系数"), "ratio"),
)
ACCESS = (
    NAME,
    Column("measure_name", Text("Measure", "指标")),
    Column("minutes_limit", Text("Catchment (min)", "出行时间阈值（分钟）"), "minutes"),
    Column("unit_name", Text("Unit", "单位")),
    Column("people", Text("People", "人口"), "count"),
    Column("without", Text("People with none", "不可达人口"), "count"),
    Column("mean", Text("Mean over people", "人口加权平均"), "ratio"),
    Column("worst_tenth_from", Text("Worst tenth from", "最不利 10% 人口的界限值"), "ratio"),
    Column("worst_tenth_mean", Text("Worst tenth, mean", "最不利 10% 人口的平均值"), "ratio"),
)
GROUPS = (
    Column("of_name", Text("People", "人群")),
    NAME,
    TIER,
    Column("limit", Text("Standard asks", "标准要求")),
    *COUNTED[:3],
    REACH_SHARE,
    ROOM_SHARE,
    METRES_SHARE,
    VERIFIED,
)
DENOMINATORS = (
    DENOMINATOR,
    NAME,
    TIER,
    Column("limit", Text("Standard asks", "标准要求")),
    *(replace(column, kind="amount") if column.kind == "count" else column for column in COUNTED[:3]),
    REACH_SHARE,
    ROOM_SHARE,
    METRES_SHARE,
    VERIFIED,
)
SHIFTS_OF_PEOPLE = (Column("of_name", Text("Shift", "班次")), *GROUPS[1:])
TIERS = (
    Column("tier", Text("Tier of station", "服务站点层级")),
    Column("minutes", Text("Limit (min)", "时限（分钟）"), "minutes"),
    Column("total", Text("People", "人口"), "count"),
    Column("covered", Text("Get there in time", "可达"), "count"),
    Column("share", Text("Share within reach", "可达率"), "share"),
    Column("covered_nested", Text("Lower tiers too", "本级及以下各级均可达"), "count"),
    Column("covered_any", Text("It or a lower one", "本级或以下任一级可达"), "count"),
    Column("covered_only", Text("It alone", "仅本级可达"), "count"),
)
FUNCTIONS = (
    Column("name", Text("Function", "功能")),
    Column("minutes_limit", Text("Limit (min)", "时限（分钟）"), "minutes"),
    *REACHED,
)
LOAD = (
    *AREA,
    Column("people", Text("People", "人口"), "count"),
    Column("enterprises", Text("Enterprises", "企业（家）"), "count"),
    Column("staff", Text("Staff", "工作人员"), "count"),
    Column("people_per_staff", Text("People per staff", "每名工作人员服务人口"), "amount"),
    Column("enterprises_per_staff", Text("Enterprises per staff", "每名工作人员服务企业"), "amount"),
    Column("load_against_mean", Text("Load against mean", "负荷与平均之比"), "ratio"),
)
OVERALL = (
    Column("name", Text("Figure", "指标")),
    Column("minutes_limit", Text("Limit (min)", "时限（分钟）"), "minutes"),
    Column("categories", Text("Categories", "类别数"), "count"),
    Column("value", Text("Value", "数值"), "ratio"),
    Column("unit_name", Text("Unit", "单位")),
)
RANK = Column("rank", Text("Rank", "排名"), "count")
MEAN_COVERAGE = Column("mean_coverage", Text("Mean coverage, required", "应配要求平均覆盖率"), "share")
"""What polygons are ranked by: each thing that the standard requires counts alike."""
