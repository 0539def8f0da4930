"""What the page says where changes are tried, in both languages; words in braces are filled in."""

from __future__ import annotations

from typing import Final

from geo.text import Text

TRYING: Final = {
    "try": Text("Try a change", "方案试算"),
    "try_intro": Text(
        "Drop a new place on the map, or open the card of a place to close it, move it or change its hours. "
        "People gained and lost follow at once.",
        "在地图上新设点位，或点选现有设施进行关闭、移动、调整开放时间，即时查看可达人口的变化。",
    ),
    "try_new": Text("New place", "新设点位"),
    "try_placing": Text("Click on the map where it is to stand", "请点击地图选择位置"),
    "try_offers": Text("It offers", "提供的设施类别"),
    "try_gain": Text("Where it would help most", "何处增设最有效"),
    "try_best": Text("Try the best place", "试最佳位置"),
    "try_best_none": Text("No place would cover anybody more", "任何位置都不会新增可达人口"),
    "try_gain_key": Text(
        "People left out today whom a place here would reach", "在此增设后新增可达人口（按现状计）"
    ),
    "try_gain_absent": Text(
        "The gain was not worked out for this choice; choose the minutes the standard asks for.",
        "当前条件未测算增设效益，请选择标准要求的分钟数。",
    ),
    "try_share": Text(
        "{before} → {after} reach {category} within {minutes} min {profile}",
        "{profile}{minutes}分钟内可达{category}：{before} → {after}",
    ),
    "try_people": Text("{before} → {after} people", "{before}人 → {after}人"),
    "try_estimated": Text("The people are estimated: {who}", "人口为估算值：{who}"),
    "try_gained": Text("+{n} gained", "新增{n}人"),
    "try_lost": Text("−{n} lost", "减少{n}人"),
    "try_nobody": Text("Nobody is gained or lost for this service.", "该类设施的可达人口无变化。"),
    "try_mean": Text(
        "Here the mean of several places decides: the program works it out from the saved file.",
        "此项按多个设施的平均值计算，请保存后由程序测算。",
    ),
    "try_reach_only": Text(
        "Counted is who gets there in time; room is left out and is worked out by the program.",
        "按时间可达统计，未计容量；容量由程序测算。",
    ),
    "try_polygons": Text("Where it changes", "变化的单元"),
    "try_more_polygons": Text("and {n} more", "另有{n}个"),
    "try_changes": Text("Changes", "变化内容"),
    "try_none": Text("Nothing is changed yet.", "尚无变化。"),
    "try_row_open": Text("New: {name}", "新设：{name}"),
    "try_row_close": Text("Closed: {name}", "关闭：{name}"),
    "try_row_move": Text("Moved: {name}", "移动：{name}"),
    "try_row_extend": Text("Room for {n}: {name}", "容量{n}人：{name}"),
    "try_row_hours": Text("Hours {hours}: {name}", "开放时间{hours}：{name}"),
    "try_left_to_program": Text("left to the program", "由程序测算"),
    "try_no_street": Text("no street within {n} m: not counted", "{n}米内无道路，未计入"),
    "try_unknown": Text("not in this study: not counted", "项目中无此设施，未计入"),
    "try_remove": Text("Take back", "取消此项"),
    "try_name": Text("Name", "名称"),
    "try_capacity": Text("Room for (people)", "容量（人）"),
    "try_undo": Text("Undo", "撤销"),
    "try_redo": Text("Redo", "重做"),
    "try_clear": Text("Clear", "清空"),
    "try_keep": Text("Keep as a scenario", "存为方案"),
    "try_keep_name": Text("Name of the scenario", "方案名称"),
    "try_keep_first": Text("Scenario {n}", "方案{n}"),
    "try_compared": Text("Scenarios compared", "方案比较"),
    "try_today": Text("Today", "现状"),
    "try_current": Text("On the desk", "当前试算"),
    "try_column_share": Text("Share", "可达率"),
    "try_column_people": Text("People", "可达人口"),
    "try_column_change": Text("Change", "增减"),
    "try_load": Text("Take up", "调用"),
    "try_forget": Text("Delete", "删除"),
    "try_save": Text("Save as a change file", "保存为变更文件"),
    "try_open_file": Text("Load a change file", "载入变更文件"),
    "try_link": Text("Copy link", "复制链接"),
    "try_linked": Text("Link copied", "链接已复制"),
    "try_bad_file": Text("This is no change file.", "此文件不是有效的变更文件。"),
    "try_refused": Text("{n} rows of the file were not understood.", "文件中有{n}行无法识别。"),
    "try_from": Text("from", "自"),
    "try_to": Text("to", "至"),
    "try_days_all": Text("every day", "每天"),
    "try_days_week": Text("Monday to Friday", "周一至周五"),
    "try_days_weekend": Text("Saturday and Sunday", "周六、周日"),
    # on cards
    "try_here": Text("Put a new place here", "在此新设点位"),
    "try_close": Text("Close it", "关闭"),
    "try_move": Text("Move it", "移动"),
    "try_room": Text("Change its room", "调整容量"),
    "try_hours": Text("Change its hours", "调整开放时间"),
    "try_apply": Text("Apply", "确定"),
    "try_card": Text("What if …", "试算"),
    "try_pin": Text(
        "{name}: drag it, or move it with the arrow keys", "{name}：可拖动，或用方向键移动"
    ),
}  # fmt: skip
