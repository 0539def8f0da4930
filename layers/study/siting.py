"""The siting question: one model for the study file, the command line and HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from geo.errors import InputError
from geo.text import Text
from layers.study.faults import again, fault_error, faults_of
from layers.study.fields import StudyTable, Words

GoalName = Literal["cover", "people", "minutes", "worst"]
Fairness = Literal["none", "grid", "group"]
Source = Literal["layer", "junctions", "grid"]

GOAL_WORDS: dict[GoalName, Text] = {
    "cover": Text("fewest new sites for a share of the people", "以最少的新增服务站点覆盖指定比例的人口"),
    "people": Text("most people within the minutes", "使限定分钟内覆盖的人口最多"),
    "minutes": Text("least minutes for all people together", "使全体人口的总出行时间最短"),
    "worst": Text("shortest longest way", "使最远的人出行时间最短"),
}

CODE = "siting"
"""Code of every fault of a siting question; codes of refusals begin with it."""


def parse_share(value: object) -> object:
    """Return a share written as ``95%``, ``0.95`` or ``95`` in text as a number; anything else as it is.

    Raises
    ------
    PydanticCustomError
        Where the text is no number.

    Examples
    --------
    >>> parse_share("95%"), parse_share("0.95"), parse_share("95"), parse_share(0.95)
    (0.95, 0.95, 0.95, 0.95)
    """
    if not isinstance(value, str):
        return value
    plain = value.strip().replace("％", "%")
    try:
        number = float(plain.rstrip("% "))
    except ValueError:
        raise fault_error(
            Text("not a share", "不是有效的比例"), Text("Write 95% or 0.95", "请写 95% 或 0.95")
        ) from None
    return number / 100 if plain.endswith("%") or number > 1 else number


Count = Annotated[int, Field(strict=True, ge=0)]
Amount = Annotated[float, Field(strict=True, ge=0)]
Positive = Annotated[float, Field(strict=True, gt=0)]
Share = Annotated[float, Field(strict=True, gt=0, le=1), BeforeValidator(parse_share)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Field(max_length=1000)]


class SiteQuestion(StudyTable):
    """Where the next sites of a service should be, and under which conditions."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"new": 3, "minutes": 15}]})

    new: Count | None = Field(default=None, description="most new sites")
    cover: Share | None = Field(default=None, description="share of the people to be covered, such as 95%")
    budget: Amount | None = Field(
        default=None, description="most money for new sites, in the unit of the candidates' cost"
    )
    minutes: Positive | None = Field(
        default=None,
        le=240,
        description="minutes within which people are covered; the study's 15, or its longest below, "
        "where left out",
    )
    category: Name | None = Field(
        default=None,
        description="category of the service, such as clinic; needed where a study has several",
    )
    goal: GoalName | None = Field(
        default=None,
        description="cover: fewest sites for the share; people: most people covered; minutes: least total "
        "travel time; worst: least longest travel time; cover where a share is given, else people",
    )
    fair: Fairness = Field(
        default="none",
        description="parts of the study among which the worst covered is helped first: grid cells or groups",
    )
    candidates: Source | None = Field(
        default=None,
        description="source of candidates: the study's layer, all street junctions, or a grid; the layer "
        "where there is one, else junctions",
    )
    within: Names = Field(
        default=(), description="areas or grid cells (id or name) in which candidates may lie; repeatable"
    )
    spacing_metres: Positive = Field(
        default=250.0, le=100_000, description="metres between candidates on a grid"
    )
    keep: Names = Field(default=(), description="candidates that must be chosen, by id; repeatable")
    forbid: Names = Field(default=(), description="candidates that must not be chosen, by id; repeatable")
    apart_metres: Amount | None = Field(
        default=None,
        le=100_000,
        description="least metres in a straight line between two sites, those of today included",
    )
    curve: Count | None = Field(
        default=None,
        description="up to how many new sites the marginal curve goes, 0 for none; two more than the plan "
        "where left out",
    )
    alternatives: Count = Field(
        default=3, description="most near-equal plans (within 1 %) shown beside the best"
    )
    time_limit_seconds: Positive = Field(
        default=60.0,
        le=86_400,
        description="seconds for the search; each point of the curve and each alternative takes at most "
        "20 seconds more",
    )
    seed: Count = Field(default=0, le=2**31 - 1, description="seed of the solver's random numbers")
    on: date | None = Field(
        default=None,
        description="date on which places under construction are counted; that of the study where left out",
    )

    @property
    def aim(self) -> GoalName:
        """The goal, also where none was named."""
        return self.goal or ("cover" if self.cover is not None else "people")

    @property
    def share(self) -> float:
        """The share to be covered: everybody where none was named."""
        return 1.0 if self.cover is None else self.cover

    @model_validator(mode="wrap")
    @classmethod
    def _check_whole(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report contradictions between fields together with the faults of single fields."""
        errors = list(contradictions(values)) if isinstance(values, Mapping) else []
        try:
            question = handler(values)
        except ValidationError as error:
            errors = [*map(again, error.errors(include_url=False)), *errors]
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return question


class NamedSiteQuestion(SiteQuestion):
    """``[[site]]``: a siting question of the study, asked by ``lifecircle site STUDY --question NAME``."""

    name: Words = Field(description="name of the question, unique in the study")


def site_question(values: Mapping[str, object]) -> SiteQuestion:
    """Return a question from its fields.

    Raises
    ------
    InputError
        With every field that is out of range or contradicts another; ``source`` is the field.
    """
    try:
        return SiteQuestion.model_validate(dict(values))
    except ValidationError as error:
        raise InputError([replace(fault, code=CODE) for fault in faults_of(error, SiteQuestion)]) from None


def contradictions(values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
    """Yield an error for every field that contradicts another, from the fields as they were given."""
    given = {name for name, value in values.items() if value is not None}
    aim = values.get("goal") or ("cover" if "cover" in given else "people")
    if "cover" in given and aim != "cover":
        what = Text("a share is used only with `goal = cover`", "只有 `goal = cover` 才使用覆盖比例")
        yield _contradiction("cover", what, _ONE_OF_TWO)
    if aim != "cover" and not given & {"new", "budget"}:
        what = Text("the number of new sites is not limited", "没有说明新增几个服务站点")
        fix = Text(
            "Add `new = 3` or `budget = 500000`, or ask for `cover = 0.95`",
            "请加 `new = 3`、`budget = 500000`，或用 `cover = 0.95`",
        )
        yield _contradiction("new", what, fix)
    if values.get("fair", "none") != "none" and aim != "people":
        what = Text("fairness is used only with `goal = people`", "公平选项只能与 `goal = people` 一起使用")
        yield _contradiction("fair", what, _ONE_OF_TWO)
    both = sorted(_names(values.get("keep")) & _names(values.get("forbid")))
    if both:
        what = Text("both kept and forbidden", "同时被指定和排除")
        yield _contradiction("keep", what, Text("Choose one", "请二选一"), ", ".join(both))


_ONE_OF_TWO = Text("Leave out one of the two", "请去掉其中一项")


def _names(value: object) -> set[str]:
    return {name for name in value if isinstance(name, str)} if isinstance(value, list | tuple) else set()


def _contradiction(field: str, what: Text, fix: Text, value: str = "") -> InitErrorDetails:
    return InitErrorDetails(type=fault_error(what, fix), loc=(field,), input=value)
