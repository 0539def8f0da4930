"""What the map says of needs and of single places, in both languages; words in braces are filled in."""

from __future__ import annotations

from typing import Final

from geo.text import Text

NEED_WORDS: Final = {
    "needs": Text("Needs", "需求（件）"),
    "needs_in": Text(
        "Needs: {raised} raised, {settled} settled ({share})",
        "需求 {raised} 件，办结 {settled} 件（{share}）",
    ),
    "needs_hidden": Text("Needs: too few to be shown", "需求件数较少，不公布"),
    "needs_key": Text(
        "raised in the polygon; a point: too few to be shown", "区内提出件数；圆点：件数较少，不公布"
    ),
}
PLACE_WORDS: Final = {
    "place_open": Text("From its own side", "查看服务圈"),
    "place_close": Text("Back to the map", "返回地图"),
    "place_print": Text("Print", "打印"),
    "place_offer": Text("Offer", "优惠"),
    "place_agreement": Text("Agreement", "共建协议"),
    "place_since": Text("Partner since", "合作起始"),
    "place_within": Text("Who gets here", "服务人口"),
    "place_people": Text("People", "人口"),
    "place_minutes": Text("within {n} min", "{n} 分钟内"),
    "place_stations": Text("Nearest stations", "最近服务站点"),
    "place_any": Text("of any tier", "不限层级"),
    "place_around": Text("Within {n} minutes", "{n} 分钟圈内"),
    "place_partner": Text("partner", "合作商户"),
    "place_station": Text("station", "服务站点"),
    "place_service": Text("facility", "其他设施"),
    "place_count": Text("Number", "数量"),
    "place_nearest": Text("Nearest", "最近一处"),
    "place_walk": Text("Minutes", "分钟"),
    "place_category": Text("Category", "设施类别"),
    "place_name": Text("Name", "名称"),
    "place_tier": Text("Tier", "层级"),
    "place_more": Text("{n} more categories: see the workbook", "另有 {n} 类，见评估工作簿"),
    "place_scan": Text("Open this page", "扫码查看本页"),
    "place_scan_here": Text(
        "The code leads to this file on this computer: publish the map to open it elsewhere.",
        "二维码指向本机文件；地图发布后可在手机上打开。",
    ),
    "place_note": Text(
        "People who can get here by this way of travelling, whatever the opening hours; "
        "small groups are counted together.",
        "按所示出行方式能够到达的人口，不计开放时间；小规模特殊人群合并计算。",
    ),
    "place_unknown": Text("The map has no such place.", "地图中没有该点位。"),
}
