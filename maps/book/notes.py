"""What a reader must know to trust the figures of a run: rows of the sheet on data and method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from geo.assessment.access import AccessSettings, without_capacity
from geo.measures.capacity import METHODS
from geo.measures.land import SQUARE_METRES_PER_HECTARE, cell_side
from geo.text import Text
from layers.accessibility import access_asked
from layers.catalogue.schema import schema_of
from layers.settings import category_names
from layers.study.model import Accessibility
from layers.write.table import Column
from maps.book.spec import Note
from maps.result import StudyResult
from maps.values import texts
from maps.words.caveats import caveats
from maps.words.people import people_words
from maps.words.unassessed import names_of

SOURCES: Final = (
    Column("layer", Text("Layer", "图层")),
    Column("kind", Text("Kind", "类型")),
    Column("attribution", Text("Source", "来源")),
    Column("licence", Text("Licence", "使用许可")),
    Column("read", Text("Rows read", "读取（行）"), "count"),
    Column("accepted", Text("Used", "采用（行）"), "count"),
    Column("left_out", Text("Left out by a setting", "略去（行，按设定）"), "count"),
    Column("rejected", Text("Rejected", "剔除（行，有误）"), "count"),
)


def general_notes(result: StudyResult) -> Iterator[Note]:
    """Yield the cases, and how people are counted."""
    yield from _of_cases(result)
    yield from _of_method(result)


def _of_cases(result: StudyResult) -> Iterator[Note]:
    for case in result.cases:
        profile = case.traveller.profile
        people = people_words(result.layers, case.people)
        usable = int(case.usable.now.sum())
        closed = int((case.usable.any_hour & ~case.usable.if_open).sum())
        unknown = int(case.usable.hours_unknown.sum())
        later = int((case.usable.when_built & ~case.usable.any_hour).sum())
        yield (
            Text(f"Case: {case.case.name.en}", f"情景：{case.case.name.zh}"),
            Text(
                f"{people.en}; {profile.name.en}; {case.case.hour.en}; "
                f"{usable:,} places usable, {closed:,} closed then, {unknown:,} of unknown hours, "
                f"{later:,} not open yet. "
                f"Speed: {profile.source.en}",
                f"{people.zh}；{profile.name.zh}；{case.case.hour.zh}；"
                f"可用设施{usable:,}处，该时段未开放{closed:,}处，开放时间未知{unknown:,}处，"
                f"尚未启用{later:,}处。"
                f"速度依据：{profile.source.zh}",
            ),
        )


def _of_method(result: StudyResult) -> Iterator[Note]:
    study, network = result.study, result.network
    people = result.layers.demand["people"].to_numpy(float)
    everybody = people_words(result.layers, people)
    lost = people[~result.first.traveller.demand.snapped].sum()
    kilometres = network.street_metres / 1000
    yield Text("Standard", "标准"), result.standard.title
    if result.standard.note.en:
        yield Text("About the standard", "标准说明"), result.standard.note
    reasons = dict.fromkeys(r.measure_reason for r in result.standard.requirements if r.measure_reason.en)
    yield from ((Text("How distance is measured", "距离量法"), reason) for reason in reasons)
    yield (
        Text("Reach and compliance", "可达与服务半径"),
        Text(
            "Reach is minutes by the profile; compliance is metres by the standard; they are never mixed. A "
            "requirement that names no minutes takes those of its tier",
            "可达按出行时间（分钟）计算，服务半径按标准规定的距离（米）检验，两者不混用；"
            "标准未规定时间的，取其所属层级的时间",
        ),
    )
    yield (
        Text("Causes", "原因"),
        Text(
            "Covered and all causes sum to everybody. Where several causes hold, the one cheapest to mend is "
            "named. Far by the way means a way of at least 1.5 times the straight line, in metres",
            "已覆盖人口与各原因未覆盖人口之和等于统计人口；同时存在多种原因的，计入最易补救的一种。"
            "绕行过远指实际路程达到直线距离的1.5倍及以上",
        ),
    )
    yield (
        Text("Covered", "已覆盖"),
        Text(
            "Covered is who gets there in time and, where capacity limits, finds room; the others are "
            "reachable but full, or not reachable. A place whose hours or capacity is not known covers "
            "nobody. Tiers of stations, functions, residential land and the tables by the hour count who "
            "gets there, whether or not there is room",
            "时限内可达且（按容量计算的设施）有余量的，计为已覆盖；其余为可达但容量已满或不可达。"
            "开放时间或容量未知的设施，不计其覆盖。分层级、功能、居住用地和逐时各表按是否可达统计，不计容量",
        ),
    )
    if result.assessment.rests_on_unverified:
        yield (
            Text("Italics", "斜体"),
            Text(
                "Rows that begin in italics rest on clauses that nobody has checked against the text",
                "名称为斜体的各行，所依据的条文未与标准原文核对",
            ),
        )
    # The other method is a caveat.
    if any("transport" in case.methods.values() for case in result.cases):
        yield Text("How room was assigned", "容量分配方法"), METHODS["transport"]
    yield (
        Text("Speed 10 % slower and faster", "速度±10%"),
        Text(
            "Coverage if everybody travels slower or faster; empty where capacity binds",
            "出行速度减慢或加快10%时的覆盖率；受容量限制的不计算",
        ),
    )
    yield (
        Text("Worst tenth", "最不利 10% 人口"),
        Text(
            "None where somebody among them reaches none",
            "其中有人不可达的，记为不可达",
        ),
    )
    yield (
        Text("Choices", "备选设施"),
        Text(
            f"results.gpkg names the {study.choices} nearest of each service for each point and counts all "
            "within the limit",
            f"results.gpkg 列出每个人口点最近的{study.choices}处各类设施，并统计时限内可达的设施总数",
        ),
    )
    yield (
        Text("Streets", "路网"),
        Text(
            f"{kilometres:,.0f} km in {network.pieces.size:,} pieces; {study.streets.attribution}",
            f"道路总长{kilometres:,.0f}公里，分为{network.pieces.size:,}个连通部分；{study.streets.attribution}",
        ),
    )
    for note in result.street_notes:
        yield Text("Street lines", "道路线"), note
    yield (
        Text("People counted", "统计人口"),
        Text(
            f"{everybody.en}, of whom {lost:,.0f} are farther than "
            f"{study.max_snap_metres:g} m from any street",
            f"{everybody.zh}，其中{lost:,.0f}人在{study.max_snap_metres:g}米范围内无道路",
        ),
    )


def land_notes(result: StudyResult) -> Iterator[Note]:
    """Yield how residential land was cut into pieces and tested."""
    land, samples = result.land, result.land.samples
    if not len(samples):
        return
    hectares, blocks = samples["hectares"].sum(), len(result.layers.land)
    side = cell_side(hectares * SQUARE_METRES_PER_HECTARE)
    yield (
        Text("Residential land", "居住用地"),
        Text(
            f"{hectares:,.1f} ha in {blocks:,} polygons, cut into {len(samples):,} pieces by a grid of "
            f"{side:,.0f} m; each piece weighs what it covers and is tested at a point inside it, joined to "
            f"the streets as people are. {land.off_streets:,.1f} ha are farther than "
            f"{result.study.max_snap_metres:g} m from any street and count as not covered. Capacity is not "
            "looked at; cases within working hours have no residential land",
            f"{hectares:,.1f}公顷，{blocks:,}个地块，按{side:,.0f}米格网切分为{len(samples):,}块；"
            "每块按其面积加权，以块内一点接入道路后检验。"
            f"{result.study.max_snap_metres:g}米范围内无道路的{land.off_streets:,.1f}公顷计为未覆盖。"
            "不考虑容量；8 小时内情景不统计居住用地",
        ),
    )


def trust_notes(result: StudyResult) -> Iterator[Note]:
    """Yield what the figures rest on without being certain."""
    yield from ((each.title, each.text) for each in caveats(result))
    advised = [r for r in result.assessment.not_assessed if not r.demanded]
    if advised:
        names = names_of(advised)
        yield (
            Text("Advised, not assessed", "按需设施，未评估"),
            Text(
                f"No layer holds them, or they name no limit: {names.en}",
                f"没有相应图层，或标准未给出限值：{names.zh}",
            ),
        )


def source_rows(result: StudyResult) -> pd.DataFrame:
    """Return a row for each layer: whose it is, and how many of its rows were read, used and not used."""
    layers = {layer.id: layer for layer in result.study.layers}
    reports = result.layers.reports
    return pd.DataFrame({
        "layer": [report.name for report in reports],
        "kind": texts(schema_of(report.kind).name for report in reports),
        "attribution": [layers[report.id].attribution if report.id in layers else None for report in reports],
        "licence": [layers[report.id].licence if report.id in layers else None for report in reports],
        "read": [report.read for report in reports],
        "accepted": [report.accepted for report in reports],
        "left_out": [report.left_out for report in reports],
        "rejected": [report.rejected for report in reports],
    })  # fmt: skip


def access_notes(result: StudyResult) -> Iterator[Note]:
    """Yield how the measures of accessibility were made, and what was left out of them."""
    settings, ground = access_asked(result.study, result.ground), result.ground
    if settings is None or result.study.accessibility is None:
        return
    yield Text("Accessibility", "可达性指标"), _method(result.study.accessibility, settings)
    lacking = without_capacity(ground, [case.usable for case in result.cases])
    left_out = [category for category in settings.categories if category in lacking]
    if left_out and any(settings.needs_capacity(measure) for measure in settings.measures):
        names = category_names(ground.standard)
        counted = [(names[category], *lacking[category]) for category in left_out]
        yield (
            Text("No capacity", "缺少容量"),
            Text(
                "Supply cannot be shared out where capacity is missing, so these have no such measure: "
                + "; ".join(f"{name.en} ({missing:,} of {total:,})" for name, missing, total in counted),
                "缺少容量的设施无法计算供需比，以下类别不计算该指标："
                + "；".join(
                    f"{name.zh}（{total:,} 处中 {missing:,} 处）" for name, missing, total in counted
                ),
            ),
        )


def _method(given: Accessibility, settings: AccessSettings) -> Text:
    width = given.decay_minutes or settings.minutes / 3
    decay = {
        "gaussian": Text(f"Gaussian, s = {width:g} min", f"高斯，s = {width:g} 分钟"),
        "exponential": Text(f"halving every {width:g} min", f"每 {width:g} 分钟减半"),
        "power": Text(f"t^-{given.power:g}", f"t^-{given.power:g}"),
    }[given.decay]
    zones = ", ".join(f"{limit:g} min {weight:g}" for limit, weight in settings.zones.items())
    stretches = "、".join(f"{limit:g} 分钟 {weight:g}" for limit, weight in settings.zones.items())
    return Text(
        f"Catchment {settings.minutes:g} minutes; k = {settings.k}; gravity {decay.en} (Hansen 1959), cut at "
        f"the catchment; E2SFCA zones {zones} (Luo and Qi 2009); 2SFCA (Luo and Wang 2003); Gaussian 2SFCA "
        "(Dai 2010). Supply per person counts the people of the case alone",
        f"出行时间阈值 {settings.minutes:g} 分钟；k = {settings.k}；重力模型衰减：{decay.zh}（Hansen 1959），"
        f"超出阈值不计；E2SFCA 分段权重：{stretches}（Luo 和 Qi 2009）；2SFCA（Luo 和 Wang 2003）；"
        "高斯 2SFCA（Dai 2010）。人均供给仅计该情景的人口",
    )
