"""Every column of ``results.gpkg``: its words, its unit, and how it is computed.

Columns of one requirement or one category are named after it: ``REQUIREMENT_reach`` is ``pharmacy_reach``
for a requirement `pharmacy`, ``clinic_c15_reach`` for `clinic@c15`. `of_requirement` and `of_category` give
them the words of theirs. ``docs/results.md`` is written from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from geo.assessment.points import column_name
from geo.text import Text
from layers.write.geodata.features import Field

PEOPLE: Final = Text("people", "人")
MINUTES: Final = Text("min", "分钟")
METRES: Final = Text("m", "米")
SHARE: Final = Text("0 to 1", "0–1")
HECTARES: Final = Text("ha", "公顷")
JSON: Final = Text("JSON list", "JSON 列表")

ANY_REQUIREMENT: Final = "REQUIREMENT"
ANY_CATEGORY: Final = "CATEGORY"

_ID = Field(key="id", name=Text("Id", "编号"), how=Text("layer:key of the row", "所属图层加行编号"))
_NAME = Field(key="name", name=Text("Name", "名称"))
_LAYER = Field(
    key="layer", name=Text("Layer", "所属图层"), how=Text("its id in the study", "项目中的图层编号")
)

PLACES: Final = (
    Field(
        key="grid_id",
        name=Text("Grid id", "所在网格编号"),
        how=Text("the grid that holds the largest part of it", "占其份额最大的网格"),
    ),
    Field(key="grid_name", name=Text("Grid", "所在网格")),
    Field(
        key="area_ids",
        name=Text("Area ids", "所在片区编号"),
        unit=JSON,
        how=Text("all areas it lies in, which may overlap", "所在的全部片区，片区可重叠"),
    ),
    Field(key="area_names", name=Text("Areas", "所在片区"), unit=JSON),
)
"""In which polygons a demand point lies."""

DEMAND: Final = (
    _ID,
    _NAME,
    Field(
        key="people",
        name=Text("People", "人口"),
        unit=PEOPLE,
        how=Text(
            "as the layer has them; of buildings they are estimated", "按人口数据，由建筑推算的为估算值"
        ),
    ),
    Field(key="group", name=Text("Group", "人群")),
    Field(key="shift", name=Text("Shift", "时段")),
    _LAYER,
    Field(
        key="people_counted",
        name=Text("People counted", "统计人口"),
        unit=PEOPLE,
        how=Text("those who are counted in the case", "该情景统计的人口"),
    ),
    *PLACES,
    Field(
        key="snap_metres",
        name=Text("To the street", "至道路距离"),
        unit=METRES,
        how=Text(
            "straight line to where it is joined to a street; empty where it is not",
            "至接入道路处的直线距离；未接入为空",
        ),
    ),
)

OF_CATEGORY: Final = (
    Field(
        key="minutes",
        name=Text("minutes to the nearest", "最近设施出行时间"),
        unit=MINUTES,
        how=Text(
            "shortest time along the streets, the ways to and from the street counted; empty: none reached",
            "沿道路的最短时间，含至道路的步行；空为不可达",
        ),
    ),
    Field(key="id", name=Text("the nearest", "最近设施编号")),
    Field(
        key="entrance",
        name=Text("entered at", "最近设施入口"),
        how=Text("name of the gate by which it is entered", "进入所经入口的名称"),
    ),
    Field(key="nearest_minutes", name=Text("minutes to the nearest few", "最近若干处出行时间"), unit=JSON),
    Field(
        key="nearest_ids",
        name=Text("the nearest few", "最近若干处编号"),
        unit=JSON,
        how=Text("nearest first, as many as the study's choices", "由近到远，处数见项目 choices"),
    ),
)
"""What a demand point has of one category; each key is ``CATEGORY_`` and this one."""

_COVERED_HOW = Text(
    "people who get there in time and find room where capacity limits", "时限内可达且有余量的人口"
)
OF_REQUIREMENT_AT_POINT: Final = (
    Field(
        key="state",
        name=Text("state", "覆盖情况"),
        how=Text(
            "covered, covered_in_part (some of its people find no room) or left_out",
            "covered 已覆盖，covered_in_part 部分覆盖（部分人口因容量已满未覆盖），left_out 未覆盖",
        ),
    ),
    Field(
        key="choices",
        name=Text("choices", "可选设施数"),
        unit=Text("places", "处"),
        how=Text("places within the limit", "时限内可达的设施数"),
    ),
    Field(
        key="cause",
        name=Text("why not", "未覆盖原因"),
        how=Text(
            "by which most of the others are left out; empty where covered",
            "其余人口未覆盖的主要原因；已覆盖为空",
        ),
    ),
    Field(key="covered", name=Text("covered", "已覆盖"), unit=PEOPLE, how=_COVERED_HOW),
    Field(key="full", name=Text("reachable but full", "可达但容量已满"), unit=PEOPLE),
    Field(key="room_unknown", name=Text("reachable, capacity not known", "可达但容量未知"), unit=PEOPLE),
    Field(
        key="metres",
        name=Text("distance to the nearest", "最近设施距离"),
        unit=METRES,
        how=Text("as the standard measures it", "按标准规定的量法"),
    ),
    Field(
        key="complies",
        name=Text("within the distance", "是否在服务半径内"),
        unit=Text("1 or 0", "1 是，0 否"),
    ),
    Field(key="complying", name=Text("within the distance", "服务半径内人口"), unit=PEOPLE),
)
"""What a demand point has of one requirement; each key is ``REQUIREMENT_`` and this one."""

POLYGON: Final = (
    _ID,
    _NAME,
    Field(key="level", name=Text("Level", "层级")),
    Field(key="parent", name=Text("Parent", "上级")),
    Field(
        key="people",
        name=Text("People counted", "统计人口"),
        unit=PEOPLE,
        how=Text(
            "demand points by where they lie, cells by share of their surface",
            "人口点按所在位置，面状人口按面积占比",
        ),
    ),
    Field(
        key="rank",
        name=Text("Rank", "排名"),
        how=Text("by mean_coverage, best first", "按平均覆盖率由高到低"),
    ),
    Field(
        key="mean_coverage",
        name=Text("Mean coverage, required", "应配要求平均覆盖率"),
        unit=SHARE,
        how=Text(
            "covered over counted, summed over what the standard requires in minutes",
            "标准应配且按时间考核的各项：已覆盖之和除以统计人口之和",
        ),
    ),
    Field(
        key="worst",
        name=Text("Largest gap", "最大短板"),
        how=Text("the requirement that leaves most people out", "未覆盖人口最多的应配要求"),
    ),
    Field(key="worst_left_out", name=Text("Left out by it", "其未覆盖人口"), unit=PEOPLE),
    Field(key="worst_cause", name=Text("Main cause", "其主要原因")),
    Field(key="land_ha", name=Text("Residential land", "居住用地"), unit=HECTARES),
)

OF_REQUIREMENT_IN_POLYGON: Final = (
    Field(
        key="people",
        name=Text("people it is for", "服务对象"),
        unit=PEOPLE,
        how=Text("only where the requirement holds for some alone", "仅当要求只适用于部分人口时列出"),
    ),
    Field(key="covered", name=Text("covered", "已覆盖"), unit=PEOPLE, how=_COVERED_HOW),
    Field(key="full", name=Text("reachable but full", "可达但容量已满"), unit=PEOPLE),
    Field(key="room_unknown", name=Text("reachable, capacity not known", "可达但容量未知"), unit=PEOPLE),
    Field(
        key="reach",
        name=Text("share within reach", "可达率"),
        unit=SHARE,
        how=Text(
            "who get there in time, whether or not there is room, over those it is for",
            "时限内可达人口（不论余量）÷ 服务对象",
        ),
    ),
    Field(
        key="room",
        name=Text("share within capacity", "容量内覆盖率"),
        unit=SHARE,
        how=Text(
            "covered over those it is for; only where capacity limits", "已覆盖 ÷ 服务对象；仅容量受限时列出"
        ),
    ),
    Field(key="complying", name=Text("within the distance", "服务半径内人口"), unit=PEOPLE),
    Field(
        key="metres",
        name=Text("share within the distance", "服务半径覆盖率"),
        unit=SHARE,
        how=Text("within the metres of the standard, over those it is for", "标准服务半径内人口 ÷ 服务对象"),
    ),
    Field(
        key="land",
        name=Text("share of residential land", "居住用地覆盖率"),
        unit=SHARE,
        how=Text(
            "land within reach over residential land, room left aside",
            "时限内可达居住用地 ÷ 居住用地，不计容量",
        ),
    ),
    Field(
        key="land_metres",
        name=Text("share of residential land within the distance", "居住用地服务半径覆盖率"),
        unit=SHARE,
    ),
)
"""What a polygon has of one requirement; each key is ``REQUIREMENT_`` and this one."""

BY_METRES: Final = frozenset({"metres", "complies", "complying", "land_metres"})
"""Columns of the test by distance; the others of a requirement are of the test by time."""

FACILITIES: Final = (
    _ID,
    _NAME,
    Field(key="kind", name=Text("Kind", "设施种类")),
    Field(key="category", name=Text("Category", "设施类别")),
    Field(key="tier", name=Text("Tier", "层级")),
    Field(key="functions", name=Text("Functions", "功能"), unit=JSON),
    Field(key="status", name=Text("Status", "状态")),
    Field(key="opens_on", name=Text("Opens on", "启用日期")),
    Field(
        key="opening_hours",
        name=Text("Opening hours", "开放时间"),
        how=Text("in the grammar of OpenStreetMap", "OpenStreetMap 写法"),
    ),
    Field(key="hours_state", name=Text("Hours known", "开放时间识别")),
    Field(key="capacity", name=Text("Capacity", "容量"), how=Text("as the sheet has it", "原表数值")),
    Field(key="people_limit", name=Text("People it can serve", "可服务人数"), unit=PEOPLE),
    Field(key="address", name=Text("Address", "地址")),
    Field(key="phone", name=Text("Telephone", "电话")),
    Field(key="website", name=Text("Website", "网址")),
    _LAYER,
)

CASE: Final = Field(
    key="case", name=Text("Case", "情景"), how=Text("its id in the study", "项目中的情景编号")
)

RINGS: Final = (
    Field(
        key="case",
        name=Text("Case", "情景"),
        how=Text("the first case with this traveller and these places", "首个出行方式与设施相同的情景"),
    ),
    Field(key="facility_id", name=Text("Facility", "设施编号")),
    Field(key="name", name=Text("Name", "名称")),
    Field(key="minutes", name=Text("Within", "时限"), unit=MINUTES),
)

CUT_OFF: Final = (
    Field(key="case", name=Text("Case", "情景")),
    Field(key="requirement", name=Text("Requirement", "要求")),
    Field(key="demand_id", name=Text("Demand point", "人口点编号")),
    Field(
        key="facility_id",
        name=Text("Facility", "设施编号"),
        how=Text("nearest as the crow flies", "直线距离最近的设施"),
    ),
    Field(key="people", name=Text("People", "人口"), unit=PEOPLE),
    Field(key="straight_metres", name=Text("Straight line", "直线距离"), unit=METRES),
    Field(key="metres", name=Text("Along streets", "沿路距离"), unit=METRES),
    Field(key="minutes", name=Text("On the way", "沿路时间"), unit=MINUTES),
    Field(
        key="detour",
        name=Text("Detour", "绕行系数"),
        how=Text("along streets over the straight line", "沿路距离 ÷ 直线距离"),
    ),
)

LAND: Final = (
    _ID,
    Field(
        key="land_id",
        name=Text("Plot", "地块编号"),
        how=Text("id of the plot it is cut from", "所属地块的编号"),
    ),
    Field(key="hectares", name=Text("Area", "面积"), unit=HECTARES),
)
OF_REQUIREMENT_ON_LAND: Final = (
    Field(key="met", name=Text("within reach", "时限内可达"), unit=Text("1 or 0", "1 是，0 否")),
    Field(
        key="complies", name=Text("within the distance", "在服务半径内"), unit=Text("1 or 0", "1 是，0 否")
    ),
)


def of_requirement(fields: Iterable[Field], key: str, name: Text) -> dict[str, Field]:
    """Return fields of one requirement, by their column.

    Examples
    --------
    >>> of_requirement(OF_REQUIREMENT_IN_POLYGON[4:5], "clinic@c15", Text("a clinic", "诊所"))[
    ...     "clinic_c15_reach"
    ... ].name.zh
    '诊所：可达率'
    """
    return _prefixed(fields, column_name(key), name)


def of_category(fields: Iterable[Field], category: str, name: Text) -> dict[str, Field]:
    """Return fields of one category, by their column."""
    return _prefixed(fields, category, name)


def _prefixed(fields: Iterable[Field], prefix: str, name: Text) -> dict[str, Field]:
    named = (
        Field(
            key=f"{prefix}_{field.key}",
            name=Text(f"{name.en}: {field.name.en}", f"{name.zh}：{field.name.zh}"),
            unit=field.unit,
            how=field.how,
        )
        for field in fields
    )
    return {field.key: field for field in named}
