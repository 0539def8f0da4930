"""What a report is made of: paragraphs, tables and figures under headings, without a word about files."""

from __future__ import annotations

from dataclasses import dataclass, field

from layers.write.table import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text, or a point of a list."""

    text: str
    point: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second level."""

    title: str


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with its caption and, below it, what a reader must know; at most `most` rows are shown."""

    caption: str
    table: Table
    most: int = 1000
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """The chart of a table with its caption, drawn by the program that opens the report."""

    caption: str
    table: Table


@dataclass(frozen=True, slots=True)
class PictureBlock:
    """A picture with its caption, its size in pixels, and a legend of colours with their words."""

    caption: str
    png: bytes
    width: int
    height: int
    legend: tuple[tuple[str, str], ...] = ()


Block = Paragraph | Section | TableBlock | ChartBlock | PictureBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter: its heading, the name a template calls it by, and its blocks.

    Attributes
    ----------
    wide
        Whether it stands on pages turned on their side.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report.

    Attributes
    ----------
    title, office, made_on, run
        Stand on the cover; the run in the footer, too.
    values
        Named values that a template may quote.
    """

    title: str
    office: str
    made_on: str
    run: str
    chapters: tuple[Chapter, ...]
    values: dict[str, str] = field(default_factory=dict)
