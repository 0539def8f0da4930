"""The sheets of ``assessment.xlsx``: which tables an office expects, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

import pandas as pd

from geo.areas import OUTSIDE
from geo.text import Language, Text
from layers import assessment_columns as columns
from layers.workbook import Column, Sheet, Table, write_csv, write_workbook

_EMPTY = Text("", "")
MOST_GAPS = 500
"""Rows of the sheet of gaps for each case and kind of polygon; the CSV holds all of them."""


def _none() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True, slots=True)
class AssessmentBook:
    """Everything that stands in the workbook of one run.

    Every frame may name its case in `case`, `case_en` and `case_zh`; where several do, each table
    says of which case a row is.

    Attributes
    ----------
    title, office, made_on, profile, standard
        What stands above every table.
    coverage, by_area, gaps
        From `geo.coverage`; `gaps` may carry `cause_zh`, `cause_en`, `remedy_zh`, `remedy_en`, and all
        of them the `kind` of polygon.
    tier_names
        What the tiers of standard and stations are called; their ids are shown where it is silent.
    causes
        From `geo.causes.causes_table`.
    by_hour
        `category, name_en, name_zh, hour (0..167), total, covered`.
    shifts
        From `geo.hourly.shift_table`, with `category_en` and `category_zh`.
    quotas, area_rules, load, tiers, functions
        From `geo.provision`.
    fairness, ranking, by_group, denominators
        From `geo.assessment_tables`.
    words
        What groups, shifts and denominators are called.
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
    load: pd.DataFrame = field(default_factory=_none)
    tiers: pd.DataFrame = field(default_factory=_none)
    functions: pd.DataFrame = field(default_factory=_none)
    fairness: pd.DataFrame = field(default_factory=_none)
    ranking: pd.DataFrame = field(default_factory=_none)
    by_group: pd.DataFrame = field(default_factory=_none)
    denominators: pd.DataFrame = field(default_factory=_none)
    words: Mapping[str, Text] = field(default_factory=dict)
    notes: tuple[tuple[Text, Text], ...] = ()


def write_assessment(path: Path, book: AssessmentBook, *, language: Language = "zh") -> Path:
    """Write ``assessment.xlsx``.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    return write_workbook(path, assessment_sheets(book, language=language), language=language)


def write_short(path: Path, book: AssessmentBook, *, language: Language = "zh") -> Path:
    """Write ``coverage.xlsx``: coverage, gaps, grids and method of the first case, for a first reading.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    sheets = assessment_sheets(_first_case(book), language=language)
    coverage, _, gaps, areas, _, notes = sheets
    return write_workbook(path, (coverage, gaps, areas, notes), language=language)


def _first_case(book: AssessmentBook) -> AssessmentBook:
    """Return the book with the rows of its first case alone."""
    if "case" not in book.coverage or not len(book.coverage):
        return book
    first = book.coverage["case"].iloc[0]
    frames = {f.name: getattr(book, f.name) for f in fields(book)}
    kept = {
        name: frame[frame["case"] == first]
        for name, frame in frames.items()
        if isinstance(frame, pd.DataFrame) and "case" in frame
    }
    said = Text(book.coverage["case_en"].iloc[0], book.coverage["case_zh"].iloc[0])
    return replace(book, **kept, profile=said)


def write_assessment_csv(
    folder: Path, book: AssessmentBook, *, language: Language = "zh"
) -> tuple[Path, ...]:
    """Write ``coverage.csv``, ``gaps.csv`` and ``by_area.csv`` in UTF-8 with a byte order mark."""
    tables = assessment_tables_csv(book, language=language)
    return tuple(write_csv(folder / f"{name}.csv", t, language=language) for name, t in tables.items())


def assessment_tables_csv(book: AssessmentBook, *, language: Language = "zh") -> dict[str, Table]:
    """Return the tables that are written as CSV, by the name of the file."""
    return {
        "coverage": _table(columns.COVERAGE + columns.METRES, book.coverage, book, language),
        "gaps": _table(columns.GAPS, _numbered(book.gaps, language), book, language),
        "by_area": _table(columns.AREA_LONG, book.by_area, book, language),
    }


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


