"""``[book]`` and ``[report]``: an office's own files that a run and a report are written into."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from layers.study.fields import StudyTable

_BOOK = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"(?i)^.{1,400}\.xlsx$")]
_DOCUMENT = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"(?i)^.{1,400}\.docx$")]


class OfficeBook(StudyTable):
    """``[book]``: the office's own workbook."""

    template: _BOOK = Field(
        description="a workbook (.xlsx) in the study's folder with named cells: each is filled with the "
        "figure of its name on the sheet 基本情况 (Key figures), or from there on with the table of its "
        "name; it is written beside assessment.xlsx under its own name"
    )


class OfficeReport(StudyTable):
    """``[report]``: the office's own report."""

    template: _DOCUMENT = Field(
        description="a document (.docx) in the study's folder for `lifecircle report`: {{项目名称}} stands "
        "for a figure of the sheet 基本情况 (Key figures), {{短板}} in a paragraph of its own for a chapter"
    )
