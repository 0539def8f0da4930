"""A run in a few lines: what a person reads first, on the screen and in the sheets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from geo.assessment.counts import people_off_the_main_streets
from geo.assessment.tables import headline_of, of_case
from geo.text import Language, Text
from layers.hours.cells import unknown_hours
from layers.settings import category_names, travels_by
from layers.study.cases import years_without_holidays
from maps.result import StudyResult
from maps.words.people import counted_as, estimated_by, people_notes
from maps.words.steps import STEP_NAMES

_WORST = 5


def summary(result: StudyResult, *, seconds: Mapping[str, float]) -> str:
    """Return the short summary printed after a run, in the study's language."""
    language = result.study.language
    parts = [
        result.study.name,
        _headlines(result, language),
        _within(result, language),
        _land(result, language),
        _accessibility(result, language),
        _by_case(result, language),
        _worst_grids(result, language),
        _gaps(result, language),
        _doubts(result, language),
        _seconds(seconds, language),
    ]
    return "\n\n".join(part for part in parts if part)


def headlines(result: StudyResult) -> list[tuple[str, Text]]:
    """Return one sentence a requirement of the first case, the most people left out first."""
    table = result.tables.coverage
    first = _of_one_test(table[table["case"] == result.first.case.id]) if len(table) else table
    rows = first.sort_values("left_out", ascending=False, kind="stable")
    grids = result.tables.by_area
    grids = grids[grids["kind"] == grids["kind"].iloc[0]] if len(grids) else grids
    travels = travels_by(result.profile)
    who = counted_as(result.study, result.layers, result.first.people)
    estimated = estimated_by(result.layers, result.first.people) is not None
    lines = [
        (str(row["category"]), headline_of(row, grids, travels=travels, counted=who, estimated=estimated))
        for _, row in rows.iterrows()
    ]
    return [(category, Text(line.to("en"), line.to("zh"))) for category, line in lines]


def category_name(result: StudyResult, category: str) -> Text:
    """Return what a category is called in this study."""
    return category_names(result.standard).get(category, Text(category, category))


def unverified_note(result: StudyResult) -> Text | None:
    """Return a warning where a result rests on a clause that nobody has checked; None otherwise."""
    resting = result.assessment.rests_on_unverified
    if not resting:
        return None
    names_en = ", ".join(sorted({requirement.name.en for requirement in resting}))
    names_zh = "、".join(sorted({requirement.name.zh for requirement in resting}))
    return Text(
        f"Not checked against the standard's text: {names_en}", f"以下条文未与标准原文核对：{names_zh}"
    )


def disconnected_note(result: StudyResult) -> Text | None:
    """Return how many people are on streets cut off from the rest; None where there are none."""
    lost = people_off_the_main_streets(result.first)
    if pd.isna(lost) or lost < 1:
        return None
    return Text(
        f"{lost:,.0f} people are on streets that are not connected with the rest",
        f"{lost:,.0f} 人所在道路与主路网不连通",
    )


def hours_note(result: StudyResult) -> Text | None:
    """Return how many places are taken to be open, their hours unknown; None where no hour is asked."""
    facilities = result.layers.facilities
    silent, unread = unknown_hours(facilities)
    hours_matter = result.study.week or any(case.case.moment for case in result.cases)
    if not silent + unread or not hours_matter:
        return None
    en = [f"{silent:,} do not say when they are open"] if silent else []
    zh = [f"{silent:,} 处未注明开放时间"] if silent else []
    if unread:
        en.append(f"{unread:,} say it in words that could not be read")
        zh.append(f"{unread:,} 处的开放时间无法识别")
    total = len(facilities)
    return Text(
        f"of {total:,} places {' and '.join(en)}; they count as open",
        f"{total:,} 处设施中，{'，'.join(zh)}，视为开放",
    )


def holidays_note(result: StudyResult) -> Text | None:
    """Return which years' public holidays are not at hand, and so count as ordinary days; else None."""
    moments = [case.case.moment for case in result.cases if case.case.moment is not None]
    years = years_without_holidays(result.study, moments)
    if not years:
        return None
    en, zh = ", ".join(map(str, years)), "、".join(map(str, years))
    if result.study.holidays_file is not None:
        return Text(
            f"the study's own calendar has no public holidays of {en}; every day there counts as ordinary",
            f"项目的节假日文件未列出 {zh} 年的法定节假日，按普通日计算",
        )
    return Text(
        f"the public holidays of {en} are not known to this version; every day there counts as ordinary: "
        'give them as a file, holidays = "holidays.csv"',
        f"本版本未收录 {zh} 年的法定节假日安排，按普通日计算；可在项目中以文件补充",
    )


def reader_notes(result: StudyResult) -> tuple[Text, ...]:
    """Return what a reader must know to trust the figures, on map and screen alike."""
    notes = (unverified_note, disconnected_note, hours_note, holidays_note)
    said = (text for note in notes if (text := note(result)) is not None)
    return (*people_notes(result.layers), *said)


def _headlines(result: StudyResult, language: Language) -> str:
    lines = [line.to(language) for _, line in headlines(result)[:_WORST]]
    case = result.first.case.name.to(language)
    return "\n".join([f"{case}:", *lines] if len(result.cases) > 1 else lines)