_TESTS = {"reach": Text("by time", "出行时间"), "compliance": Text("by distance", "服务半径")}
_OUTSIDE = Text("outside every one", "范围外")
_KINDS = {"grid": Text("By grid", "按网格"), "area": Text("By area", "按片区")}


def _named(frame: pd.DataFrame, book: AssessmentBook, language: Language) -> pd.DataFrame:
    """Return the frame with names, causes, remedies, tiers and tests in the language asked for."""
    names = {
        "tier": book.tier_names,
        "test": _TESTS,
        "of": book.words,
        "denominator": book.words,
        "area_id": {OUTSIDE: _EMPTY},
        "area_name": {OUTSIDE: _OUTSIDE},
    }
    shown = {"of": "of_name", "denominator": "denominator_name"}
    frame = frame.copy(deep=False)
    for column, words in names.items():
        if column in frame:
            said = [_say(words, value, language) for value in frame[column]]
            frame[shown.get(column, column)] = pd.Series(said, index=frame.index, dtype=object)
    chosen = {
        "name": f"name_{language}",
        "cause_name": f"cause_{language}",
        "remedy": f"remedy_{language}",
        "case_name": f"case_{language}",
    }
    return frame.assign(**{key: frame[column] for key, column in chosen.items() if column in frame})


def _say(words: Mapping[str, Text], value: object, language: Language) -> object:
    return words[value].to(language) if isinstance(value, str) and value in words else value


def _table(
    wanted: tuple[Column, ...],
    frame: pd.DataFrame,
    book: AssessmentBook,
    language: Language,
    caption: Text | None = None,
    doubt: str = "",
) -> Table:
    """Return a table in the language asked for; where there are several cases each row names its own."""
    named = _named(frame, book, language)
    several = "case" in frame and frame["case"].nunique() > 1
    shown = (columns.CASE, *wanted) if several else wanted
    return Table(shown, named, caption, doubt) if caption is not None else Table(shown, named, doubt=doubt)


_Part = tuple[tuple[Column, ...], pd.DataFrame, Text, str]


def _present(parts: tuple[_Part, ...], book: AssessmentBook, language: Language) -> list[Table]:
    """Return the tables that have rows."""
    return [
        _table(wanted, frame, book, language, caption, doubt)
        for wanted, frame, caption, doubt in parts
        if len(frame)
    ]


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
    reach = Text("Reach by travel time", "出行时间可达")
    tables = [_table(columns.COVERAGE, _rows(book.coverage, "reach"), book, language, reach, "verified")]
    if len(book.causes):
        tables.append(_causes_table(book, language))
    further = (
        (columns.FAIRNESS, book.fairness, Text("How evenly it is shared", "公平性(不只看平均)"), ""),
        (columns.GROUPS, _limited(book.by_group, language), Text("By group", "分人群"), "verified"),
        (columns.TIERS, book.tiers, Text("By tier of station", "分阵地层级(逐级嵌套)"), ""),
        (columns.FUNCTIONS, book.functions, Text("Functions within reach", "功能清单"), ""),
        (
            columns.DENOMINATORS,
            _limited(book.denominators, language),
            Text("Dwellings and floor area", "按住宅统计"),
            "verified",
        ),
    )
    tables += _present(further, book, language)
    part = Text("coverage by travel time", "设施覆盖率(按出行时间)")
    name = Text("Coverage", "覆盖率")
    return Sheet(name, _titled(book, part), _unit(book, book.denominator), tuple(tables))


def _causes_table(book: AssessmentBook, language: Language) -> Table:
    """Return one row per requirement and one column per cause: they sum to everybody."""
    label = f"cause_{language}"
    keys = ["case", "requirement"] if "case" in book.causes else ["requirement"]
    wide = book.causes.pivot_table(index=keys, columns=label, values="people", sort=False)
    words = [str(word) for word in book.causes[label].drop_duplicates()]
    names = book.coverage[["requirement", "name_en", "name_zh"]].drop_duplicates("requirement")
    first = book.causes.drop_duplicates(keys).merge(names, on="requirement", how="left").set_index(keys)
    rows = first.join(wide).reset_index()
    wanted = (columns.NAME, *(Column(word, Text(word, word), "count") for word in words))
    return _table(wanted, rows, book, language, Text("People by cause", "未覆盖原因(人数)"), "verified")


