"""The first sheet, one upright page to sign: sentences, the verdict on each requirement, warnings, map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

import pandas as pd

from geo.text import Text
from layers.write.table import Column, Sheet, Table
from maps.book import columns
from maps.book.picture import map_picture
from maps.book.rows import PEOPLE, named, unit_line
from maps.book.spec import Edition
from maps.book.verdict import ASKED, GAP, NO_TARGET, verdicts
from maps.result import StudyResult
from maps.values import EMPTY
from maps.words.caveats import Kind, caveats
from maps.words.overall import overall_lines
from maps.words.summary import headlines
from maps.words.unassessed import nothing_assessed

NAME: Final = Text("Conclusion", "评估结论")
SENTENCES: Final = 5
MOST_VERDICTS: Final = 16
"""Rows of verdicts that a page holds; the sheets behind hold all."""

_MOST_LETTERS, _MOST_CHARACTERS = 170, 85
_NO_NUMBER_CHANGES: Final[frozenset[Kind]] = frozenset({"confirmed", "beside_standard"})
VERDICTS: Final = (
    Column("name", Text("Requirement", "评估要求")),
    ASKED,
    Column("target", Text("Target", "目标"), "share", NO_TARGET),
    columns.REACH_SHARE,
    columns.ROOM_SHARE,
    columns.METRES_SHARE,
    GAP,
    Column("met_words", Text("Target met", "是否达到目标")),
    Column("verified", Text("Verified", "已与标准原文核对"), "yes"),
)
_MARKS: Final = (
    Text(
        "Within reach: who gets there in time, room left aside. Within capacity: who finds room, too; not "
        "limited where no capacity limits the service. Within the distance: by the metres of the standard. "
        "Names in italics: the clause was not checked against the published text.",
        "可达率：时限内可达，不计容量；容量内覆盖率：时限内可达且设施有余量，“不计容量”表示该项不按容量计算；"
        "服务半径覆盖率：按标准的距离（米）检验。名称为斜体的，所据条文未与标准原文核对。",
    ),
)
_SIGNED: Final = (
    Text(
        "Made by: ____________   Checked by: ____________   Signed: ____________   Date: ____________",
        "编制：____________    审核：____________    签字：____________    日期：______年____月____日",
    ),
)


def conclusion_sheet(edition: Edition[StudyResult]) -> Sheet:
    """Return the first sheet of a run."""
    result = edition.result
    rows = verdicts(result)
    sentences = tuple(islice(_sentences(result), SENTENCES))
    numbered = tuple(Text(f"{n}. {text.en}", f"{n}. {text.zh}") for n, text in enumerate(sentences, 1))
    return Sheet(
        NAME,
        Text(f"{result.study.name}: conclusion", f"{result.study.name.removesuffix('评估')}评估结论"),
        unit_line(edition, PEOPLE, of_first=True),
        _verdict_table(edition, rows) if len(rows) else None,
        numbered,
        after=(*_MARKS, *_warnings(result)),
        picture=map_picture(result),
        signed=_SIGNED,
        one_page=True,
    )


def _sentences(result: StudyResult) -> Iterator[Text]:
    """Yield what came of what the standard asks for, or that nothing did; never of services beside it."""
    none = nothing_assessed(result)
    if none is not None:
        yield none
    yield from (text for _, text in headlines(result))
    yield from overall_lines(result)


def _verdict_table(edition: Edition[StudyResult], rows: pd.DataFrame) -> Table:
    shown = named(rows.head(MOST_VERDICTS), edition)
    empty = {name for name in ("metres_share", "gap") if shown[name].isna().all()}
    if shown["target"].isna().all():
        empty |= {"met_words"}
    wanted = tuple(column for column in VERDICTS if column.key not in empty)
    return Table(wanted, shown, NAME, "verified", key="conclusion")


def _warnings(result: StudyResult) -> Iterator[Text]:
    """Yield what changes a number, a kind once and cut to a few lines; all stands with data and method."""
    heeded = [each for each in caveats(result) if each.kind not in _NO_NUMBER_CHANGES]
    alike = Counter(each.title for each in heeded)
    for title in alike:
        text = next(each.text for each in heeded if each.title == title)
        rest = alike[title] - 1
        more = Text(f" ({rest} more, see Data and method)", f"（同类另{rest}条，见“数据与说明”）")
        more = more if rest else EMPTY
        short = Text(_short(text.en, _MOST_LETTERS), _short(text.zh, _MOST_CHARACTERS))
        if not rest and short != text:
            more = Text(" ... (see Data and method)", "等（详见“数据与说明”）")
        yield Text(f"! {title.en}: {short.en}{more.en}", f"※ {title.zh}：{short.zh}{more.zh}")
    unsaid = len(verdicts(result)) - MOST_VERDICTS
    if unsaid > 0:
        yield Text(
            f"{unsaid:,} further requirements stand on the sheet Coverage.",
            f"其余{unsaid:,}项要求见“可达与容量”。",
        )


def _short(text: str, most: int) -> str:
    """Return a text cut where a thing that it lists ends; whole where it is short, or lists nothing."""
    if len(text) <= most:
        return text
    ends = [text.rfind(mark, most // 2, most) for mark in ("、", "；", "，", ", ", "; ")]
    return text[: max(ends)] if max(ends) > 0 else text
