"""Rows of a run in words: names in the language asked for, limits as words, the case of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from geo.assessment.cuts import DENOMINATORS
from geo.measures.areas import OUTSIDE
from geo.measures.land import LAND
from geo.text import Language, Text
from layers.load import words_of
from layers.settings import tier_names
from layers.write.table import Column
from maps.book.columns import CASE
from maps.book.spec import Edition
from maps.book.verdict import measured
from maps.result import StudyResult
from maps.values import EMPTY, texts
from maps.words.caveats import caveats
from maps.words.summary import as_counted

PEOPLE = Text("people", "人口（人）")
"""What is counted where a table does not say otherwise."""

_TESTS = {"reach": Text("by time", "出行时间"), "compliance": Text("by distance", "服务半径")}
_UNITS = {"m²": Text("m²", "平方米")}
_REQUIRED = {True: Text("required", "应配"), False: Text("optional", "按需")}
_BESIDE = Text("not asked for", "自选")
OUTSIDE_NAME = Text("outside every one", "范围外")
_KINDS = {"grid": Text("grid", "网格"), "area": Text("area", "片区")}


def named(frame: pd.DataFrame, edition: Edition[StudyResult]) -> pd.DataFrame:
    """Return the frame with names, causes, remedies, tiers and tests in the language of the edition."""
    result, language = edition.result, edition.language
    terms = counted_words(result)
    names: dict[str, Mapping[str, Text]] = {
        "tier": tier_names(result.study, result.standard),
        "test": _TESTS,
        "unit": _UNITS,
        "of": terms,
        "denominator": {"people": PEOPLE, **terms},
        "area_id": {OUTSIDE: EMPTY},
        "area_name": {OUTSIDE: OUTSIDE_NAME},
    }
    shown = {"of": "of_name", "denominator": "denominator_name"}
    frame = frame.copy(deep=False)
    for column, words in names.items():
        if column in frame:
            values = [_in_words(words, value, language) for value in frame[column]]
            frame[shown.get(column, column)] = pd.Series(values, index=frame.index, dtype=object)
    if "requirement" in frame and "metres_limit" in frame and "measured" not in frame:
        ways = zip(frame["requirement"], frame["metres_limit"], strict=True)
        along = texts(EMPTY if metres != metres else measured(result, key) for key, metres in ways)
        frame["measured"] = along.set_axis(frame.index)
    if "required" in frame:
        asked = frame.get("by_standard", pd.Series(True, index=frame.index))
        needs = texts(
            _REQUIRED[bool(required)] if by_standard else _BESIDE
            for required, by_standard in zip(frame["required"], asked, strict=True)
        )
        frame["required_name"] = needs.set_axis(frame.index)
    if "verified" in frame and "by_standard" in frame:
        # What no standard asks for has no clause that could be verified.
        asked = frame["by_standard"].astype(bool)
        frame["verified"] = frame["verified"].astype(object).where(asked, None)
    chosen = {
        "name": f"name_{language}",
        "cause_name": f"cause_{language}",
        "measure_name": f"measure_{language}",
        "unit_name": f"unit_{language}",
        "remedy": f"remedy_{language}",
        "case_name": f"case_{language}",
    }
    frame = frame.assign(**{key: frame[column] for key, column in chosen.items() if column in frame})
    return _with_counting(frame, language)


def _with_counting(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the frame with how many places decide behind the name, where that is more than the nearest."""
    if not {"name", "count", "combine"} <= set(frame.columns) or not (frame["count"] > 1).any():
        return frame
    rows = zip(frame["name"], frame["count"], frame["combine"], strict=True)
    names = [
        as_counted(Text(name, name), count=int(count), mean=combine == "mean").to(language)
        if isinstance(name, str) and count > 1
        else name
        for name, count, combine in rows
    ]
    return frame.assign(name=pd.Series(names, index=frame.index, dtype=object))


def counted_words(result: StudyResult) -> dict[str, Text]:
    """Return what groups, shifts and denominators are called."""
    words = words_of(result.study)
    return {
        **DENOMINATORS,
        **({LAND: _LAND_WITHOUT_ROOM} if room_limits(result) else {}),
        **{term.id: term.name for term in words.groups.terms.values()},
        **{term.id: term.name for term in words.shifts.terms.values()},
    }


