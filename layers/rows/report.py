"""What is known about a layer after it was read: counts, faults, mapping, coordinates, rejected rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.headers import ColumnMatch

_SILENT = Text("", "")


@dataclass(frozen=True, slots=True)
class CrsReport:
    """The coordinate system of a layer and the evidence for it.

    Attributes
    ----------
    declared
        What the study says; empty where it says nothing.
    in_file
        What the file says; empty where it is silent.
    used
        What was taken: the study's word, else the file's.
    steps
        What was done to reach WGS84.
    accuracy_metres
        Of the conversion, where it is known.
    note
        The evidence in words.
    """

    declared: str = ""
    in_file: str = ""
    used: str = ""
    steps: tuple[str, ...] = ()
    accuracy_metres: float | None = None
    note: Text = _SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCategory:
    """What a text of the category column (of OSM tags: the deciding one) was taken for, and how often.

    ``by_name`` where the name of the row decided.
    """

    text: str
    category: str
    name: Text
    by_name: bool
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeBuilding:
    """A building that holds many people: which, how many, how that came about, and whether it is unlikely."""

    id: str
    people: float
    why: Text
    unlikely: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEstimate:
    """How the people of a layer were reckoned; layers whose people were counted by others have none.

    Attributes
    ----------
    method
        ``buildings`` (floor area), ``dwellings`` (households), ``grid`` (cells of a population grid, whose
        people were split over dwellings) or ``places`` (not people: each row counts as one).
    how
        The arithmetic in words.
    people, rows
        What was reckoned, of how many rows.
    largest
        The buildings with the most people.
    third
        How many buildings hold a third of the people, where they are few; else None.
    """

    method: Literal["buildings", "dwellings", "grid", "places"]
    how: Text
    people: float
    rows: int
    largest: tuple[LargeBuilding, ...] = ()
    third: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LayerReport:
    """Everything `lifecircle check` says about one layer, as data.

    Attributes
    ----------
    id, kind, name, source
        The layer; ``source`` as it may be shown, without a password.
    read, accepted, rejected, left_out
        Counts of rows; ``left_out`` are those of categories the study does not want. They add up.
    faults
        What makes the layer unusable; a run stops on them.
    row_faults
        The faults of rejected rows, the first 1,000 one by one.
    notes
        What should be looked at and keeps nothing out.
    questions
        What somebody who knows the sheet must answer, a row at a time (the first 1,000), beside the faults.
    mapping, unused
        Which header fills which role, and the headers that fill none.
    crs
        The coordinate system with its evidence.
    details
        What the reader determined: encoding, delimiter, sheet, header row ...
    rejects
        The rejected rows as they stand in the file, with row number and reason, to be mended and fed back.
    unknown_categories
        Each text that was not understood as a category, how often it stands there, and the nearest known ids.
    taken_categories
        What each text was taken for, with counts.
    estimate
        How the people of a demand layer were reckoned; None where they stand in it.
    """

    id: str
    kind: str
    name: str
    source: str
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    left_out: int = 0
    faults: tuple[Fault, ...] = ()
    row_faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    questions: tuple[Fault, ...] = ()
    mapping: tuple[ColumnMatch, ...] = ()
    unused: tuple[str, ...] = ()
    crs: CrsReport = field(default_factory=CrsReport)
    details: dict[str, str] = field(default_factory=dict)
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)
    unknown_categories: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    taken_categories: tuple[TakenCategory, ...] = ()
    estimate: PeopleEstimate | None = None

    @property
    def usable(self) -> bool:
        """Whether the layer can be used in a run."""
        return not self.faults
