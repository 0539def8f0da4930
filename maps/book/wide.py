"""The sheets that lay requirements side by side: a row for each polygon, and for each hour of the week."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geo.measures.land import LAND
from geo.text import Language, Text
from layers.write.workbook import Column, Sheet, Table
from maps.book import columns as columns
from maps.book.content import AssessmentBook
from maps.book.table import limited, named, parts, present, rows_of, table_of, titled, unit_line

_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")
_HOUR = Column("moment", Text("Hour", "时刻"))


def area_sheet(book: AssessmentBook, language: Language) -> Sheet:
    """Return one row per area and one column per requirement, reach and compliance side by side."""
    name, part = Text("By grid", "分网格"), Text("share covered by grid", "分网格覆盖率")
    unit = unit_line(book, Text(f"{book.denominator.en}, share covered", f"{book.denominator.zh},覆盖率"))
    counted = book.by_area[book.by_area["total"] > 0] if len(book.by_area) else book.by_area
    tables = [_wide_areas(rows, book, language, caption) for rows, caption in parts(counted)]
    return Sheet(name, titled(book, part), unit, tuple(tables) or (Table(columns.AREA, pd.DataFrame()),))


def land_sheet(book: AssessmentBook, language: Language) -> Sheet:
    """Return the same for residential land: which share of each area's hectares has what is asked for."""
    name = Text("By grid, land", "分网格用地")
    part = Text("share of residential land by grid", "分网格居住用地覆盖率")
    held = book.land_by_area[book.land_by_area["total"] > 0]
    tables = [_wide_areas(rows, book, language, caption) for rows, caption in parts(held)]
    unit = unit_line(book, Text(f"{book.words[LAND].en}, share covered", f"{book.words[LAND].zh},覆盖率"))
    return Sheet(name, titled(book, part), unit, tuple(tables) or (Table(columns.AREA, pd.DataFrame()),))


def load_sheet(book: AssessmentBook, language: Language) -> Sheet:
    """Return what one member of staff looks after in each grid."""
    name, part = Text("Load of grids", "网格负荷"), Text("load of grids", "网格负荷")
    table = table_of(columns.LOAD, book.load, book, language, name)
    return Sheet(name, titled(book, part), unit_line(book, book.denominator), (table,))


def _wide_areas(rows: pd.DataFrame, book: AssessmentBook, language: Language, caption: Text) -> Table:
    long = limited(named(rows, book, language), language)
    heads = [f"{name} {limit}" for name, limit in zip(long["name"], long["limit"], strict=True)]
    long = long.assign(head=heads, area=rows["area_id"])
    long = long.assign(key=long["requirement"].astype(str) + "|" + long["test"].astype(str))
    names = long.drop_duplicates("key").set_index("key")["head"]
    wide = long.pivot_table(index="area", columns="key", values="share", sort=False, dropna=False)
    first = long.drop_duplicates("area").set_index("area")[["area_id", "area_name", "total"]]
    table = first.join(wide)
    counted = str(long["denominator_name"].iloc[0])
    land = rows["denominator"].iloc[0] == LAND
    wanted = [*columns.AREA, Column("total", Text(counted, counted), "amount" if land else "count")]
    if len(book.ranking) and not land:
        mine = book.ranking[book.ranking["case"] == rows["case"].iloc[0]].set_index("area_id")
        ranks = mine[["rank", "share"]].rename(columns={"share": "needs_met"})
        table = table.join(ranks).sort_values("rank", kind="stable", na_position="last")
        wanted = [columns.RANK, *wanted, columns.NEEDS_MET]
    wanted += [Column(str(key), Text(head, head), "share") for key, head in names.items() if key in wide]
    named_by = Text(f"{caption.en}: share of {counted} covered", f"{caption.zh}：{counted}覆盖率")
    return Table(tuple(wanted), table.reset_index(drop=True), named_by)


def hours_sheet(book: AssessmentBook, language: Language) -> Sheet:
    """Return the cases side by side, both shifts, and every hour of the week; the long tables stand last."""
    name, part = Text("By hour", "分时段"), Text("coverage by hour", "分时段覆盖率")
    tables = [*_by_case(book, language)]
    if len(book.shifts):
        rows = book.shifts
        words = rows.get(f"category_{language}", rows.get("category"))
        rows = rows.assign(worst=[_moment(int(hour), language) for hour in rows["worst_hour"]])
        caption = Text("By shift", "8小时内与8小时外")
        tables += present([(columns.SHIFTS, rows.assign(category=words), caption, "")], book, language)
    if len(book.by_hour):
        tables += [_by_hour(rows, book, language, said) for rows, said in parts(book.by_hour)]
    unit = unit_line(book, Text(f"{book.denominator.en}, share covered", f"{book.denominator.zh},覆盖率"))
    return Sheet(name, titled(book, part), unit, tuple(tables) or (Table((_HOUR,), pd.DataFrame()),))


def _by_case(book: AssessmentBook, language: Language) -> Iterator[Table]:
    """Yield the cases side by side where there are several: who has what, when."""
    rows = rows_of(book.coverage, "reach")
    if "case" not in rows or rows["case"].nunique() < 2:
        return
    keys = ["requirement", "minutes_limit"]
    wide = rows.pivot_table(index=keys, columns="case", values="share", sort=False, dropna=False)
    rest = named(rows.drop_duplicates(keys), book, language).set_index(keys)[["name", "tier"]]
    heads = rows.drop_duplicates("case").set_index("case")[f"case_{language}"]
    shares = (Column(str(case), Text(head, head), "share") for case, head in heads.items())
    wanted = (columns.NAME, columns.TIER, columns.MINUTES, *shares)
    caption = Text("Share covered, case by case", "各情景覆盖率")
    yield Table(wanted, rest.join(wide).reset_index(), caption)


def _by_hour(rows: pd.DataFrame, book: AssessmentBook, language: Language, case: Text) -> Table:
    """Return a row for each hour with a column for each requirement; tables of all cases have one header."""
    long = limited(named(rows, book, language), language)
    long = long.assign(share=long["covered"] / long["total"].where(long["total"] > 0))
    key = "requirement" if "requirement" in long else "name"
    heads = {row[key]: f"{row['name']} {row['limit']}".strip() for row in long.to_dict("records")}
    wide = long.pivot_table(index="hour", columns=key, values="share", sort=False, dropna=False)
    moments = [_moment(int(number), language) for number in wide.index]
    shares = (Column(str(each), Text(heads[each], heads[each]), "share") for each in wide.columns)
    caption = Text(f"Share covered at the full hour{case.en}", f"整点覆盖率{case.zh}")
    return Table((_HOUR, *shares), wide.reset_index(drop=True).assign(moment=moments), caption)


def _moment(hour: int, language: Language) -> str:
    return f"{_DAYS.to(language).split()[hour // 24]} {hour % 24:02d}:00"