def room_limits(result: StudyResult) -> bool:
    """Return whether capacity limits any service, so that room has to be spoken of."""
    return any(case.methods for case in result.cases)


_LAND_WITHOUT_ROOM = Text(f"{DENOMINATORS[LAND].en}, room left aside", "居住用地（公顷，不计容量）")


def _in_words(words: Mapping[str, Text], value: object, language: Language) -> object:
    return words[value].to(language) if isinstance(value, str) and value in words else value


def rows_of(frame: pd.DataFrame, test: str) -> pd.DataFrame:
    """Return the rows of one test: ``reach`` or ``compliance``."""
    return frame[frame["test"] == test] if "test" in frame else frame


def unit_line(edition: Edition[StudyResult], counted: Text, *, of_first: bool = False) -> Text:
    """Return the line under the title: what is counted, by what, by whom and when.

    Parameters
    ----------
    of_first
        Whether all figures of the sheet are of the first case.
    """
    result, made = edition.result, edition.made_on.isoformat()
    travels, office = _travels(edition, of_first=of_first), result.study.office or ""
    english = [f"Counted: {counted.en}", travels.en, result.standard.title.en, office, made]
    chinese = [f"统计口径：{counted.zh}", travels.zh, result.standard.title.zh, office, made]
    titles = list(dict.fromkeys(each.title for each in caveats(result)))
    if titles:
        english.append(f"Heed: {', '.join(title.en for title in titles)} (sheet Data and method)")
        chinese.append(f"须知：{'、'.join(title.zh for title in titles)}（见“数据与说明”）")
    return Text("; ".join(filter(None, english)), "；".join(filter(None, chinese)))


def _travels(edition: Edition[StudyResult], *, of_first: bool) -> Text:
    """Return who travels; each row names its case where there are several."""
    count, name = len(edition.result.cases), edition.result.first.case.name
    if count > 1 and (of_first or edition.case is not None):
        return Text(f"case: {name.en}", f"情景：{name.zh}")
    if count == 1:
        return name
    return Text(f"{count} cases, named with each table", f"{count} 个情景，见各表")


def limited(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with what each row asks for in words, as `limit`."""
    nothing = [None] * len(frame)
    both = (frame.get(name, nothing) for name in ("minutes_limit", "metres_limit"))
    limits = texts(_limit(minutes, metres) for minutes, metres in zip(*both, strict=True))
    return frame.assign(limit=limits.set_axis(frame.index))


def _limit(minutes: object, metres: object) -> Text:
    """Return what is asked for, as words: minutes and metres never share a column of numbers."""
    if isinstance(minutes, float | int) and minutes == minutes:
        return Text(f"{minutes:g} min", f"{minutes:g} 分钟")
    if isinstance(metres, float | int) and metres == metres:
        return Text(f"{metres:g} m", f"{metres:g} 米")
    return EMPTY


def numbered(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps with what is asked for in words, and their number within case and kind."""
    keys = [key for key in ("case", "kind") if key in gaps]
    rank = gaps.groupby(keys, sort=False).cumcount() + 1 if keys else range(1, len(gaps) + 1)
    return limited(gaps).assign(rank=rank)


def parts(table: pd.DataFrame, *, by_case: bool = True) -> Iterator[tuple[pd.DataFrame, Text, Text]]:
    """Yield the rows of each case, unless they stay together, and kind of polygon.

    With each come the words for the kind, and for the case where there are several; empty where not.
    """
    keys = [key for key in ("case", "kind") if key in table and (by_case or key != "case")]
    several = "case" in keys and table["case"].nunique() > 1
    for _, rows in table.groupby(keys, sort=False) if keys else [((), table)]:
        if len(rows):
            first = rows.iloc[0]
            kind = _KINDS.get(str(first.get("kind")), EMPTY)
            yield rows, kind, Text(str(first["case_en"]), str(first["case_zh"])) if several else EMPTY


def joined(text: Text, case: Text, *, en: str = ", ", zh: str = "，") -> Text:
    """Return a text with the name of a case behind it, where there is one."""
    return Text(f"{text.en}{en}{case.en}", f"{text.zh}{zh}{case.zh}") if case.en else text


def with_case(wanted: tuple[Column, ...], rows: pd.DataFrame) -> tuple[Column, ...]:
    """Return columns with the case in front where the rows are of several."""
    several = "case" in rows and rows["case"].nunique() > 1
    return (CASE, *wanted) if several else wanted
