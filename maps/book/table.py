"""One table of the workbook: names in the language asked for, limits as words, the case of each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from geo.measures.areas import OUTSIDE
from geo.text import Language, Text
from layers.write.workbook import ROWS_OF_A_PAGE, Column, Table
from maps.book import columns as columns
from maps.book.content import EMPTY, AssessmentBook

_TESTS = {"reach": Text("by time", "出行时间"), "compliance": Text("by distance", "服务半径")}
_OUTSIDE = Text("outside every one", "范围外")
_KINDS = {"grid": Text("By grid", "按网格"), "area": Text("By area", "按片区")}
Part = tuple[tuple[Column, ...], pd.DataFrame, Text, str]


def table_of(
    wanted: tuple[Column, ...],
    frame: pd.DataFrame,
    book: AssessmentBook,
    language: Language,
    caption: Text | None = None,
    doubt: str = "",
) -> Table:
    """Return a table in the language asked for; where there are several cases each row names its own."""
    rows = named(frame, book, language)
    several = "case" in frame and frame["case"].nunique() > 1
    shown = (columns.CASE, *wanted) if several else wanted
    return Table(shown, rows, caption, doubt) if caption is not None else Table(shown, rows, doubt=doubt)


def present(parts: Iterable[Part], book: AssessmentBook, language: Language) -> list[Table]:
    """Return the tables that have rows.

    What would fill more than a page is parted by case, then by what is counted and by who: each part
    begins a page under its own header, for nobody reads columns without their names.
    """
    return [
        table_of(wanted, rows, book, language, said, doubt)
        for wanted, frame, caption, doubt in parts
        if len(frame)
        for rows, said in _pages(frame, book, caption, _PARTED_BY)
    ]


_PARTED_BY = ("case", "denominator", "of")


def _pages(
    frame: pd.DataFrame, book: AssessmentBook, caption: Text, keys: tuple[str, ...]
) -> Iterator[tuple[pd.DataFrame, Text]]:
    """Yield the rows for each table, and what stands above it."""
    if len(frame) <= ROWS_OF_A_PAGE or not keys:
        yield frame, caption
    elif keys[0] not in frame or frame[keys[0]].nunique() < 2:
        yield from _pages(frame, book, caption, keys[1:])
    else:
        for value, rows in frame.groupby(keys[0], sort=False):
            name = _case_name(rows) if keys[0] == "case" else book.words.get(str(value), EMPTY)
            said = Text(f"{caption.en}: {name.en}", f"{caption.zh}：{name.zh}") if name.en else caption
            yield from _pages(rows, book, said, keys[1:])


def _case_name(rows: pd.DataFrame) -> Text:
    return Text(str(rows["case_en"].iloc[0]), str(rows["case_zh"].iloc[0]))


def named(frame: pd.DataFrame, book: AssessmentBook, language: Language) -> pd.DataFrame:
    """Return the frame with names, causes, remedies, tiers and tests in the language asked for."""
    names = {
        "tier": book.tier_names,
        "test": _TESTS,
        "of": book.words,
        "denominator": {"people": book.denominator, **book.words},
        "area_id": {OUTSIDE: EMPTY},
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
        "measure_name": f"measure_{language}",
        "unit_name": f"unit_{language}",
        "remedy": f"remedy_{language}",
        "case_name": f"case_{language}",
    }
    return frame.assign(**{key: frame[column] for key, column in chosen.items() if column in frame})


def _say(words: Mapping[str, Text], value: object, language: Language) -> object:
    return words[value].to(language) if isinstance(value, str) and value in words else value


def rows_of(frame: pd.DataFrame, test: str) -> pd.DataFrame:
    """Return the rows of one test: ``reach`` or ``compliance``."""
    return frame[frame["test"] == test] if "test" in frame else frame


def unit_line(book: AssessmentBook, counted: Text) -> Text:
    """Return the line under the title: what is counted, by what, by whom and when."""
    made = book.made_on.isoformat()
    english = [f"Counted: {counted.en}", book.profile.en, book.standard.en, book.office, made]
    chinese = [f"统计口径:{counted.zh}", book.profile.zh, book.standard.zh, book.office, made]
    return Text("; ".join(filter(None, english)), ";".join(filter(None, chinese)))


def titled(book: AssessmentBook, part: Text) -> Text:
    """Return the title of a sheet: that of the study, then of the part."""
    return Text(f"{book.title.en}: {part.en}", f"{book.title.zh} · {part.zh}")


def limited(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the frame with what each row asks for in words, as `limit`."""
    return frame.assign(limit=[_limit(row, language) for row in frame.to_dict("records")])


def _limit(row: Mapping[object, object], language: Language) -> str:
    """Return what is asked for, as words: minutes and metres never share a column of numbers."""
    minutes, metres = row.get("minutes_limit"), row.get("metres_limit")
    if isinstance(minutes, float | int) and minutes == minutes:
        return Text(f"{minutes:g} min", f"{minutes:g} 分钟").to(language)
    if isinstance(metres, float | int) and metres == metres:
        return Text(f"{metres:g} m", f"{metres:g} 米").to(language)
    return ""


def numbered(gaps: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the gaps with what is asked for in words, and their number within case and kind."""
    keys = [key for key in ("case", "kind") if key in gaps]
    rank = gaps.groupby(keys, sort=False).cumcount() + 1 if keys else range(1, len(gaps) + 1)
    return limited(gaps, language).assign(rank=rank)


def parts(table: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, Text]]:
    """Yield the rows of each case and kind of polygon, with what to call them."""
    keys = [key for key in ("case", "kind") if key in table]
    several = "case" in keys and table["case"].nunique() > 1
    for _, rows in table.groupby(keys, sort=False) if keys else [((), table)]:
        if len(rows):
            first = rows.iloc[0]
            kind = _KINDS.get(str(first.get("kind")), EMPTY)
            case = Text(f", {first['case_en']}", f"，{first['case_zh']}") if several else EMPTY
            yield rows, Text(kind.en + case.en, kind.zh + case.zh)