def _within(result: StudyResult, language: Language) -> str:
    title = Text("People within", "时限内可达人口").to(language)
    table = of_case(result.tables.within, result.first.case.id)
    if not len(table):
        return ""
    wide = table.pivot_table(index="category", columns="minutes", values="share", sort=False)
    unit = Text("min", "分钟").to(language)
    head = _padded(title) + "".join(f"{minutes:>7g} {unit}" for minutes in wide.columns)
    rows = [
        _padded(category_name(result, str(category)).to(language))
        + "".join(f"{share:>11.0%}" for share in shares)
        for category, shares in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return "\n".join([head, *rows])


def _land(result: StudyResult, language: Language) -> str:
    """Return which services the least residential land has, in the first case that has land."""
    table = result.land.coverage
    if not len(table):
        return ""
    table = _of_one_test(table[table["case"] == table["case"].iloc[0]])
    total = f"{table['total'].iloc[0]:,.1f}"
    title = Text(f"Least share of residential land ({total} ha)", f"占居住用地比例最低（{total} 公顷）")
    least = table.sort_values("share", kind="stable").head(_WORST)
    rows = [
        f"  {_padded(_service_and_limit(row, language))}{row['share']:.0%}"
        for row in least.to_dict("records")
    ]
    return "\n".join([title.to(language), *rows])


def _service_and_limit(row: Mapping[Hashable, Any], language: Language) -> str:
    """Return a service and the limit it is asked for within."""
    timed = row["test"] == "reach"
    limit = f"{row['minutes_limit']:g}" if timed else f"{row['metres_limit']:g}"
    unit = Text("min", "分钟") if timed else Text("m", "米")
    return f"{row[f'name_{language}']}, {limit} {unit.to(language)}"


def _accessibility(result: StudyResult, language: Language) -> str:
    """Return mean and worst tenth of each measure in the first case, where the study asks for them."""
    table = of_case(result.access.summary, result.first.case.id)
    if not len(table):
        return ""
    title = Text("Accessibility: mean; worst tenth", "可达性指标：平均；最不利 10% 人口").to(language)
    lines = [
        f"  {row[f'name_{language}']}, {row[f'measure_{language}']}: {row['mean']:,.2f}; "
        f"{row['worst_tenth_mean']:,.2f} ({row[f'unit_{language}']})".replace("nan", "-")
        for row in table.to_dict("records")
    ]
    return "\n".join([title, *lines])


def _by_case(result: StudyResult, language: Language) -> str:
    """Return for each case how much of what is asked for is met, where there are several."""
    table = result.tables.coverage
    if len(result.cases) < 2 or not len(table):
        return ""
    reach = table[table["test"] == "reach"]
    sums = reach.groupby("case", sort=False)[["covered", "total"]].sum()
    title = Text("Share of needs met", "需求满足率").to(language)
    lines = [
        f"  {case.case.name.to(language)}: {sums['covered'][case.case.id] / sums['total'][case.case.id]:.1%}"
        for case in result.cases
        if case.case.id in sums.index and sums["total"][case.case.id] > 0
    ]
    return "\n".join([title, *lines])


def _worst_grids(result: StudyResult, language: Language) -> str:
    table = of_case(result.tables.ranking, result.first.case.id)
    if not len(table):
        return ""
    table = table[table["kind"] == table["kind"].iloc[0]].assign(missed=lambda rows: 1 - rows["share"])
    worst = table.sort_values(["missed", "total"], ascending=False, kind="stable").head(_WORST)
    title = Text("Worst grids (share of needs not met)", "最不利网格（未满足需求占比）").to(language)
    unit = Text("people", "人").to(language)
    rows = [f"  {row.area_name}: {row.missed:.0%}, {row.total:,.0f} {unit}" for row in worst.itertuples()]
    return "\n".join([title, *rows])


def _gaps(result: StudyResult, language: Language) -> str:
    gaps = result.tables.gaps
    if not len(result.tables.by_area):
        return Text(
            "Gaps are placed by grid or area; the study has neither",
            "项目中没有网格或片区，短板未定位到具体区域",
        ).to(language)
    if not len(gaps):
        return Text("No gaps", "没有短板").to(language)
    gaps = gaps[(gaps["case"] == result.first.case.id) & (gaps["kind"] == gaps["kind"].iloc[0])]
    gaps = _of_one_test(gaps).head(_WORST)
    title = Text("Largest gaps", "主要短板").to(language)
    unit = Text("people", "人").to(language)
    rows = []
    for gap in gaps.to_dict("records"):
        cause = gap[f"cause_{language}"]
        why = f" ({cause})" if isinstance(cause, str) else ""
        rows.append(f"  {gap['left_out']:,.0f} {unit}: {gap[f'name_{language}']}, {gap['area_name']}{why}")
    return "\n".join([title, *rows])


def _doubts(result: StudyResult, language: Language) -> str:
    return "\n".join(note.to(language) for note in reader_notes(result))


def _seconds(seconds: Mapping[str, float], language: Language) -> str:
    title = Text("Seconds", "用时（秒）").to(language)
    words = {name: step for step in STEP_NAMES for name in step}
    steps = ", ".join(
        f"{words[name].to(language) if name in words else name} {took:.1f}" for name, took in seconds.items()
    )
    return f"{title}: {steps}"


def _of_one_test(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of reach, or those of compliance where there are no others."""
    reach = table[table["test"] == "reach"]
    return reach if len(reach) else table


def _padded(text: str, width: int = 26) -> str:
    """Return a text filled up to a width on a screen, where a Chinese character takes two places."""
    taken = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return text + " " * max(width - taken, 1)
