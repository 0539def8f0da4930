"""What stands in the workbook of a run: its tables, and what a reader must know to trust them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain

import pandas as pd

from geo.assessment.cuts import DENOMINATORS
from geo.measures.land import SQUARE_METRES_PER_HECTARE, cell_side
from geo.measures.standard import Requirement
from geo.text import Text
from layers.load import words_of
from layers.settings import tier_names
from maps.book.content import AssessmentBook
from maps.book.notes import access_notes
from maps.result import StudyResult

Note = tuple[Text, Text]


def assessment_book(result: StudyResult) -> AssessmentBook:
    """Return what stands in the workbook."""
    title, tables = result.study.name, result.tables
    return AssessmentBook(
        title=Text(title, title),
        coverage=tables.coverage,
        by_area=tables.by_area,
        gaps=tables.gaps,
        made_on=datetime.now(tz=UTC).date(),
        office=result.study.office or "",
        profile=_travels(result),
        standard=result.standard.title,
        tier_names=tier_names(result.study, result.standard),
        causes=tables.causes,
        by_hour=result.week.by_hour,
        shifts=result.week.shifts,
        quotas=tables.quotas,
        area_rules=tables.area_rules,
        load=tables.load,
        tiers=tables.tiers,
        functions=tables.functions,
        fairness=tables.fairness,
        ranking=tables.ranking,
        by_group=tables.by_group,
        denominators=denominators_of(result),
        land_by_area=result.land.by_polygon,
        access=result.access.summary,
        words=_words(result),
        notes=tuple(chain.from_iterable(notes(result) for notes in _NOTES)),
    )


def denominators_of(result: StudyResult) -> pd.DataFrame:
    """Return coverage of what is counted beside people: dwellings, floor area, residential land."""
    tables = [table for table in (result.tables.denominators, result.land.coverage) if len(table)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _travels(result: StudyResult) -> Text:
    """Return who travels; each row names its case where there are several."""
    if len(result.cases) == 1:
        return result.first.case.name
    count = len(result.cases)
    return Text(f"{count} cases, named with each table", f"{count} 个情景，见各表")


def _words(result: StudyResult) -> dict[str, Text]:
    words = words_of(result.study)
    return {
        **DENOMINATORS,
        **{term.id: term.name for term in words.groups.terms.values()},
        **{term.id: term.name for term in words.shifts.terms.values()},
    }


def _of_cases(result: StudyResult) -> Iterator[Note]:
    for one in result.cases:
        profile = one.traveller.profile
        usable = int(one.usable.now.sum())
        closed = int((one.usable.any_hour & ~one.usable.now).sum())
        later = int((one.usable.when_built & ~one.usable.any_hour).sum())
        yield (
            Text(f"Case: {one.case.name.en}", f"情景：{one.case.name.zh}"),
            Text(
                f"{one.people.sum():,.0f} people; {profile.name.en}; {one.case.hour.en}; "
                f"{usable:,} places usable, {closed:,} closed then, {later:,} not open yet. "
                f"Speed: {profile.source.en}",
                f"{one.people.sum():,.0f} 人；{profile.name.zh}；{one.case.hour.zh}；"
                f"可用设施 {usable:,} 处，该时段关闭 {closed:,} 处，尚未开放 {later:,} 处。"
                f"速度依据：{profile.source.zh}",
            ),
        )


def _of_method(result: StudyResult) -> Iterator[Note]:
    study, network = result.study, result.network
    people = result.layers.demand["people"].to_numpy(float)
    lost = people[~result.first.traveller.demand.snapped].sum()
    kilometres = network.street_metres / 1000
    yield Text("Standard", "标准"), result.standard.title
    if result.standard.note.en:
        yield Text("About the standard", "标准说明"), result.standard.note
    yield (
        Text("Reach and compliance", "可达与达标"),
        Text(
            "Reach is minutes by the profile; compliance is metres by the standard; they are never mixed. A "
            "requirement that names no minutes takes those of its tier",
            "可达按出行方式的分钟计算，达标按标准的米数计算，两者不混用；标准未写分钟的，取其层级的分钟数",
        ),
    )
    yield (
        Text("Causes", "原因"),
        Text(
            "Covered and all causes sum to everybody. Where several causes hold, the one cheapest to mend is "
            "named",
            "已覆盖与各原因之和等于总人口；同时存在多种原因时，记最易补救的一种",
        ),
    )
    if (result.tables.coverage["without_room"] > 0).any():
        yield (
            Text("Capacity", "容量"),
            Text(
                "Where layers give capacities, people beyond them are not covered although they get there "
                "in time; the map shows who gets there, whether or not there is room",
                "图层给出容量的，超出容量的人即使按时可到达也不计为已覆盖；地图只按能否到达显示，不计容量",
            ),
        )
    yield (
        Text("Speed 10 % slower and faster", "速度±10%"),
        Text(
            "Coverage if everybody travels slower or faster; empty where capacity binds",
            "假设所有人慢或快 10% 时的覆盖率；受容量限制时留空",
        ),
    )
    yield (
        Text("Worst tenth", "最差10%人口"),
        Text(
            "Empty where somebody among them reaches none",
            "其中有人完全不可达时留空",
        ),
    )
    yield (
        Text("Choices", "可选设施"),
        Text(
            f"results.gpkg names the {study.choices} nearest of each service for each point and counts all "
            "within the limit",
            f"results.gpkg 中为每个点列出各类最近的 {study.choices} 处设施，并统计时限内的全部设施数",
        ),
    )
    yield (
        Text("Streets", "路网"),
        Text(
            f"{kilometres:,.0f} km in {network.pieces.size:,} pieces; {study.streets.attribution}",
            f"{kilometres:,.0f} km，{network.pieces.size:,} 个连通片；{study.streets.attribution}",
        ),
    )
    yield (
        Text("People counted", "统计人口"),
        Text(
            f"{people.sum():,.0f}, of whom {lost:,.0f} are farther than "
            f"{study.max_snap_metres:g} m from any street",
            f"{people.sum():,.0f} 人，其中 {lost:,.0f} 人距任何道路超过 {study.max_snap_metres:g} 米",
        ),
    )


def _of_land(result: StudyResult) -> Iterator[Note]:
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
            f"{hectares:,.1f} 公顷，{blocks:,} 个地块，按 {side:,.0f} 米格网切分为 {len(samples):,} 块；"
            "每块按其面积加权，以块内一点接入道路后检验。"
            f"距任何道路超过 {result.study.max_snap_metres:g} 米的 {land.off_streets:,.1f} 公顷计为未覆盖。"
            "不考虑容量；8小时内情景不统计居住用地",
        ),
    )


def _of_access(result: StudyResult) -> Iterator[Note]:
    return access_notes(result.study, result.ground, result.cases)


def _of_doubt(result: StudyResult) -> Iterator[Note]:
    """Yield what the figures rest on without being certain."""
    hours = result.layers.facilities["opening_hours"]
    silent, total = int(hours.isna().sum()), len(hours)
    if silent:
        yield (
            Text("Opening hours", "开放时间"),
            Text(
                f"{silent:,} of {total:,} places do not say when they are open and count as open",
                f"{total:,} 处设施中有 {silent:,} 处未注明开放时间，视为开放",
            ),
        )
    doubtful = result.assessment.rests_on_unverified
    if doubtful:
        yield (
            Text("Not verified", "未核实条文"),
            Text(
                "In italics: nobody has checked these against the published text, so do not call them "
                f"compliant: {_names(doubtful).en}",
                f"表中斜体；未与标准原文核对，结论不得据此称“达标”：{_names(doubtful).zh}",
            ),
        )
    left = result.assessment.not_assessed
    if left:
        yield (
            Text("Not assessed", "未评估"),
            Text(
                f"No layer holds them, or they name no limit: {_names(left).en}",
                f"没有相应图层，或标准未给出限值：{_names(left).zh}",
            ),
        )
    if not result.study.week:
        yield (
            Text("Hours of the week", "逐时统计"),
            Text(
                "Set week = true in the study to count every hour",
                "如需全周逐时统计，请在 study.toml 中设置 week = true",
            ),
        )


def _names(requirements: Iterable[Requirement]) -> Text:
    """Return what requirements are called, each name once: several tiers ask for the same service."""
    names = [requirement.name for requirement in requirements]
    return Text(
        ", ".join(dict.fromkeys(name.en for name in names)),
        "、".join(dict.fromkeys(name.zh for name in names)),
    )


def _of_layers(result: StudyResult) -> Iterator[Note]:
    for report in result.layers.reports:
        left_en = f", {report.left_out:,} left out" if report.left_out else ""
        left_zh = f"，不采用 {report.left_out:,} 行" if report.left_out else ""
        yield (
            Text(report.name, report.name),
            Text(
                f"{report.read:,} rows read, {report.accepted:,} used, {report.rejected:,} rejected{left_en}",
                f"读取 {report.read:,} 行，采用 {report.accepted:,} 行，剔除 {report.rejected:,} 行{left_zh}",
            ),
        )


_NOTES = (_of_cases, _of_method, _of_land, _of_access, _of_doubt, _of_layers)
