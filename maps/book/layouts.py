"""How the rows of a run are laid out as tables: listed, ranked, by cause, by polygon, by case, by hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from geo.measures.land import LAND
from geo.text import Language, Text
from layers.write.table import Column, Table
from maps.book import columns
from maps.book.charts import with_area_chart, with_week_chart
from maps.book.rows import joined, limited, named, numbered, parts, rows_of, with_case
from maps.book.spec import Edition, Layout, TableSpec
from maps.book.verdict import with_both_shares
from maps.result import StudyResult
from maps.values import EMPTY

MOST_GAPS = 100
"""Rows of the sheet of gaps for each case and kind of polygon, some three pages; the CSV holds all."""

MOST_TOGETHER = 40
"""Rows of all cases that stand in one table, about a page."""

HOUR = Column("moment", Text("Hour", "时刻"))
_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")

RunTable = TableSpec[StudyResult]
RunEdition = Edition[StudyResult]
RunLayout = Layout[StudyResult]
BESIDE_STANDARD = Text("beside the standard", "自选设施")


def apart(layout: RunLayout) -> RunLayout:
    """Return a layout that lays out the services the standard does not ask for in tables of their own."""

    def laid_out(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
        if "by_standard" not in rows or rows["by_standard"].astype(bool).all():
            yield from layout(spec, edition, rows)
            return
        asked = rows["by_standard"].astype(bool)
        yield from layout(spec, edition, rows[asked])
        caption = _beside(spec.caption)
        tables = layout(replace(spec, caption=caption, doubt=""), edition, rows[~asked])
        yield from (replace(table, annex=True) for table in tables)

    return laid_out


def _beside(caption: Text) -> Text:
    return Text(f"{caption.en} ({BESIDE_STANDARD.en})", f"{caption.zh}（{BESIDE_STANDARD.zh}）")


def listed(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay rows out one below the other, with names in the language of the edition; all cases in one table."""
    if len(rows):
        shown = _shown(spec.columns_of(edition.result, rows), rows := with_both_shares(edition.result, rows))
        yield Table(
            with_case(shown, rows), named(_spared(rows), edition), spec.caption, spec.doubt, spec.total
        )


