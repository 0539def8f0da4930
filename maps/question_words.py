"""Words of the form in which a siting question is written on the map, by field of the question."""

from __future__ import annotations

from typing import Final

from geo.text import Text

_FIELDS: Final = {
    "title": Text("Ask where the next sites go", "编写选址问题"),
    "hint": Text(
        "For the service shown. Save the question and give the file to the program, which answers it.",
        "针对当前设施类别。保存后将文件交由程序求解。",
    ),
    "usual_name": Text("Sites for {category}", "{category}选址"),
    "name": Text("Name of the question", "问题名称"),
    "asked": Text("Asked for", "求解要求"),
    "asked_new": Text("new sites", "新增点位数"),
    "asked_budget": Text("budget", "预算"),
    "asked_cover": Text("share covered, %", "覆盖比例（%）"),
    "new": Text("New sites", "新增点位数"),
    "budget": Text("Budget", "预算"),
    "cover": Text("Share covered, %", "覆盖比例（%）"),
    "goal": Text("Goal", "目标"),
    "goal_people": Text("most people covered", "覆盖人口最多"),
    "goal_minutes": Text("least travel time in all", "总出行时间最短"),
    "goal_worst": Text("shortest longest way", "最远者出行时间最短"),
    "minutes": Text("Minutes", "出行时间阈值（分钟）"),
    "candidates": Text("Candidates", "备选点位来源"),
    "candidates_usual": Text("usual (layer, else junctions)", "默认（图层或路口）"),
    "candidates_layer": Text("layer of the study", "项目图层"),
    "candidates_junctions": Text("street junctions", "道路交叉口"),
    "candidates_grid": Text("a grid", "规则格点"),
    "rules": Text("Rules, where wanted", "附加规则（可不填）"),
    "each_area": Text("Sites in each area, at least", "每片区最少点位数"),
    "grid_floor": Text("Covered in each grid cell, at least, %", "各网格覆盖下限（%）"),
    "area_floor": Text("Covered in each area, at least, %", "各片区覆盖下限（%）"),
    "fair": Text("Worst part first, by", "公平（最差者优先）"),
    "fair_none": Text("not asked for", "不要求"),
    "fair_grid": Text("grid cells", "按网格"),
    "fair_area": Text("areas", "按片区"),
    "fair_group": Text("groups of people", "按人群"),
    "capacity": Text("A site serves no more people than its capacity", "点位服务人数不超过容量"),
    "copies": Text("Two sites in reach of each person, one as a backup", "每人须可达两个点位（互为备份）"),
    "apart_metres": Text("Metres between sites, at least", "点位最小间距（米）"),
    "close": Text("Sites of today to close", "关闭现有点位数"),
    "move": Text("Sites of today to move", "迁移现有点位数"),
    "must_close": Text("Must be closed", "必须关闭的点位"),
    "keep": Text("Must be chosen, or stay", "指定点位（新建或保留）"),
    "time_limit_seconds": Text("Seconds of search, at most", "求解时间上限（秒）"),
    "remove": Text("Take off the list", "移除"),
    "save": Text("Save the question", "保存选址问题"),
    "wrong": Text("Fill in the field that is marked.", "请填写标出的项。"),
    "saved": Text("Saved as {file}. In the folder of the study:", "已保存为{file}。在项目文件夹中运行："),
}

QUESTION_WORDS: Final = {f"question_{key}": text for key, text in _FIELDS.items()}