def _compliance_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("Compliance", "达标率"), Text("compliance by distance", "设施达标率(按距离)")
    tables = [
        _table(
            columns.COMPLIANCE,
            _rows(book.coverage, "compliance"),
            book,
            language,
            Text("Distance asked for by the standard", "按标准服务半径"),
            "verified",
        )
    ]
    further = (
        (columns.QUOTAS, book.quotas, Text("Per thousand people", "千人指标"), "verified"),
        (columns.AREA_RULES, book.area_rules, Text("In every area", "一片区一阵地"), "verified"),
    )
    tables += _present(further, book, language)
    return Sheet(name, _titled(book, part), _unit(book, book.denominator), tuple(tables))


def _gaps_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("Gaps", "短板清单"), Text("gaps, most people first", "短板清单(按影响人数排序)")
    tables = []
    for rows, caption in _parts(book.gaps):
        shown = _numbered(rows, language).head(MOST_GAPS)
        if len(rows) > MOST_GAPS:
            first = Text(
                f" (first {MOST_GAPS:,} of {len(rows):,}; all in gaps.csv)",
                f"（共 {len(rows):,} 条，列前 {MOST_GAPS:,} 条，全部见 gaps.csv）",
            )
            caption = Text(caption.en + first.en, caption.zh + first.zh)
        tables.append(Table(columns.GAPS, _named(shown, book, language), caption, "verified"))
    sheet = tuple(tables) or (Table(columns.GAPS, _none()),)
    return Sheet(name, _titled(book, part), _unit(book, book.denominator), sheet)


