"""A run in a few lines: what a person reads first, on the screen and in the sheets."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from api.pipeline import StudyResult
from geo.headline import headline
from geo.text import Language, Text

_WORST = 5


def summary(result: StudyResult, *, seconds: Mapping[str, float]) -> str:
    """Return the short summary printed after a run, in the study's language."""
    language = result.study.language
    parts = [
        result.study.name,
        _headlines(result, language),
        _within(result, language),
        _worst_grids(result, language),
        _gaps(result, language),
        _seconds(seconds, language),
    ]
    return "\n\n".join(part for part in parts if part)


def headlines(result: StudyResult) -> list[tuple[str, Text]]:
    """Return one sentence a category, the most people left out first."""
    people = result.layers.demand["people"].to_numpy(float)
    by_area = result.tables.by_area if len(result.tables.by_area) else None
    lines = [
        (found.requirement.category, headline(found, people, by_area)) for found in result.assessment.results
    ]
    lines.sort(key=lambda line: line[1].covered - line[1].total)
    return [(category, Text(line.to("en"), line.to("zh"))) for category, line in lines]


def method_notes(result: StudyResult) -> tuple[tuple[Text, Text], ...]:
    """Return what a reader must know to trust the figures: each a subject and what is said of it."""
    study, network = result.study, result.network
    people = result.layers.demand["people"].to_numpy(float)
    lost = people[~result.joined.demand.snapped].sum()
    kilometres = network.edge_metres.sum() / 1000
    notes = [
        (Text("Travel profile", "出行方式"), result.profile.name),
        (Text("Source of the speed", "速度来源"), Text(result.profile.source, result.profile.source)),
        (Text("Standard", "标准"), result.standard.title),
        (
            Text("Streets", "路网"),
            Text(
                f"{kilometres:,.0f} km in {network.pieces.size:,} pieces; {study.streets.attribution}",
                f"{kilometres:,.0f} km，{network.pieces.size:,} 个连通片；{study.streets.attribution}",
            ),
        ),
        (
            Text("People counted", "统计人口"),
            Text(
                f"{people.sum():,.0f}, of whom {lost:,.0f} are farther than "
                f"{study.max_snap_metres:g} m from any street",
                f"{people.sum():,.0f} 人，其中 {lost:,.0f} 人距任何道路超过 {study.max_snap_metres:g} 米",
            ),
        ),
    ]  # fmt: skip
    notes += [
        (
            Text(report.name, report.name),
            Text(
                f"{report.read:,} rows read, {report.accepted:,} used, {report.rejected:,} rejected",
                f"读取 {report.read:,} 行，采用 {report.accepted:,} 行，剔除 {report.rejected:,} 行",
            ),
        )
        for report in result.layers.reports
    ]
    return tuple(notes)


def _headlines(result: StudyResult, language: Language) -> str:
    return "\n".join(line.to(language) for _, line in headlines(result)[:_WORST])


def _within(result: StudyResult, language: Language) -> str:
    title = Text("People within", "时限内可达人口").to(language)
    table = result.tables.within
    if not len(table):
        return ""
    wide = table.pivot_table(index="category", columns="minutes", values="share", sort=False)
    unit = Text("min", "分钟").to(language)
    head = f"{title:<26}" + "".join(f"{minutes:>7g} {unit}" for minutes in wide.columns)
    rows = [
        f"{category_name(result, str(category)).to(language):<26}"
        + "".join(f"{share:>11.0%}" for share in shares)
        for category, shares in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return "\n".join([head, *rows])


def category_name(result: StudyResult, category: str) -> Text:
    """Return what a category is called in this study."""
    for requirement in result.standard.requirements:
        if requirement.category == category:
            return requirement.name
    return Text(category, category)


def _worst_grids(result: StudyResult, language: Language) -> str:
    table = result.tables.by_area
    if not len(table):
        return ""
    people = table.groupby("area_name", sort=False)[["left_out", "total"]].sum()
    people = people[people["total"] > 0]
    count = max(len(result.assessment.results), 1)
    worst = people.assign(share=people["left_out"] / people["total"], each=people["total"] / count)
    worst = worst.sort_values(["share", "each"], ascending=[False, False], kind="stable").head(_WORST)
    title = Text("Worst grids (share of needs not met)", "最差网格 (未满足需求占比)").to(language)
    unit = Text("people", "人").to(language)
    return "\n".join(
        [title, *(f"  {row.Index}: {row.share:.0%}, {row.each:,.0f} {unit}" for row in worst.itertuples())]
    )


def _gaps(result: StudyResult, language: Language) -> str:
    gaps = result.tables.gaps.head(_WORST)
    if not len(gaps):
        return Text("No gaps", "没有缺口").to(language)
    title = Text("Largest gaps", "最大缺口").to(language)
    unit = Text("people", "人").to(language)
    name = "name_zh" if language == "zh" else "name_en"
    return "\n".join(
        [
            title,
            *(
                f"  {gap.left_out:,.0f} {unit}: {getattr(gap, name)}, {gap.area_name}"
                for gap in gaps.itertuples()
            ),
        ]
    )


def _seconds(seconds: Mapping[str, float], language: Language) -> str:
    title = Text("Seconds", "用时 (秒)").to(language)
    steps = ", ".join(f"{name} {took:.1f}" for name, took in seconds.items())
    return f"{title}: {steps}"


def unverified_note(result: StudyResult) -> Text | None:
    """Return a warning where a result rests on a clause that nobody has checked; None otherwise."""
    resting = result.assessment.rests_on_unverified
    if not resting:
        return None
    names_en = ", ".join(sorted({requirement.name.en for requirement in resting}))
    names_zh = "、".join(sorted({requirement.name.zh for requirement in resting}))
    return Text(f"Not checked against the standard's text: {names_en}", f"以下条文未经核实: {names_zh}")


def disconnected_note(result: StudyResult) -> Text | None:
    """Return how many people are on streets cut off from the rest; None where there are none."""
    people = result.layers.demand["people"].to_numpy(float)
    points, network = result.joined.demand, result.network
    piece = network.node_piece[network.edge_source[np.maximum(points.edge, 0)]]
    lost = float(people[points.snapped & (piece > 0)].sum())
    if pd.isna(lost) or lost < 1:
        return None
    return Text(
        f"{lost:,.0f} people are on streets that are not connected with the rest",
        f"{lost:,.0f} 人所在道路与主路网不连通",
    )
