"""What a reader must know to trust the figures of a run or a plan: one list, said on every door.

Page, sheet, workbook, CSV, ``results.gpkg``, ``run.json``, screen and HTTP show `caveats` as they stand here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np

from geo.assessment.assess import CaseAssessment
from geo.assessment.counts import people_off_the_largest_piece, people_off_the_main_streets
from geo.assessment.joins import LayerJoins
from geo.assessment.room import people_limits
from geo.measures.capacity import METHODS
from geo.network.snap import AccessPoints
from geo.text import Text
from layers.hours.cells import unknown_hours
from layers.load import Layers
from layers.study.cases import years_without_holidays
from layers.study.model import Study
from maps.result import SitingResult, StudyResult
from maps.words.joins import (
    decided_words,
    doubtful_words,
    far_words,
    isolated_words,
    names_of_layers,
    near_the_cut_words,
    not_joined_words,
    past_the_cut_words,
)
from maps.words.people import people_notes
from maps.words.sheets_said import (
    hidden_words,
    not_applied_words,
    not_yet_words,
    number_of,
    occupancy_words,
    rejected_words,
    state_words,
)
from maps.words.unassessed import (
    Clause,
    names_of,
    nothing_assessed,
    sizes_not_tested,
    unassessed,
    unassessed_text,
)

Kind = Literal[
    "not_assessed",
    "sizes_not_tested",
    "fewer_places",
    "rejected",
    "hidden",
    "state_unknown",
    "not_yet",
    "joins",
    "off_streets",
    "past_the_cut",
    "near_the_cut",
    "isolated",
    "far",
    "decided",
    "disconnected",
    "people_estimated",
    "occupancy",
    "hours_unknown",
    "capacity_unknown",
    "capacity_not_applied",
    "room_left_aside",
    "capacity_method",
    "holidays",
    "unverified",
    "confirmed",
    "beside_standard",
]
"""What a caveat is about, in the order in which they are said."""

TITLES: Final[dict[Kind, Text]] = {
    "not_assessed": Text("Not assessed", "未评估"),
    "sizes_not_tested": Text("Sizes not assessed", "规模未评估"),
    "fewer_places": Text("Fewer places than are averaged", "设施数量不足"),
    "rejected": Text("Rejected rows", "剔除（有误）"),
    "hidden": Text("Hidden in the sheets", "表格中的隐藏内容"),
    "state_unknown": Text("State not known", "运营状态未知"),
    "not_yet": Text("Not counted before its day", "尚未启用或入住"),
    "joins": Text("Doubtful joins to the streets", "接入道路存疑"),
    "off_streets": Text("Not joined to any street", "未接入道路"),
    "past_the_cut": Text("Where the streets end", "路网范围之外的设施"),
    "near_the_cut": Text("Near the extract's edge", "路网数据边缘附近"),
    "isolated": Text("On isolated or cut-off streets", "位于孤立或单向不可往返路段"),
    "far": Text("Far from the street", "距道路较远"),
    "decided": Text("Joins decided by the study", "项目指定的接入"),
    "disconnected": Text("Streets apart from the rest", "与主路网不连通"),
    "people_estimated": Text("People are estimated", "人口为估算"),
    "occupancy": Text("Occupancy not known", "入住率未知"),
    "hours_unknown": Text("Hours not known", "开放时间未知"),
    "capacity_unknown": Text("Capacity not known", "容量未知"),
    "capacity_not_applied": Text("Capacity not applied", "容量未计入"),
    "room_left_aside": Text("Room left aside", "未计容量"),
    "capacity_method": Text("How room was assigned", "容量分配方法"),
    "holidays": Text("Public holidays", "法定节假日"),
    "unverified": Text("Not verified", "未与标准原文核对"),
    "confirmed": Text("Confirmed for this study", "本项目核对人"),
    "beside_standard": Text("Beside the standard", "自选设施"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """One thing that changes a number, or what may be said by it."""

    kind: Kind
    text: Text

    @property
    def title(self) -> Text:
        """Return what it is about."""
        return TITLES[self.kind]


def caveats(result: StudyResult | SitingResult, case: CaseAssessment | None = None) -> tuple[Caveat, ...]:
    """Return everything that changes a number of a run or of a plan, the same for every door.

    Parameters
    ----------
    case
        Of a run, whose people and joins are counted; the first where left out.
    """
    said = _of_plan(result) if isinstance(result, SitingResult) else _of_run(result, case or result.first)
    return tuple(Caveat(kind=kind, text=text) for kind in TITLES for text in said.get(kind, ()))


def _of_run(result: StudyResult, case: CaseAssessment) -> dict[Kind, Iterable[Text]]:
    moments = [each.case.moment for each in result.cases if each.case.moment is not None]
    return {
        "not_assessed": _not_assessed(result),
        "sizes_not_tested": _sizes(result),
        "fewer_places": _fewer(case),
        **_of_layers(result.layers),
        **_of_joins(result.study, result.layers, result.joins_of(case), facilities=case.traveller.facilities),
        "near_the_cut": near_the_cut_words(case),
        "disconnected": _disconnected(people_off_the_main_streets(case)),
        "hours_unknown": _hours(result.layers, asked=result.study.week or bool(moments)),
        "capacity_unknown": _capacity(result),
        "capacity_not_applied": not_applied_words(result.layers),
        "capacity_method": _method(result),
        "holidays": _holidays(result.study, moments),
        "unverified": _unverified(result),
        "confirmed": _confirmed(result),
        "beside_standard": _beside(result),
    }


def _of_plan(result: SitingResult) -> dict[Kind, Iterable[Text]]:
    """Return what changes a number of a plan; what only a standard says is no part of it."""
    moment = result.case.moment
    off = people_off_the_largest_piece(result.network, result.people_access, result.people)
    return {
        **_of_layers(result.layers),
        **_of_joins(result.study, result.layers, result.joins, facilities=result.facility_access),
        "disconnected": _disconnected(off),
        "hours_unknown": _hours(result.layers, asked=moment is not None),
        "capacity_unknown": _capacity_of_plan(result),
        "room_left_aside": _room_left_aside(result),
        "holidays": _holidays(result.study, [] if moment is None else [moment]),
    }


def _capacity_of_plan(result: SitingResult) -> Iterator[Text]:
    """Yield that places of today serve nobody in a plan with room where their own is not known."""
    if result.question.capacity != "limits":
        return
    facilities = result.layers.facilities
    unknown = facilities["id"].isin(result.sites["id"]).to_numpy() & np.isnan(people_limits(facilities))
    if unknown.any():
        yield from _rooms_not_known([(result.name, int(unknown.sum()))])


def _room_left_aside(result: SitingResult) -> Iterator[Text]:
    """Yield that a plan counts whoever gets there where the study itself counts room."""
    limits = people_limits(result.layers.facilities)
    limited = result.layers.facilities["id"].isin(result.sites["id"]).to_numpy() & ~np.isinf(limits)
    if limited.any() and result.question.capacity != "limits":
        places = f"{int(limited.sum()):,}"
        yield Text(
            f"the study counts room at {places} of the places of today, this plan counts everybody who gets "
            'there in time; capacity = "limits" counts room here too',
            f"现有设施中有{places}处按容量计算覆盖，本方案仅按可达计算；如需计入容量，"
            '请设 capacity = "limits"',
        )


def _of_layers(layers: Layers) -> dict[Kind, Iterable[Text]]:
    return {
        "rejected": rejected_words(layers),
        "hidden": hidden_words(layers),
        "state_unknown": state_words(layers),
        "not_yet": not_yet_words(layers),
        "people_estimated": people_notes(layers),
        "occupancy": occupancy_words(layers),
    }


def _of_joins(
    study: Study, layers: Layers, joins: Sequence[LayerJoins], *, facilities: AccessPoints
) -> dict[Kind, Iterable[Text]]:
    names = names_of_layers(layers)
    return {
        "joins": doubtful_words(joins, names),
        "off_streets": not_joined_words(joins, names, study.max_snap_metres),
        "past_the_cut": past_the_cut_words(layers, facilities),
        "isolated": isolated_words(joins, names),
        "far": far_words(joins, names),
        "decided": decided_words(layers),
    }


def _not_assessed(result: StudyResult) -> Iterator[Text]:
    found = unassessed(result)
    none = nothing_assessed(result)
    if found.count:
        yield unassessed_text(found)
    elif none is not None:
        yield none


def _sizes(result: StudyResult) -> Iterator[Text]:
    untested = sizes_not_tested(result)
    if untested:
        names = names_of(untested)
        yield Text(
            f"no place of these gives its size, so the size the standard asks for was not tested: {names.en}",
            f"以下设施均未填写规模，标准的面积或宽度要求未评估，仅按距离或时间检验：{names.zh}",
        )


def _fewer(case: CaseAssessment) -> Iterator[Text]:
    """Yield which means are over fewer places than the standard asks for: there are no more."""
    rows = [
        (asked, asked.count, case.times[asked.category].available)
        for asked in (result.requirement for result in case.assessment.reach)
        if asked.combine == "mean" and asked.by_standard and asked.count is not None
    ]
    few = [
        (asked.name, wanted, there) for asked, wanted, there in rows if there is not None and there < wanted
    ]
    if few:
        yield Text(
            "where there are fewer places than are averaged, the mean is over those: "
            + "; ".join(f"{name.en} ({wanted} asked for, {there} there)" for name, wanted, there in few),
            "要求按最近若干处平均、而现有设施不足的，按现有设施平均："
            + "、".join(f"{name.zh}（要求{wanted}处，现有{there}处）" for name, wanted, there in few),
        )


def _disconnected(lost: float) -> Iterator[Text]:
    if lost >= 1:
        yield Text(
            f"{number_of(lost, 'person is', 'people are')} on streets that are not connected with the rest",
            f"{lost:,.0f}人所在道路与主路网不连通",
        )


def _hours(layers: Layers, *, asked: bool) -> Iterator[Text]:
    """Yield how many places do not say when they are open, or not readably, where an hour is asked for."""
    facilities = layers.facilities
    silent, unread = unknown_hours(facilities)
    if not asked or not silent + unread:
        return
    parts = [
        (silent, "without opening hours", "未注明开放时间"),
        (unread, "with hours that could not be read", "所写开放时间无法识别"),
    ]
    some = [(count, en, zh) for count, en, zh in parts if count]
    yield Text(
        f"of {number_of(len(facilities), 'place', 'places')}, "
        f"{' and '.join(f'{count:,} {en}' for count, en, _ in some)}; "
        "where an hour is asked for they cover nobody, and what they would cover if they were open is said "
        "beside the figure",
        f"{len(facilities):,}处设施中，{'，'.join(f'{count:,}处{zh}' for count, _, zh in some)}；"
        "按时段统计时不计其覆盖，如其开放可增加的覆盖人口另列",
    )


def _capacity(result: StudyResult) -> Iterator[Text]:
    table = result.tables.coverage
    some = table[table["room_unknown_places"] > 0] if "room_unknown_places" in table else table.iloc[:0]
    yield from _rooms_not_known(
        (Text(row["name_en"], row["name_zh"]), int(row["room_unknown_places"]))
        for row in some.drop_duplicates("category").to_dict("records")
    )


def _rooms_not_known(counts: Iterable[tuple[Text, int]]) -> Iterator[Text]:
    """Yield how many places of each service do not say their capacity where others are limited by theirs."""
    rows = list(counts)
    if rows:
        yield Text(
            "places whose capacity is not known, where others give theirs, cover nobody: "
            + "; ".join(f"{name.en} {count:,}" for name, count in rows),
            "同类设施按容量计算、而自身容量未知的，不计其覆盖："
            + "；".join(f"{name.zh}{count:,}处" for name, count in rows),
        )


def _method(result: StudyResult) -> Iterator[Text]:
    methods = {method for case in result.cases for method in case.methods.values()}
    if "flow" in methods:
        yield METHODS["flow"]


def _holidays(study: Study, moments: list[datetime]) -> Iterator[Text]:
    """Yield which years' public holidays are not at hand, and so count as ordinary days."""
    years = years_without_holidays(study, moments)
    if not years:
        return
    en, zh = ", ".join(map(str, years)), "、".join(map(str, years))
    if study.holidays_file is not None:
        yield Text(
            f"the study's own calendar has no public holidays of {en}; every day there counts as ordinary",
            f"项目的节假日文件未列出{zh}年的法定节假日，按普通日计算",
        )
    else:
        yield Text(
            f"the public holidays of {en} are not known to this version; every day there counts as ordinary: "
            'give them as a file, holidays = "holidays.csv"',
            f"本版本未收录{zh}年的法定节假日安排，按普通日计算；可在项目中以文件补充",
        )


