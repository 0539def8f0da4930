"""The sheets of ``assessment.xlsx``: which tables an office expects, and what their columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from geo.text import Language, Text
from layers.workbook import Column, Sheet, Table, write_csv, write_workbook

_EMPTY = Text("", "")


def _none() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True, slots=True)
class AssessmentBook:
    """Everything that stands in the workbook of one run.

    Attributes
    ----------
    title, office, made_on, profile, standard
        What stands above every table.
    coverage, by_area, gaps
        From `geo.coverage`; `gaps` may carry `cause_zh`, `cause_en`, `remedy_zh`, `remedy_en`.
    tier_names
        What the tiers of the standard are called; their ids are shown where it is silent.
    causes
        From `geo.causes.causes_table`.
    by_hour
        `category, name_en, name_zh, hour (0..167), total, covered`.
    shifts
        From `geo.hourly.shift_table`, with `category_en` and `category_zh`.
    quotas, area_rules
        From `geo.provision`.
    notes
        Rows of data and method: what, and what is said of it.
    """

    title: Text
    coverage: pd.DataFrame
    by_area: pd.DataFrame
    gaps: pd.DataFrame
    made_on: date
    office: str = ""
    profile: Text = _EMPTY
    standard: Text = _EMPTY
    denominator: Text = Text("people", "人口(人)")  # noqa: RUF009 - a NamedTuple, immutable
    tier_names: Mapping[str, Text] = field(default_factory=dict)
    causes: pd.DataFrame = field(default_factory=_none)
    by_hour: pd.DataFrame = field(default_factory=_none)
    shifts: pd.DataFrame = field(default_factory=_none)
    quotas: pd.DataFrame = field(default_factory=_none)
    area_rules: pd.DataFrame = field(default_factory=_none)
    notes: tuple[tuple[Text, Text], ...] = ()


def write_assessment(path: Path, book: AssessmentBook, *, language: Language = "zh") -> Path:
    """Write ``assessment.xlsx``.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    return write_workbook(path, assessment_sheets(book, language=language), language=language)


def write_assessment_csv(
    folder: Path, book: AssessmentBook, *, language: Language = "zh"
) -> tuple[Path, ...]:
    """Write ``coverage.csv``, ``gaps.csv`` and ``by_area.csv`` in UTF-8 with a byte order mark."""
    sheets = assessment_sheets(book, language=language)
    tables = {
        "coverage": Table(_COVERAGE + _METRES, _named(book.coverage, language, book.tier_names)),
        "gaps": sheets[2].tables[0],
        "by_area": Table(_AREA_LONG, _named(book.by_area, language, book.tier_names)),
    }
    return tuple(write_csv(folder / f"{name}.csv", t, language=language) for name, t in tables.items())


def assessment_sheets(book: AssessmentBook, *, language: Language = "zh") -> tuple[Sheet, ...]:
    """Return the six sheets, in the order an office reads them."""
    return (
        _coverage_sheet(book, language),
        _compliance_sheet(book, language),
        _gaps_sheet(book, language),
        _area_sheet(book, language),
        _hours_sheet(book, language),
        _notes_sheet(book),
    )


def _named(frame: pd.DataFrame, language: Language, tiers: Mapping[str, Text] | None = None) -> pd.DataFrame:
    """Return the frame with names, causes, remedies and tiers in the language asked for."""
    if tiers and "tier" in frame:
        said = {tier: words.to(language) for tier, words in tiers.items()}
        frame = frame.assign(tier=[said.get(tier, tier) for tier in frame["tier"]])
    chosen = {"name": f"name_{language}", "cause_name": f"cause_{language}", "remedy": f"remedy_{language}"}
    return frame.assign(**{key: frame[column] for key, column in chosen.items() if column in frame})


def _rows(frame: pd.DataFrame, test: str) -> pd.DataFrame:
    return frame[frame["test"] == test] if "test" in frame else frame


def _unit(book: AssessmentBook, counted: Text) -> Text:
    """Return the line under the title: what is counted, by what, by whom and when."""
    made = book.made_on.isoformat()
    english = [f"Counted: {counted.en}", book.profile.en, book.standard.en, book.office, made]
    chinese = [f"统计口径:{counted.zh}", book.profile.zh, book.standard.zh, book.office, made]
    return Text("; ".join(filter(None, english)), ";".join(filter(None, chinese)))


def _titled(book: AssessmentBook, part: Text) -> Text:
    return Text(f"{book.title.en}: {part.en}", f"{book.title.zh} · {part.zh}")


def _coverage_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name = Text("Coverage", "覆盖率")
    tables = [
        Table(_COVERAGE, _named(_rows(book.coverage, "reach"), language, book.tier_names), _REACH, "verified")
    ]
    if len(book.causes):
        tables.append(_causes_table(book, language))
    part = Text("coverage by travel time", "设施覆盖率(按出行时间)")
    return Sheet(name, _titled(book, part), _unit(book, book.denominator), tuple(tables))


_REACH = Text("Reach by travel time", "出行时间可达")


def _causes_table(book: AssessmentBook, language: Language) -> Table:
    """Return one row per requirement and one column per cause: they sum to everybody."""
    label = f"cause_{language}"
    named = book.causes.merge(_names_of(book.coverage), on="requirement", how="left")
    wide = named.pivot_table(index="requirement", columns=label, values="people", sort=False)
    words = [str(word) for word in named[label].drop_duplicates()]
    first = named.drop_duplicates("requirement").set_index("requirement")
    rows = _named(first.join(wide), language)
    columns = (_NAME, *(Column(word, Text(word, word), "count") for word in words))
    return Table(columns, rows, Text("People by cause", "未覆盖原因(人数)"), "verified")


