"""The steps of a run in words."""

from __future__ import annotations

from geo.text import Text

READ = Text("read the study", "读取项目")


STREETS = Text("open the streets", "打开路网")


LAYERS = Text("read the layers", "读取图层")


JOIN = Text("join points to streets", "点位接入道路")


TIMES = Text("travel times", "计算出行时间")


TABLES = Text("coverage and causes", "统计覆盖、短板与原因")


ACCESS = Text("accessibility measures", "计算可达性指标")


WEEK = Text("hours of the week", "统计全周各时段")


GAIN = Text("where a new place would help most", "测算新增点位效益")


PLACES = Text("every place from its own side", "测算各点位服务圈")


RINGS = Text("isochrones of stations", "绘制服务站点等时圈")


BASEMAP = Text("basemap", "绘制底图")


GRIDS = Text("draw grids", "划分网格")


WRITE = Text("write results", "写出成果")


STEP_NAMES = (READ, STREETS, LAYERS, JOIN, TIMES, TABLES, ACCESS, WEEK, GAIN, PLACES, RINGS, BASEMAP, WRITE)