def _unverified(result: StudyResult) -> Iterator[Text]:
    resting = result.assessment.rests_on_unverified
    if resting:
        names = names_of(resting)
        yield Text(
            f"nobody has checked these against the text of the standard, so nothing is compliant by them: "
            f"{names.en}",
            f"以下条文未与标准原文核对，结论不得据此称“达标”：{names.zh}",
        )


def _confirmed(result: StudyResult) -> Iterator[Text]:
    """Yield who has compared which clauses with the published text, for the study."""
    by: dict[Text, list[Clause]] = {}
    standard = result.standard
    lines: list[Clause] = [*result.assessment.confirmed, *standard.quotas, *standard.area_rules]
    for line in lines:
        who = line.confirmed
        if who is not None:
            day = who.on.isoformat()
            by.setdefault(Text(f"{who.by}, {day}, {who.text}", f"{who.by}（{day}，{who.text}）"), []).append(
                line
            )
    for who_said, clauses in by.items():
        names = names_of(clauses)
        yield Text(
            f"compared with the published text by {who_said.en}: {names.en}",
            f"{who_said.zh}已与标准原文核对：{names.zh}",
        )


def _beside(result: StudyResult) -> Iterator[Text]:
    own = [r for r in result.standard.requirements if not r.by_standard]
    if own:
        names = names_of(own)
        yield Text(
            f"the standard does not ask for these; they are shown apart, rank nothing and make no gaps: "
            f"{names.en}",
            f"以下设施标准未作要求，单独列出，不参与排名，不列短板：{names.zh}",
        )


def caveat_line(caveat: Caveat) -> Text:
    """Return a caveat with its title in front, as a line."""
    title, text = caveat.title, caveat.text
    return Text(f"{title.en}: {text.en}", f"{title.zh}：{text.zh}")