def _names_of(coverage: pd.DataFrame) -> pd.DataFrame:
    columns = ["requirement", "name_en", "name_zh"]
    return coverage[columns].drop_duplicates("requirement")


def _compliance_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("Compliance", "达标率"), Text("compliance by distance", "设施达标率(按距离)")
    columns = (*_COMPLIANCE, _RATE, _VERIFIED)
    rows = _named(_rows(book.coverage, "compliance"), language, book.tier_names)
    tables = [Table(columns, rows, Text("Distance asked for by the standard", "按标准服务半径"), "verified")]
    if len(book.quotas):
        caption = Text("Per thousand people", "千人指标")
        tables.append(Table(_QUOTAS, _named(book.quotas, language, book.tier_names), caption, "verified"))
    if len(book.area_rules):
        tables.append(Table(_AREA_RULES, book.area_rules, Text("In every area", "一片区一阵地")))
    return Sheet(name, _titled(book, part), _unit(book, book.denominator), tuple(tables))


def _gaps_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("Gaps", "短板清单"), Text("gaps, most people first", "短板清单(按影响人数排序)")
    rows = _named(book.gaps, language)
    limits = [_limit(row, language) for row in rows.to_dict("records")]
    rows = rows.assign(limit=limits, rank=range(1, len(rows) + 1))
    return Sheet(
        name, _titled(book, part), _unit(book, book.denominator), (Table(_GAPS, rows, doubt="verified"),)
    )


def _limit(row: dict[object, object], language: Language) -> str:
    """Return what is asked for, as words: minutes and metres never share a column of numbers."""
    minutes, metres = row.get("minutes_limit"), row.get("metres_limit")
    if isinstance(minutes, float | int) and minutes == minutes:
        return Text(f"{minutes:g} min", f"{minutes:g} 分钟").to(language)
    if isinstance(metres, float | int) and metres == metres:
        return Text(f"{metres:g} m", f"{metres:g} 米").to(language)
    return ""


def _area_sheet(book: AssessmentBook, language: Language) -> Sheet:
    """Return one row per area and one column per requirement, reach and compliance side by side."""
    name, part = Text("By grid", "分网格"), Text("share covered by grid", "分网格覆盖率")
    unit = _unit(book, Text(f"{book.denominator.en}, share covered", f"{book.denominator.zh},覆盖率"))
    long = _named(book.by_area, language)
    if not len(long):
        return Sheet(name, _titled(book, part), unit, (Table(_AREA, long),))
    limits = [_limit(row, language) for row in long.to_dict("records")]
    long = long.assign(head=[f"{n} {limit}" for n, limit in zip(long["name"], limits, strict=True)])
    long = long.assign(key=long["requirement"].astype(str) + "|" + long["test"].astype(str))
    heads = long.drop_duplicates("key").set_index("key")["head"]
    wide = long.pivot_table(index="area_id", columns="key", values="share", sort=False, dropna=False)
    first = long.drop_duplicates("area_id").set_index("area_id")[["area_name", "total"]]
    rows = first.join(wide).reset_index()
    columns = (
        *_AREA,
        Column("total", Text("Total", "总量"), "count"),
        *(Column(str(key), Text(head, head), "share") for key, head in heads.items() if key in wide),
    )
    return Sheet(name, _titled(book, part), unit, (Table(columns, rows),))


_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")


def _hours_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("By hour", "分时段"), Text("coverage by hour", "分时段覆盖率")
    hour = Column("moment", Text("Hour", "时刻"))
    tables = []
    if len(book.shifts):
        rows = _named(book.shifts, language)
        rows = rows.assign(category=rows.get(f"category_{language}", rows.get("category")))
        tables.append(Table(_SHIFTS, rows, Text("By shift", "8小时内与8小时外")))
    if len(book.by_hour):
        long = _named(book.by_hour, language)
        long = long.assign(share=long["covered"] / long["total"].where(long["total"] > 0))
        wide = long.pivot_table(index="hour", columns="name", values="share", sort=False, dropna=False)
        moments = [_moment(int(number), language) for number in wide.index]
        columns = (hour, *(Column(str(key), Text(str(key), str(key)), "share") for key in wide.columns))
        rows = wide.reset_index(drop=True).assign(moment=moments)
        tables.append(Table(columns, rows, Text("Share covered at the full hour", "整点覆盖率")))
    unit = _unit(book, Text(f"{book.denominator.en}, share covered", f"{book.denominator.zh},覆盖率"))
    return Sheet(name, _titled(book, part), unit, tuple(tables) or (Table((hour,), _none()),))


def _moment(hour: int, language: Language) -> str:
    return f"{_DAYS.to(language).split()[hour // 24]} {hour % 24:02d}:00"


def _notes_sheet(book: AssessmentBook) -> Sheet:
    name, part = Text("Data and method", "数据与说明"), Text("data and method", "数据与说明")
    columns = (
        Column("what", Text("Item", "项目")),
        Column("said", Text("Note", "说明")),
    )
    rows = pd.DataFrame(
        {"what": [what for what, _ in book.notes], "said": [said for _, said in book.notes]}, dtype=object
    )
    return Sheet(
        name,
        _titled(book, part),
        Text(book.made_on.isoformat(), book.made_on.isoformat()),
        (Table(columns, rows),),
    )
