"""``[[join]]``: where somebody who knows the place says a row is joined to the streets.

A table a join, as every other list of the study is (``[[layer]]``, ``[[case]]``): it is read aloud as a
sentence, "the row S12 of the layer stations is joined near this place", and the lines that the page of a
check shows can be pasted one under the other. A single table ``[joins]`` would need ids as keys, and ids
with dots or spaces would have to be quoted.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from geo.text import Text
from layers.study.faults import fault_error
from layers.study.fields import Identifier, StudyTable, Words, as_text

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]

_HOW = Text(
    "Give one of near = [lon, lat], nearest = true and not_joined = true",
    "请填写 near（经度和纬度）、nearest = true、not_joined = true 中的一项",
)
_WHICH = Text("Give id or name of the row", "请填写该行的 id 或 name")


class JoinRow(StudyTable):
    """``[[join]]``: how one row is joined to the streets, instead of the join that was found."""

    layer: Identifier = Field(description="id of the layer the row is in")
    id: Annotated[Words | None, BeforeValidator(as_text)] = Field(
        default=None, description="id of the row, as in its file or as lifecircle check names it"
    )
    name: Words | None = Field(
        default=None, description="name of the row, instead of the id; only one row may have it"
    )
    near: tuple[Lon, Lat] | None = Field(
        default=None,
        description="longitude and latitude (WGS84) of the entrance: the row is joined to the street nearest "
        "that place, by a straight walk",
    )
    nearest: bool = Field(
        default=False, description="true: joined to the plain nearest street, whatever lies between"
    )
    not_joined: bool = Field(default=False, description="true: not joined to any street")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.id is None) == (self.name is None):
            raise fault_error(Text("which row is meant is not clear", "未明确指定是哪一行"), _WHICH)
        if sum((self.near is not None, self.nearest, self.not_joined)) != 1:
            raise fault_error(Text("how the row is joined is not clear", "未明确如何接入道路"), _HOW)
        return self

    @property
    def said(self) -> Text:
        """What was decided, in words."""
        if self.near is not None:
            lon, lat = self.near
            return Text(f"joined near {lon:g}, {lat:g}", f"接入{lon:g}，{lat:g}附近的道路")
        if self.nearest:
            return Text("joined to the plain nearest street", "接入直线最近的道路")
        return Text("not joined", "不接入道路")
