"""What a map says: every word of the page in both languages. Words in braces are filled in by the page."""

from __future__ import annotations

from typing import Final

from geo.assessment.headline import BESIDE, COUNTING_MANY, PLACES, SENTENCES
from geo.text import Text
from layers.catalogue.schema import all_schemas, facility_kinds
from maps.place_words import NEED_WORDS, PLACE_WORDS
from maps.question_words import QUESTION_WORDS
from maps.trying_words import TRYING


def _capital(text: Text) -> Text:
    return Text(text.en[0].upper() + text.en[1:], text.zh)


WORDS: Final = {
    **SENTENCES,
    **BESIDE,
    **{f"counting_{key}": words for key, words in COUNTING_MANY.items()},
    **PLACES,
    # a plan for new sites
    "site_headline": Text(
        "With {sites}, {share} of {people} {who} reach {category} within {minutes} minutes {profile}: "
        "{gained} more than before. {left} still do not.",
        "{sites}后，{people}名{who}中，{share}{profile}{minutes}分钟内可达{category}，比现状增加{gained}人；还有{left}人不可达。",
    ),
    "site_headline_room": Text(
        "With {sites}, {share} of {people} {who} are covered (they reach {category} within {minutes} minutes "
        "{profile} and find room): {gained} more than before. {full} find it full; {left} do not reach it.",
        "{sites}后，{people}名{who}中，{share}已覆盖（{profile}{minutes}分钟内可达{category}且有余量），"
        "比现状增加{gained}人；{full}人可达但容量已满，{left}人不可达。",
    ),
    "site_one": Text("one new site", "新增1个点位"),
    "site_many": Text("{n} new sites", "新增{n}个点位"),
    "site_before": Text("Today", "现状"),
    "site_after": Text("With the plan", "规划后"),
    "site_view": Text("Shown", "显示"),
    "site_curve": Text("What each further site brings", "每增加一个点位的效果"),
    "site_best": Text("best plan for each number", "各数量下的最优方案"),
    "site_nested": Text("one site added at a time", "逐个增加点位"),
    "site_number": Text("new sites", "新增点位数"),
    "site_reach": Text("Reach of the new sites", "新增点位可达范围"),
    "site_gained": Text("{n} more than before", "比现状增加{n}人"),
    "chosen": Text("Chosen sites", "推荐点位"),
    "rejected": Text("Candidates not chosen", "未推荐的备选点位"),
    "one_chosen": Text("Chosen site", "推荐点位"),
    "one_rejected": Text("Candidate, not chosen", "备选点位，未推荐"),
    "served": Text("Nearest for", "服务人口"),
    "added": Text("Covered only by it", "仅由其覆盖"),
    "alone": Text("By itself it would add", "单独开设可新增"),
    # controls
    "category": Text("Service", "设施类别"),
    "minutes": Text("Minutes", "分钟"),
    "required_minutes": Text("asked for", "标准要求"),
    "asked_within": Text(
        "Asked for within {minutes} minutes: {clause}.", "标准要求{minutes}分钟内可达：{clause}。"
    ),
    "profile": Text("Travel", "出行方式"),
    "hour": Text("When", "时段"),
    "unit": Text("Areas", "统计单元"),
    "unit_grid": Text("Grid", "网格"),
    "unit_area": Text("Area", "片区"),
    "layers": Text("Legend and layers", "图例与图层"),
    "find": Text("Find a place, street or area", "查找地点、道路、网格（可用拼音）"),
    "find_none": Text("Nothing of this name", "没有找到"),
    "fold": Text("Fold the panel away", "收起面板"),
    "unfold": Text("Show the panel", "展开面板"),
    "language": Text("中文", "English"),
    "sheet": Text("Sheet for print", "打印图幅"),
    "print": Text("Print", "打印"),
    "back": Text("Back to the map", "返回地图"),
    "zoom_in": Text("Closer", "放大"),
    "zoom_out": Text("Farther", "缩小"),
    "whole": Text("Whole study", "全图"),
    "close": Text("Close", "关闭"),
    # parts of the panel
    "tabs": Text("Parts of the panel", "面板内容"),
    "tab_overview": Text("Overview", "总览"),
    "tab_layers": Text("Map", "图例"),
    "tab_gaps": Text("Gaps", "短板"),
    "picture": Text("Save as PNG", "保存图片"),
    # all services at a glance
    "score_title": Text(
        "Services of the standard, the least covered first", "标准要求的设施（覆盖率由低到高）"
    ),
    "score_beside": Text("Beside the standard ({n})", "自选设施（{n}项）"),
    "score_service": Text("Service", "设施类别"),
    "score_minutes": Text("Min", "分钟"),
    "score_share": Text("Covered", "覆盖率"),
    "score_left": Text("Left out", "未覆盖"),
    "score_target": Text("of {share}", "目标{share}"),
    "part_covered": Text("covered", "已覆盖"),
    "part_full": Text("reachable but full", "可达但容量已满"),
    "part_left": Text("not reachable", "不可达"),
    "worst_grid": Text("Lowest grid cells", "最不利网格"),
    "worst_area": Text("Lowest areas", "最不利片区"),
    "worst_what": Text("mean coverage over what the standard requires", "标准应配设施的平均覆盖率"),
    "grid_score": Text("All services here", "各类设施覆盖情况"),
    # all gaps
    "gaps_scope": Text("Which gaps", "短板范围"),
    "gaps_this": Text("This service", "当前设施"),
    "gaps_every": Text("All services", "全部设施"),
    "gaps_people": Text("Left out", "未覆盖人口"),
    "gaps_place": Text("Where", "位置"),
    "gaps_service": Text("Service", "设施类别"),
    "gaps_minutes": Text("Minutes", "分钟"),
    "gaps_cause": Text("Cause", "原因"),
    "gaps_more": Text("Show all {n}", "显示全部{n}条"),
    "gaps_save": Text("Save as CSV", "保存为CSV"),
    "gaps_file": Text("gaps", "短板清单"),
    # the week
    "week_title": Text("Through the week", "一周各时刻"),
    "week_hint": Text("Move the slider to see what is open at an hour.", "拖动滑块，查看各时刻的开放情况。"),
    "week_said": Text(
        "{hour}: {open} open, {share} covered ({people} people).",
        "{hour}：开放{open}处，覆盖率{share}（{people}人）。",
    ),
    "week_note": Text(
        "Polygons keep the figures of the case shown; streets are open as in that case.",
        "网格、片区的数字和道路的通行状况仍为所选情景。",
    ),
    "week_back": Text("Back to the case", "恢复所选情景"),
    # two cases
    "compare_title": Text("Beside another case", "情景对比"),
    "compare_none": Text("Off", "不对比"),
    "compare_change": Text("Change", "变化"),
    "compare_swipe": Text("Swipe", "卷帘"),
    "compare_side": Text("Side by side", "并列"),
    "compare_with": Text("With", "对比情景"),
    "compare_divider": Text("Divider between the cases", "两种情景的分界线"),
    "compare_nothing": Text(
        "There are no figures for this choice in both cases.", "两种情景下没有可对比的数据。"
    ),
    "compare_same": Text("{other}: as many people covered.", "{other}：覆盖人口相同。"),
    "compare_more": Text("{other}: {n} people more are covered.", "{other}：覆盖人口增加{n}人。"),
    "compare_less": Text("{other}: {n} people fewer are covered.", "{other}：覆盖人口减少{n}人。"),
    "change": Text(
        "Change in share covered, from {shown} to {other}: {category} within {minutes} min, in points",
        "{minutes}分钟{category}覆盖率变化（百分点），由{shown}到{other}",
    ),
    # filters
    "filters": Text("Places shown", "地点筛选"),
    "filter_all": Text("all", "全部"),
    "filter_tier": Text("Tier", "层级"),
    "filter_function": Text("Function", "功能"),
    "filter_open": Text("Only places that are open", "仅显示开放的地点"),
    "others": Text("Other places", "其他地点"),
    "find_street": Text("street", "道路"),
    # layers and legend
    **{kind: _capital(all_schemas()[kind].name) for kind in facility_kinds()},
    "facility_of": Text("Facilities: {category}", "设施：{category}"),
    "standing_open": Text("open", "开放"),
    "standing_closed": Text("closed at this hour", "此时段未开放"),
    "standing_unknown": Text("hours not known", "开放时间未知"),
    "standing_absent": Text("not in use on this date", "该日期未启用"),
    "plate_people": Text("people left out", "未覆盖人口"),
    "target_met": Text("The palest class meets the target of {share}", "最浅一级达到目标{share}"),
    "coverage": Text("Share covered: {category} within {minutes} min", "{minutes}分钟{category}覆盖率"),
    "beside_standard": Text("Beside the standard", "自选设施"),
    "beside_lead": Text("Beside the standard: ", "自选设施："),
    "not_a_gap": Text("The standard does not require it: no gaps are listed", "标准未要求配置，不列短板"),
    "nobody": Text("nobody counted", "无统计人口"),
    "isochrones": Text("Reach of the stations", "服务站点可达范围"),
    "gaps": Text("Gaps: people left out", "短板：未覆盖人口"),
    "demand": Text("Where people are", "人口分布"),
    "largest_gaps": Text("Largest gaps", "主要短板"),
    "no_gaps": Text("No gap for this choice", "该时限内未发现短板"),
    "full": Text("{n} reach it but find no room known", "{n}人可达但容量已满或未知"),
    "people_unit": Text("{n} people", "{n}人"),
    "minutes_unit": Text("{n} min", "{n}分钟"),
    "within": Text("within {n} min", "{n}分钟内"),
    "left_out": Text("{n} left out", "{n}人未覆盖"),
    "counted": Text("{n} {who}", "{n}名{who}"),
    # cards
    "tier": Text("Tier", "层级"),
    "functions": Text("Functions", "功能"),
    "hours": Text("Hours", "开放时间"),
    "address": Text("Address", "地址"),
    "phone": Text("Phone", "电话"),
    "website": Text("Link", "链接"),
    "capacity": Text("Capacity", "容量"),
    "opens_on": Text("Opens on", "启用日期"),
    "service": Text("Service", "设施类别"),
    "status_building": Text("under construction", "在建"),
    "status_planned": Text("planned", "规划"),
    "status_closed": Text("closed", "已关闭"),
    "status_unknown": Text("state not known, not counted", "状态未知，未计入"),
    **{f"one_{kind}": _capital(all_schemas()[kind].singular) for kind in facility_kinds()},
    "unnamed": Text("No name", "未命名"),
    "cause": Text("Cause", "原因"),
    # where one clicks
    "here": Text("From here", "此处"),
    "here_joined": Text("{profile}; {n} m to the street", "{profile}，距道路{n}米"),
    "here_doubt": Text("The way to the street is doubtful", "接入道路存疑"),
    "here_off": Text("No street within {n} m", "{n}米内无道路"),
    "here_entrance": Text("by {name}", "经{name}"),
    "here_reach": Text("Reached from here", "由此可达"),
    "here_people": Text("Who reaches this place", "可达此处的人口"),
    "here_nothing": Text("nothing within {n} min", "{n}分钟内无设施"),
    "here_nobody": Text("nobody within {n} min", "{n}分钟内无人口"),
    "here_unplaced": Text(
        "{n} people of small groups are at no place that may be shown and are not counted here.",
        "{n}人属小规模特殊人群，不显示位置，此处未计入。",
    ),
    "here_room": Text("Room is not looked at here.", "此处未考虑容量。"),
    "here_grid": Text("Figures of {name}", "查看{name}"),
    "here_centre": Text("Ask about the middle of the map", "查询地图中心"),
    "here_hint": Text(
        "Click anywhere on the map to see what is reached from there.",
        "点击地图任意位置，查看由此可达的设施和人口。",
    ),
    **NEED_WORDS,
    **PLACE_WORDS,
    **QUESTION_WORDS,
    **TRYING,
    # sheet and margins
    "north": Text("N", "北"),
    "source": Text("Source", "数据来源"),
    "date": Text("Date", "日期"),
    "made_by": Text("Unit", "编制单位"),
    "review": Text("Review number", "审图号"),
    "run": Text("Run", "运行编号"),
    "internal": Text("for internal use", "内部工作用图"),
    "scale": Text("Scale", "比例尺"),
    "series": Text("All services", "各类设施对比"),
    "series_headline": Text(
        "Services of the standard, each within the minutes it is asked for within ({case})",
        "标准要求的各类设施，均按其要求的分钟数（{case}）",
    ),
    "notes_rest": Text("and {n} more, listed in the workbook", "另有{n}条，见工作簿“数据与说明”"),
    "coordinates": Text("WGS 84 / Web Mercator", "WGS 84坐标系，Web墨卡托投影"),
    "old_browser": Text(
        "This browser is too old to open the map; any browser of 2023 or later can.",
        "浏览器版本过低，无法打开地图；请使用2023年以后的浏览器。",
    ),
    "no_script": Text(
        "The map needs JavaScript, which is switched off here.", "显示地图需要启用JavaScript。"
    ),
}

AT_ANY_HOUR: Final = Text("at any hour", "不限时段")
