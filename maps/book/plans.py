"""What the workbooks of one plan and of two share: the line of who is counted, rows by group and polygon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import pandas as pd

from geo.assessment.case import Case
from geo.measures.areas import OUTSIDE
from geo.text import Text
from layers.load import words_of
from layers.study.model import Study
from layers.write.table import Column
from maps.book.spec import Edition, OfStudy, SheetSpec, TableSpec, sheet_of_one, titled
from maps.values import texts

NOTES = (Column("what", Text("What", "项目")), Column("note", Text("Said", "内容")))

_EVERYBODY = Text("Everybody", "合计")
_NOT_SAID = Text("not said", "未注明")
_OUTSIDE = Text("outside every polygon", "不在任何分区内")


class OfPlan(OfStudy, Protocol):
    """A plan or two: a service within some minutes, in a case."""

    @property
    def case(self) -> Case:
        """Who travels when."""
        ...

    @property
    def name(self) -> Text:
        """What the service is called."""
        ...

    @property
    def minutes(self) -> float:
        """Within which people are covered."""
        ...


R = TypeVar("R", bound=OfStudy)


def counted_line(result: OfPlan) -> Text:
    """Return the line under a title: who is counted, how they travel and when."""
    profile, hour, minutes = result.case.profile.name, result.case.hour, f"{result.minutes:g}"
    return Text(
        f"People who reach {result.name.en} within {minutes} minutes; {profile.en}, {hour.en}",
        f"{minutes} 分钟内可达{result.name.zh}的人口；{profile.zh}，{hour.zh}",
    )


def rows_by_group(study: Study, table: pd.DataFrame, sums: Sequence[str]) -> pd.DataFrame:
    """Return a table by ``group`` with names in words, everybody first with the sums of some columns."""
    terms = {term.id: term.name for term in words_of(study).groups.terms.values()}
    names = [terms.get(g, Text(g, g)) if isinstance(g, str) else _NOT_SAID for g in table["group"]]
    total = table[list(sums)].sum().to_frame().T.assign(name=texts([_EVERYBODY]))
    return pd.concat([total, table.assign(name=texts(names))], ignore_index=True)


def rows_by_polygon(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of one kind of polygon, ``grid`` or ``area``, and of what lies outside all of them."""
    both = zip(table["id"], table["name"], strict=True)
    named = table.assign(name=texts(_OUTSIDE if key == OUTSIDE else name for key, name in both))
    return named[(named["kind"] == kind).to_numpy()]


def plan_sheet(  # noqa: PLR0913 (a sheet has that many parts; all but three are named)
    key: str,
    name: Text,
    title: tuple[str, str],
    *,
    unit: Callable[[Edition[R]], Text],
    frame: Callable[[R], pd.DataFrame],
    columns: tuple[Column, ...] | Callable[[R, pd.DataFrame], tuple[Column, ...]],
    every: tuple[Column, ...] = (),
    total: tuple[str, ...] = (),
    optional: bool = False,
) -> SheetSpec[R]:
    """Return a sheet of one table, called as the table is, with a title as the workbooks of plans have it."""
    table = TableSpec(key=key, caption=name, frame=frame, columns=columns, every=every, total=total)
    return sheet_of_one(table, title=titled(*title), unit=unit, optional=optional)
