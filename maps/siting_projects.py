"""What is to be built: the projects of a plan and of a change, a row each, to be filled in and signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from geo.text import Text
from layers.study.changes import Change
from layers.study.model import Study

COLUMNS: Final = ("remedy", "name", "area", "people", "cost", "phase")
NEW, CLOSED = Text("New site", "新增点位"), Text("Close", "关闭")
_MOVED, _LARGER = Text("Move", "迁移"), Text("Extend", "扩容")
_HOURS = Text("Other opening hours", "调整开放时间")


def cost_header(unit: str | None) -> Text:
    """Return what a column of costs is called.

    Examples
    --------
    >>> cost_header("万元"), cost_header(None).en
    (Text(en='Cost (万元)', zh='费用（万元）'), 'Cost')
    """
    return Text("Cost", "费用") if unit is None else Text(f"Cost ({unit})", f"费用（{unit}）")


def cost_unit_of(change: Change | None, study: Study) -> str | None:
    """Return the unit of the costs that a change or a study states."""
    return (None if change is None else change.cost_unit) or study.cost_unit


def cost_of(change: Change | None) -> float | None:
    """Return what the new places of a change cost together; None where no cost is stated."""
    costs = [] if change is None else [row.cost for row in change.opened if row.cost is not None]
    return sum(costs) if costs else None


def change_projects(
    change: Change | None, services: Mapping[str, Text], places: Mapping[str, str]
) -> pd.DataFrame:
    """Return the projects of a change in the same columns, first years first.

    Parameters
    ----------
    services
        What categories are called, by id.
    places
        What places of the study are called, by id.
    """
    if change is None:
        return projects_of([])
    opened = sorted(change.opened, key=lambda row: row.year or 0)
    rows = [
        project(
            said(NEW, row.name or row.id),
            services.get(row.category, Text(row.category, row.category)),
            row.area,
            people=row.people,
            cost=row.cost,
            phase=in_year(row.year),
        )
        for row in opened
    ]
    kinds = (
        (CLOSED, change.closed),
        (_MOVED, change.moved),
        (_LARGER, change.extended),
        (_HOURS, change.rehoured),
    )
    for what, named in kinds:
        rows += [project(said(what, places.get(row.id, row.id)), Text("", ""), None) for row in named]
    return projects_of(rows)


def in_language(frame: pd.DataFrame) -> pd.DataFrame:
    """Return projects with the columns by language that the tables of a run are laid out by."""
    texts: Iterator[tuple[str, int]] = ((name, at) for name in ("remedy", "name") for at in (0, 1))
    columns = {f"{name}_{('en', 'zh')[at]}": [text[at] for text in frame[name]] for name, at in texts}
    return frame.assign(**columns, count=1, combine=None)


def project(
    remedy: Text,
    name: Text,
    area: object,
    *,
    people: float | None = None,
    cost: float | None = None,
    phase: Text | None = None,
) -> dict[str, object]:
    """Return a project: what is done, of which service, where, for whom, for how much and when."""
    where = area if isinstance(area, str) else None
    return {
        "remedy": remedy,
        "name": name,
        "area": None if where is None else Text(where, where),
        "people": people,
        "cost": cost,
        "phase": phase,
    }


def projects_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return projects as a table, numbered from 1."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = frame.assign(people=frame["people"].astype(float), cost=frame["cost"].astype(float))
    return numbers.assign(number=range(1, len(frame) + 1))


def said(what: Text, name: str) -> Text:
    """Return what is done to a place."""
    return Text(f"{what.en}: {name}", f"{what.zh}：{name}")


def in_year(year: float | None) -> Text | None:
    """Return a year of the plan in words; None where it is not known."""
    if year is None or year != year:
        return None
    return Text(f"year {int(year)}", f"第 {int(year)} 年")
