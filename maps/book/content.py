"""What stands in the workbook of a run: its tables, and the words above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date

import pandas as pd

from geo.text import Text

EMPTY = Text("", "")


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
        From `geo.measures.coverage`; `gaps` may carry `cause_zh`, `cause_en`, `remedy_zh`, `remedy_en`,
        and all of them the `kind` of polygon.
    tier_names
        What the tiers of standard and stations are called; their ids are shown where it is silent.
    causes
        From `geo.measures.causes.causes_table`.
    by_hour
        `category, name_en, name_zh, hour (0..167), total, covered`.
    shifts
        From `geo.measures.hourly.shift_table`, with `category_en` and `category_zh`.
    quotas, area_rules, load, tiers, functions
        From `geo.measures.provision`.
    fairness, ranking, by_group, denominators
        From `geo.assessment.tables`.
    land_by_area
        As `by_area`, in hectares of residential land.
    access
        From `geo.assessment.access.access_summary`.
    words
        What groups, shifts and denominators are called; those without a word are people.
    notes
        Rows of data and method: what, and what is said of it.
    """

    title: Text
    coverage: pd.DataFrame
    by_area: pd.DataFrame
    gaps: pd.DataFrame
    made_on: date
    office: str = ""
    profile: Text = EMPTY
    standard: Text = EMPTY
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
    land_by_area: pd.DataFrame = field(default_factory=_none)
    access: pd.DataFrame = field(default_factory=_none)
    words: Mapping[str, Text] = field(default_factory=dict)
    notes: tuple[tuple[Text, Text], ...] = ()


def first_case(book: AssessmentBook) -> AssessmentBook:
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