def _numbered(gaps: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the gaps with what is asked for in words, and their number within case and kind."""
    keys = [key for key in ("case", "kind") if key in gaps]
    rank = gaps.groupby(keys, sort=False).cumcount() + 1 if keys else range(1, len(gaps) + 1)
    return _limited(gaps, language).assign(rank=rank)


def _limited(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    return frame.assign(limit=[_limit(row, language) for row in frame.to_dict("records")])


def _limit(row: Mapping[object, object], language: Language) -> str:
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
    counted = book.by_area[book.by_area["total"] > 0] if len(book.by_area) else book.by_area
    tables = [_wide_areas(rows, book, language, caption) for rows, caption in _parts(counted)]
    if len(book.load):
        tables.append(_table(columns.LOAD, book.load, book, language, Text("Load of grids", "网格负荷")))
    return Sheet(name, _titled(book, part), unit, tuple(tables) or (Table(columns.AREA, _none()),))


def _parts(table: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, Text]]:
    """Yield the rows of each case and kind of polygon, with what to call them."""
    keys = [key for key in ("case", "kind") if key in table]
    several = "case" in keys and table["case"].nunique() > 1
    for _, rows in table.groupby(keys, sort=False) if keys else [((), table)]:
        if len(rows):
            first = rows.iloc[0]
            kind = _KINDS.get(str(first.get("kind")), _EMPTY)
            case = Text(f", {first['case_en']}", f"，{first['case_zh']}") if several else _EMPTY
            yield rows, Text(kind.en + case.en, kind.zh + case.zh)


def _wide_areas(rows: pd.DataFrame, book: AssessmentBook, language: Language, caption: Text) -> Table:
    long = _limited(_named(rows, book, language), language)
    heads = [f"{name} {limit}" for name, limit in zip(long["name"], long["limit"], strict=True)]
    long = long.assign(head=heads, area=rows["area_id"])
    long = long.assign(key=long["requirement"].astype(str) + "|" + long["test"].astype(str))
    names = long.drop_duplicates("key").set_index("key")["head"]
    wide = long.pivot_table(index="area", columns="key", values="share", sort=False, dropna=False)
    first = long.drop_duplicates("area").set_index("area")[["area_id", "area_name", "total"]]
    table = first.join(wide)
    wanted = [*columns.AREA, Column("total", Text("Total", "总量"), "count")]
    if len(book.ranking):
        mine = book.ranking[book.ranking["case"] == rows["case"].iloc[0]].set_index("area_id")
        ranks = mine[["rank", "share"]].rename(columns={"share": "needs_met"})
        table = table.join(ranks).sort_values("rank", kind="stable", na_position="last")
        wanted = [columns.RANK, *wanted, columns.NEEDS_MET]
    wanted += [Column(str(key), Text(head, head), "share") for key, head in names.items() if key in wide]
    return Table(tuple(wanted), table.reset_index(drop=True), caption)


_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")


def _hours_sheet(book: AssessmentBook, language: Language) -> Sheet:
    name, part = Text("By hour", "分时段"), Text("coverage by hour", "分时段覆盖率")
    tables = [*_by_case(book, language)]
    if len(book.shifts):
        rows = book.shifts
        words = rows.get(f"category_{language}", rows.get("category"))
        rows = rows.assign(worst=[_moment(int(hour), language) for hour in rows["worst_hour"]])
        caption = Text("By shift", "8小时内与8小时外")
        tables.append(_table(columns.SHIFTS, rows.assign(category=words), book, language, caption))
    if len(book.by_hour):
        groups = book.by_hour.groupby("case", sort=False) if "case" in book.by_hour else [("", book.by_hour)]
        tables += [_by_hour(rows, book, language) for _, rows in groups]
    unit = _unit(book, Text(f"{book.denominator.en}, share covered", f"{book.denominator.zh},覆盖率"))
    hour = Column("moment", Text("Hour", "时刻"))
    return Sheet(name, _titled(book, part), unit, tuple(tables) or (Table((hour,), _none()),))


def _by_case(book: AssessmentBook, language: Language) -> Iterator[Table]:
    """Yield the cases side by side where there are several: who has what, when."""
    rows = _rows(book.coverage, "reach")
    if "case" not in rows or rows["case"].nunique() < 2:
        return
    keys = ["requirement", "minutes_limit"]
    wide = rows.pivot_table(index=keys, columns="case", values="share", sort=False, dropna=False)
    named = _named(rows.drop_duplicates(keys), book, language).set_index(keys)[["name", "tier"]]
    heads = rows.drop_duplicates("case").set_index("case")[f"case_{language}"]
    shares = (Column(str(case), Text(head, head), "share") for case, head in heads.items())
    wanted = (columns.NAME, columns.TIER, columns.MINUTES, *shares)
    caption = Text("Share covered, case by case", "各情景覆盖率")
    yield Table(wanted, named.join(wide).reset_index(), caption)


def _by_hour(rows: pd.DataFrame, book: AssessmentBook, language: Language) -> Table:
    long = _named(rows, book, language)
    long = long.assign(share=long["covered"] / long["total"].where(long["total"] > 0))
    key = "requirement" if "requirement" in long else "name"
    heads = dict(zip(long[key], long["name"], strict=True))
    wide = long.pivot_table(index="hour", columns=key, values="share", sort=False, dropna=False)
    moments = [_moment(int(number), language) for number in wide.index]
    hour = Column("moment", Text("Hour", "时刻"))
    shares = (Column(str(key), Text(heads[key], heads[key]), "share") for key in wide.columns)
    several = "case" in book.by_hour and book.by_hour["case"].nunique() > 1
    of = Text(f": {rows['case_en'].iloc[0]}", f"：{rows['case_zh'].iloc[0]}") if several else _EMPTY
    caption = Text(f"Share covered at the full hour{of.en}", f"整点覆盖率{of.zh}")
    return Table((hour, *shares), wide.reset_index(drop=True).assign(moment=moments), caption)


def _moment(hour: int, language: Language) -> str:
    return f"{_DAYS.to(language).split()[hour // 24]} {hour % 24:02d}:00"


def _notes_sheet(book: AssessmentBook) -> Sheet:
    name, part = Text("Data and method", "数据与说明"), Text("data and method", "数据与说明")
    wanted = (
        Column("what", Text("Item", "项目")),
        Column("said", Text("Note", "说明")),
    )
    rows = pd.DataFrame(
        {"what": [what for what, _ in book.notes], "said": [said for _, said in book.notes]}, dtype=object
    )
    made = Text(book.made_on.isoformat(), book.made_on.isoformat())
    return Sheet(name, _titled(book, part), made, (Table(wanted, rows),))
