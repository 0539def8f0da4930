"""What a reader must know to trust the figures of a run: one list, said on every door.

Page, sheet, workbook, CSV, ``results.gpkg``, ``run.json``, screen and HTTP show `caveats` as they stand here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from geo.assessment.assess import CaseAssessment
from geo.assessment.counts import facilities_off_streets, join_doubts, people_off_the_main_streets
from geo.measures.capacity import METHODS
from geo.text import Text
from layers.hours.cells import unknown_hours
from layers.study.cases import years_without_holidays
from maps.result import StudyResult
from maps.words.people import people_notes
from maps.words.unassessed import Clause, names_of, sizes_not_tested, unassessed, unassessed_text

Kind = Literal[
    "not_assessed",
    "sizes_not_tested",
    "rejected",
    "joins",
    "off_streets",
    "disconnected",
    "people_estimated",
    "hours_unknown",
    "capacity_unknown",
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
    "rejected": Text("Rejected rows", "剔除（有误）"),
    "joins": Text("Doubtful joins to the streets", "接入道路存疑"),
    "off_streets": Text("Not joined to any street", "未接入道路"),
    "disconnected": Text("Streets apart from the rest", "与主路网不连通"),
    "people_estimated": Text("People are estimated", "人口为估算"),
    "hours_unknown": Text("Hours not known", "开放时间未知"),
    "capacity_unknown": Text("Capacity not known", "容量未知"),
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


def caveats(result: StudyResult, case: CaseAssessment | None = None) -> tuple[Caveat, ...]:
    """Return everything that changes a number of a run, the same for every door.

    Parameters
    ----------
    case
        Whose people and joins are counted; the first where left out.
    """
    shown = result.first if case is None else case
    said: dict[Kind, Iterable[Text]] = {
        "not_assessed": _not_assessed(result),
        "sizes_not_tested": _sizes(result),
        "rejected": _rejected(result),
        "joins": _doubtful_joins(shown),
        "off_streets": _off_streets(result, shown),
        "disconnected": _disconnected(shown),
        "people_estimated": _estimated(result),
        "hours_unknown": _hours(result),
        "capacity_unknown": _capacity(result),
        "capacity_method": _method(result),
        "holidays": _holidays(result),
        "unverified": _unverified(result),
        "confirmed": _confirmed(result),
        "beside_standard": _beside(result),
    }
    return tuple(Caveat(kind=kind, text=text) for kind, texts in said.items() for text in texts)


def number_of(count: float, singular: str, plural: str) -> str:
    """Return a number with the English noun that goes with it.

    Examples
    --------
    >>> number_of(1, "row was", "rows were"), number_of(1200, "row was", "rows were")
    ('1 row was', '1,200 rows were')
    """
    return f"{count:,.0f} {singular if round(count) == 1 else plural}"


def _not_assessed(result: StudyResult) -> Iterator[Text]:
    found = unassessed(result)
    if found.count:
        yield unassessed_text(found)


def _sizes(result: StudyResult) -> Iterator[Text]:
    untested = sizes_not_tested(result)
    if untested:
        names = names_of(untested)
        yield Text(
            f"no place of these gives its size, so the size the standard asks for was not tested: {names.en}",
            f"以下设施均未填写规模，标准的面积或宽度要求未评估，仅按距离或时间检验：{names.zh}",
        )


def _rejected(result: StudyResult) -> Iterator[Text]:
    bad = [report for report in result.layers.reports if report.rejected]
    if bad:
        total = sum(report.rejected for report in bad)
        yield Text(
            f"{number_of(total, 'row was', 'rows were')} rejected and left out everywhere: "
            + "; ".join(f"{each.name} {each.rejected:,} of {each.read:,}" for each in bad),
            f"有误剔除{total:,}行，不计入任何结果："
            + "；".join(f"“{each.name}”{each.read:,}行中{each.rejected:,}行" for each in bad),
        )


def _doubtful_joins(case: CaseAssessment) -> Iterator[Text]:
    """Yield how many people and places are joined to a street that may not be theirs, and why."""
    doubts = join_doubts(case)
    people, places = doubts["people"], doubts["facilities"]
    if people["any"] < 1 and not places["any"]:
        return
    why = [words for kind, words in _DOUBTS.items() if people.get(kind, 0) >= 1 or places.get(kind, 0)]
    yield Text(
        f"{number_of(people['any'], 'person', 'people')} and {number_of(places['any'], 'place', 'places')} "
        f"are joined to a street that may not be theirs: {', '.join(words.en for words in why)}",
        f"{people['any']:,.0f}人和{places['any']:,.0f}处设施接入的道路存疑："
        f"{'、'.join(words.zh for words in why)}",
    )


_DOUBTS: Final = {
    "water": Text("across water", "跨水域"),
    "motorway": Text("across a motorway", "跨快速路"),
    "scrap": Text("to an isolated piece", "接入孤立路段"),
    "railway": Text("across a railway", "跨铁路"),
    "below": Text("to a street below", "接入下层道路"),
    "above": Text("to a street above", "接入上层道路"),
    "wall": Text("through a wall or fence", "穿越围墙"),
    "private": Text("to a private way", "接入内部道路"),
}


def _off_streets(result: StudyResult, case: CaseAssessment) -> Iterator[Text]:
    limit = result.study.max_snap_metres
    people = float(case.people[~case.traveller.demand.snapped].sum())
    places = facilities_off_streets(case)
    if people >= 1:
        yield Text(
            f"{number_of(people, 'person is', 'people are')} farther than {limit:g} m from any street, "
            "not covered",
            f"{people:,.0f}人距任何道路超过{limit:g}米，计为未覆盖",
        )
    if places:
        yield Text(
            f"{number_of(places, 'place is', 'places are')} farther than {limit:g} m from any street and "
            "cannot be reached",
            f"{places:,}处设施距任何道路超过{limit:g}米，不计其服务",
        )


def _disconnected(case: CaseAssessment) -> Iterator[Text]:
    lost = people_off_the_main_streets(case)
    if lost >= 1:
        yield Text(
            f"{number_of(lost, 'person is', 'people are')} on streets that are not connected with the rest",
            f"{lost:,.0f}人所在道路与主路网不连通",
        )


def _estimated(result: StudyResult) -> Iterator[Text]:
    yield from people_notes(result.layers)


def _hours(result: StudyResult) -> Iterator[Text]:
    """Yield how many places do not say when they are open, or not readably, where an hour is asked for."""
    facilities = result.layers.facilities
    silent, unread = unknown_hours(facilities)
    if not silent + unread or not (result.study.week or any(case.case.moment for case in result.cases)):
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
    first = some.drop_duplicates("category")
    if len(first):
        rows = [
            (int(row["room_unknown_places"]), Text(row["name_en"], row["name_zh"]))
            for row in first.to_dict("records")
        ]
        yield Text(
            "places whose capacity is not known, where others give theirs, cover nobody: "
            + "; ".join(f"{name.en} {count:,}" for count, name in rows),
            "同类设施按容量计算、而自身容量未知的，不计其覆盖："
            + "；".join(f"{name.zh}{count:,}处" for count, name in rows),
        )


def _method(result: StudyResult) -> Iterator[Text]:
    methods = {method for case in result.cases for method in case.methods.values()}
    if "flow" in methods:
        yield METHODS["flow"]


def _holidays(result: StudyResult) -> Iterator[Text]:
    """Yield which years' public holidays are not at hand, and so count as ordinary days."""
    moments = [case.case.moment for case in result.cases if case.case.moment is not None]
    years = years_without_holidays(result.study, moments)
    if not years:
        return
    en, zh = ", ".join(map(str, years)), "、".join(map(str, years))
    if result.study.holidays_file is not None:
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