def _spared(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose test by distance does not say of room that there is no limit: it has none to have."""
    if not {"room_share", "test"} <= set(rows.columns):
        return rows
    return rows.assign(room_share=rows["room_share"].astype(object).where(rows["test"] != "compliance", ""))


def _shown(wanted: tuple[Column, ...], rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return columns without a share that no row has; reach and room always stand side by side."""
    empty = {name for name in _MAY_BE_EMPTY if name in rows and rows[name].isna().all()}
    if _named_apart(rows):
        empty |= {"area_id"}
    if "test" in rows and not (rows["test"] == "compliance").any():
        empty |= {"measured", "metres_limit"} & ({"measured"} | empty)
    return tuple(column for column in wanted if column.key not in empty)


def _named_apart(rows: pd.DataFrame) -> bool:
    """Return whether the names of polygons tell them apart, so that nobody needs their ids."""
    if not {"area_id", "area_name"} <= set(rows.columns):
        return False
    pairs = rows[["area_id", "area_name"]].drop_duplicates()
    names = pairs["area_name"].fillna("")
    return bool(names.ne("").all() and names.is_unique)


_MAY_BE_EMPTY = (
    "metres_share",
    "share_slower",
    "share_faster",
    "required_max",
    "tier",
    "worst_tenth_mean_minutes",
)


def one_table(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay rows out as one table however long it is, as CSV is written: the same columns in every run."""
    shown = spec.columns_of(edition.result, rows)
    yield Table(shown, named(with_both_shares(edition.result, rows), edition), spec.caption, spec.doubt)


def ranked(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay out the first of the gaps of each case and kind of polygon, numbered; say how many there are."""
    # Cases of a few rows each are compared on one page, not turned over.
    together = _few(rows)
    for part, kind, case in parts(rows, by_case=not together):
        caption = Text(f"Gaps by {kind.en}, most people first", f"分{kind.zh}短板（按未覆盖人口排序）")
        caption, ranks = joined(caption, case), numbered(part)
        if not together and len(part) > MOST_GAPS:
            first = Text(
                f" (first {MOST_GAPS:,} of {len(part):,}; all in gaps.csv)",
                f"（共 {len(part):,} 条，列前 {MOST_GAPS:,} 条，全部见 gaps.csv）",
            )
            caption, ranks = Text(caption.en + first.en, caption.zh + first.zh), ranks.head(MOST_GAPS)
        rows_shown = with_both_shares(edition.result, ranks)
        wanted = with_case(_shown(spec.columns_of(edition.result, part), rows_shown), rows_shown)
        tab = joined(Text(f"Gaps by {kind.en}", f"分{kind.zh}短板"), case, en=" ", zh=" ")
        yield Table(wanted, named(_spared(rows_shown), edition), caption, spec.doubt, tab=tab)


def in_words(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay rows out as they are made, their names in the language of the edition."""
    if len(rows):
        shown = _shown(spec.columns_of(edition.result, rows), rows)
        yield Table(shown, named(rows, edition), spec.caption, spec.doubt, spec.total)


def by_cause(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay out one row per requirement and one column per cause: they sum to everybody."""
    if not len(rows):
        return
    label = f"cause_{edition.language}"
    keys = ["case", "requirement"] if "case" in rows else ["requirement"]
    wide = rows.pivot_table(index=keys, columns=label, values="people", sort=False)
    some = rows.groupby(label, sort=False)["people"].sum()
    words = [str(word) for word, people in some.items() if people > 0]
    known = ["requirement", "name_en", "name_zh", "tier", "minutes_limit", "count", "combine"]
    coverage = rows_of(edition.rows(edition.result.tables.coverage), "reach")
    names = coverage[known].drop_duplicates("requirement")
    first = rows.drop_duplicates(keys).merge(names, on="requirement", how="left").set_index(keys)
    table = first.join(wide).reset_index()
    shown = (*spec.columns_of(edition.result, rows), *(Column(w, Text(w, w), "count") for w in words))
    yield Table(with_case(shown, table), named(table, edition), spec.caption, spec.doubt)


def by_polygon(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay out one row per polygon and one column per requirement, reach and compliance side by side."""
    del spec
    counted = rows[rows["total"] > 0] if len(rows) else rows
    polygons = counted.drop_duplicates([name for name in ("case", "kind", "area_id") if name in counted])
    together = _few(polygons)
    for part, kind, case in parts(counted, by_case=not together):
        land = part["denominator"].iloc[0] == LAND
        what = Text(" of residential land", "居住用地") if land else EMPTY
        caption = joined(Text(f"Share covered by {kind.en}{what.en}", f"分{kind.zh}{what.zh}覆盖率"), case)
        tab = Text(f"By {kind.en}{', land' if land else ''}", f"分{kind.zh}{'用地' if land else ''}")
        tab, asked = joined(tab, case, en=" ", zh=" "), part["by_standard"].astype(bool)
        if asked.any():
            yield replace(with_area_chart(_polygons_of_cases(part[asked], edition, caption)), tab=tab)
        if not asked.all():
            beside = _polygons_of_cases(part[~asked], edition, _beside(caption), ranked=False)
            yield replace(beside, annex=True, tab=_beside(tab))


def _few(rows: pd.DataFrame) -> bool:
    """Return whether rows of several cases are so few that one table holds them."""
    return "case" in rows and rows["case"].nunique() > 1 and len(rows) <= MOST_TOGETHER


def _polygons_of_cases(
    rows: pd.DataFrame, edition: RunEdition, caption: Text, *, ranked: bool = True
) -> Table:
    """Return the polygons of each case below each other; people of several cases have no sum."""
    if "case" not in rows or rows["case"].nunique() < 2:
        return _wide_polygons(rows, edition, caption, ranked=ranked)
    tables, names = [], []
    for _, of_case in rows.groupby("case", sort=False):
        tables.append(_wide_polygons(of_case, edition, caption, ranked=ranked))
        names.append(str(of_case[f"case_{edition.language}"].iloc[0]))
    frames = [table.frame.assign(case_name=name) for table, name in zip(tables, names, strict=True)]
    wanted = dict.fromkeys(column for table in tables for column in table.columns)
    return Table((columns.CASE, *wanted), pd.concat(frames, ignore_index=True), caption)


def by_case(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay the cases out side by side where there are several: who has what, when, by both shares."""
    if "case" not in rows or rows["case"].nunique() < 2:
        return
    keys = ["requirement", "minutes_limit"]
    rows = with_both_shares(edition.result, rows)
    table = named(rows.drop_duplicates(keys), edition).set_index(keys)[["name", "tier"]]
    heads = rows.drop_duplicates("case").set_index("case")[f"case_{edition.language}"]
    shares = []
    for share in _SHARES[:2]:
        wide = rows.pivot_table(index=keys, columns="case", values=share.key, sort=False)
        for case, head in heads.items():
            if case in wide:
                table = table.assign(**{f"{case}|{share.key}": wide[case]})
                heading = Text(f"{head}: {share.header.en}", f"{head} {share.header.zh}")
                shares.append(Column(f"{case}|{share.key}", heading, "share", share.missing))
    shown = (*spec.columns_of(edition.result, rows), *shares)
    yield Table(shown, table.reset_index(), spec.caption)


def by_shift(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """List coverage within and outside the eight working hours, with the worst hour of each in words."""
    if len(rows):
        language = edition.language
        words = rows.get(f"category_{language}", rows.get("category"))
        worst = [_moment(int(hour), language) for hour in rows["worst_hour"]]
        yield from listed(spec, edition, rows.assign(worst=worst, category=words))


def by_hour(spec: RunTable, edition: RunEdition, rows: pd.DataFrame) -> Iterator[Table]:
    """Lay out a row for each hour with a column for each requirement; tables of all cases have one header."""
    for part, _, case in parts(rows) if len(rows) else ():
        table = with_week_chart(_wide_hours(spec, part, edition, joined(spec.caption, case)))
        yield replace(table, tab=joined(spec.tab, case, en=" ", zh=" ") if spec.tab.en else table.tab)


def _wide_polygons(rows: pd.DataFrame, edition: RunEdition, caption: Text, *, ranked: bool = True) -> Table:
    rows = with_both_shares(edition.result, rows)
    long = limited(named(rows, edition))
    heads = _heads(long, edition.language)
    long = long.assign(head=heads, area=rows["area_id"])
    long = long.assign(key=long["requirement"].astype(str) + "|" + long["test"].astype(str))
    names = long.drop_duplicates("key").set_index("key")["head"]
    first = long.drop_duplicates("area").set_index("area")[["area_id", "area_name", "total"]]
    table, shares = first, []
    wide = {
        share.key: long.pivot_table(index="area", columns="key", values=share.key, sort=False)
        for share in _SHARES
    }
    for key, head in names.items():
        for share in _SHARES:
            if key in wide[share.key]:
                column = f"{key}|{share.key}"
                table = table.assign(**{column: wide[share.key][key]})
                heading = Text(f"{head}: {share.header.en}", f"{head} {share.header.zh}")
                shares.append(Column(column, heading, "share"))
    counted = str(long["denominator_name"].iloc[0])
    land = rows["denominator"].iloc[0] == LAND
    wanted = [*columns.AREA, Column("total", Text(counted, counted), "amount" if land else "count")]
    ranking = edition.result.tables.ranking
    if len(ranking) and ranked and not land:
        of_case = ranking[ranking["case"] == rows["case"].iloc[0]].set_index("area_id")
        ranks = of_case[["rank", "share"]].rename(columns={"share": "mean_coverage"})
        table = table.join(ranks).sort_values("rank", kind="stable", na_position="last")
        wanted = [columns.RANK, *wanted, columns.MEAN_COVERAGE]
    if _named_apart(first):
        wanted = [column for column in wanted if column.key != "area_id"]
    wanted += shares
    total = ("total",)
    return Table(tuple(wanted), table.reset_index(drop=True), caption, total=total)


_SHARES = (columns.REACH_SHARE, columns.ROOM_SHARE, columns.METRES_SHARE)


def _heads(rows: pd.DataFrame, language: Language) -> list[str]:
    """Return what each row asks for as the head of a column: the service and its limit."""
    both = zip(rows["name"], rows["limit"], strict=True)
    return [f"{name} {limit.to(language)}".strip() for name, limit in both]


def _wide_hours(spec: RunTable, rows: pd.DataFrame, edition: RunEdition, caption: Text) -> Table:
    long = limited(named(rows, edition))
    long = long.assign(share=long["covered"] / long["total"].where(long["total"] > 0))
    key = "requirement" if "requirement" in long else "name"
    heads = dict(zip(long[key], _heads(long, edition.language), strict=True))
    wide = long.pivot_table(index="hour", columns=key, values="share", sort=False, dropna=False)
    moments = [_moment(int(number), edition.language) for number in wide.index]
    shares = (Column(str(each), Text(heads[each], heads[each]), "share") for each in wide.columns)
    shown = (*spec.columns_of(edition.result, rows), *shares)
    return Table(shown, wide.reset_index(drop=True).assign(moment=moments), caption)


def _moment(hour: int, language: Language) -> str:
    return f"{_DAYS.to(language).split()[hour // 24]} {hour % 24:02d}:00"
