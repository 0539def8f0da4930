"""Named figures of a run, as a sheet lists them and an office's own templates quote them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import pandas as pd

from geo.text import Language, Text
from layers.write.cells import shown
from layers.write.table import Column, Kind
from maps.book.verdict import verdicts
from maps.result import StudyResult
from maps.values import EMPTY, texts
from maps.words.caveats import caveats
from maps.words.overall import overall_lines
from maps.words.people import estimated_by
from maps.words.summary import headlines
from maps.words.unassessed import nothing_assessed, unassessed

_SENTENCES = 5
_SHARES: Final = (
    ("reach_share", Text("Share within reach", "可达率")),
    ("room_share", Text("Share within capacity", "容量内覆盖率")),
    ("metres_share", Text("Share within the distance", "服务半径覆盖率")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named figure: what it is called, its value, how it is written, and in which unit."""

    name: Text
    value: Text | float
    kind: Kind = "text"
    unit: Text = EMPTY

    def to(self, language: Language) -> str:
        """Return the value as a cell shows it."""
        return shown(self.value, Column("value", self.name, self.kind), language)


def facts(result: StudyResult, *, made_on: str) -> Iterator[Fact]:
    """Yield what a run says in single figures: the study, its extent, what was found by requirement."""
    yield from _of_study(result, made_on)
    yield from _of_extent(result)
    yield from _of_findings(result)
    yield from _of_requirements(result)


def fact_rows(result: StudyResult, *, made_on: str, findings: bool = True) -> pd.DataFrame:
    """Return the figures as rows: ``name, value, unit``; without findings, those of study and extent."""
    told = facts(result, made_on=made_on)
    if not findings:
        told = chain(_of_study(result, made_on), _of_extent(result), _counts_of_findings(result))
    rows = [fact for fact in told if fact.name != _RUN]
    language = result.study.language
    return pd.DataFrame({
        "name": texts(fact.name for fact in rows),
        "value": [fact.to(language) for fact in rows],
        "unit": texts(fact.unit for fact in rows),
    })  # fmt: skip


_RUN: Final = Text("Run", "运行编号")
_PEOPLE, _PLACES, _AREAS = Text("people", "人"), Text("places", "处"), Text("areas", "个")
_ITEMS = Text("requirements", "项")


def _of_study(result: StudyResult, made_on: str) -> Iterator[Fact]:
    study = result.study

    def words(en: str, zh: str, value: Text | str) -> Fact:
        return Fact(name=Text(en, zh), value=value if isinstance(value, Text) else Text(value, value))

    yield words("Study", "项目名称", study.name)
    if study.office:
        yield words("Office", "编制单位", study.office)
    yield words("Date", "编制日期", made_on)
    yield Fact(name=_RUN, value=Text(result.run_id, result.run_id))
    yield words("Standard", "评估标准", result.standard.title)
    yield words("Travel", "出行方式", result.profile.name)
    yield words("Case", "评估情景", result.first.case.name)
    if study.review_number:
        yield words("Review number", "审图号", study.review_number)
    yield words("Sources", "数据来源", Text(", ".join(study.attributions), "、".join(study.attributions)))


def _of_extent(result: StudyResult) -> Iterator[Fact]:
    people = result.first.people
    by = estimated_by(result.layers, people)
    counted = _PEOPLE if by is None else Text(f"{_PEOPLE.en}, {by.en}", f"{_PEOPLE.zh}（{by.zh}）")
    yield Fact(name=Text("People counted", "统计人口"), value=float(people.sum()), kind="count", unit=counted)
    kinds = result.layers.facilities["kind"]
    for name, count in (
        (Text("Places", "设施数"), len(kinds)),
        (Text("Stations", "服务站点数"), int((kinds == "station").sum())),
        (Text("Neighbourhood centres", "邻里中心数"), int((kinds == "centre").sum())),
        (Text("Partner merchants", "合作商户数"), int((kinds == "merchant").sum())),
    ):
        if count:
            yield Fact(name=name, value=float(count), kind="count", unit=_PLACES)
    for name, frame in (
        (Text("Grid cells", "网格数"), result.layers.grids),
        (Text("Areas", "片区数"), result.layers.areas),
    ):
        if len(frame):
            yield Fact(name=name, value=float(len(frame)), kind="count", unit=_AREAS)
    kilometres = result.network.street_metres / 1000
    yield Fact(name=Text("Streets", "路网长度"), value=kilometres, kind="count", unit=Text("km", "公里"))


def _of_findings(result: StudyResult) -> Iterator[Fact]:
    yield from _counts_of_findings(result)
    none = nothing_assessed(result)
    sentences = [text for _, text in headlines(result)] + overall_lines(result)
    sentences = sentences if none is None else [none, *sentences]
    for number, sentence in enumerate(islice(sentences, _SENTENCES), 1):
        yield Fact(name=Text(f"Conclusion {number}", f"结论{number}"), value=sentence)
    said = [each.title for each in caveats(result)]
    titles = list(dict.fromkeys(said))
    if titles:
        value = Text(", ".join(each.en for each in titles), "、".join(each.zh for each in titles))
        yield Fact(name=Text("To be heeded", "须知"), value=value)


def _counts_of_findings(result: StudyResult) -> Iterator[Fact]:
    rows = verdicts(result)
    left = unassessed(result)
    met = [value for value in rows["met"] if value is not None] if len(rows) else []
    counts = [
        (Text("Requirements of the standard", "标准要求项数"), left.asked),
        (Text("Requirements assessed", "已评估项数"), left.asked - left.count),
    ]
    if met:
        counts.append((Text("Targets set", "设有目标的项数"), len(met)))
        counts.append((Text("Targets met", "达到目标的项数"), sum(met)))
    for name, count in counts:
        yield Fact(name=name, value=float(count), kind="count", unit=_ITEMS)


def _of_requirements(result: StudyResult) -> Iterator[Fact]:
    """Yield the shares and the people left out of each requirement, by its name and, where needed, limit."""
    rows = verdicts(result)
    taken: set[str] = set()
    for row in rows.to_dict("records"):
        timed = row["minutes_limit"] == row["minutes_limit"]
        limit = row["minutes_limit"] if timed else row["metres_limit"]
        unit = Text("min", "分钟") if timed else Text("m", "米")
        name = Text(str(row["name_en"]), str(row["name_zh"]))
        if name.zh in taken:
            name = Text(f"{name.en} {limit:g} {unit.en}", f"{name.zh}{limit:g}{unit.zh}")
        if name.zh in taken:
            continue
        taken.add(name.zh)
        for key, share in _SHARES:
            value = row[key]
            if value == value:
                called = Text(f"{share.en}: {name.en}", f"{share.zh}_{name.zh}")
                yield Fact(name=called, value=float(value), kind="share")
        called = Text(f"People left out: {name.en}", f"未覆盖人口_{name.zh}")
        yield Fact(name=called, value=float(row["left_out"]), kind="count", unit=_PEOPLE)
