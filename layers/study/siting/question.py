"""The siting question: one model for the study file, the command line and HTTP."""

from __future__ import annotations

from collections.abc import Mapping
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

from geo.errors import InputError
from geo.text import Text
from layers.study.faults import again, fault_error, faults_of
from layers.study.fields import StudyTable, Words
from layers.study.siting.contradictions import contradictions

GoalName = Literal["cover", "people", "minutes", "worst"]
Fairness = Literal["none", "grid", "area", "group"]
Source = Literal["layer", "junctions", "grid"]

GOAL_WORDS: dict[GoalName, Text] = {
    "cover": Text("fewest new sites for a share of the people", "以最少的新增点位覆盖指定比例的人口"),
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


def parse_number(value: object) -> object:
    """Return a number written as text as a number; anything else as it is.

    Examples
    --------
    >>> parse_number("2"), parse_number("2.5"), parse_number("two"), parse_number(3)
    (2, 2.5, 'two', 3)
    """
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number


def parse_table(value: object) -> object:
    """Return numbers by label: a table as it is, ``NAME=NUMBER`` texts read, one number for all as ``*``.

    Examples
    --------
    >>> parse_table(("elderly=2", "children=1.5")), parse_table(0.8), parse_table("80%")
    ({'elderly': '2', 'children': '1.5'}, {'*': 0.8}, {'*': '80%'})
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return {"*": value}
    if not isinstance(value, list | tuple):
        return value
    table: dict[str, object] = {}
    for text in value:
        if not isinstance(text, str):
            return value
        name, equals, number = text.rpartition("=")
        table[name.strip() if equals else "*"] = number.strip()
    return table


Count = Annotated[int, Field(strict=True, ge=0)]
Amount = Annotated[float, Field(strict=True, ge=0)]
Positive = Annotated[float, Field(strict=True, gt=0)]
Share = Annotated[float, Field(strict=True, gt=0, le=1), BeforeValidator(parse_share)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Field(max_length=1000)]
LeastShare = Annotated[float, Field(strict=True, ge=0, le=1), BeforeValidator(parse_share)]
Shares = Annotated[dict[Name, LeastShare], Field(max_length=10_000), BeforeValidator(parse_table)]
Weight = Annotated[float, Field(strict=True, ge=0, le=1e6), BeforeValidator(parse_number)]
Weights = Annotated[dict[Name, Weight], Field(max_length=1000), BeforeValidator(parse_table)]
Counts = Annotated[tuple[Annotated[Count, BeforeValidator(parse_number)], ...], Field(max_length=12)]
Amounts = Annotated[tuple[Annotated[Amount, BeforeValidator(parse_number)], ...], Field(max_length=12)]

EVERY = "*"
"""Label of a number that holds for all that are not named."""


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
        description="parts of the study among which the plan is fair: grid cells, areas or groups",
    )
    fair_by: Literal["worst", "gini"] = Field(
        default="worst",
        description="worst: the worst covered part is helped first, then the second worst; gini: the least "
        "Gini coefficient of coverage among plans that give up no more than give_up",
    )
    give_up: LeastShare = Field(
        default=0.05, description="share of the best coverage that fair_by = gini may cost, such as 5%"
    )
    grid_floor: Shares = Field(
        default={},
        description="least share of the people of each grid cell to be covered: one for all, or by id or "
        "name (id=80%)",
    )
    area_floor: Shares = Field(default={}, description="the same for each area")
    group_floor: Shares = Field(default={}, description="the same for each group of people")
    group_weights: Weights = Field(
        default={}, description="what a person of a group counts in the goal (elderly=2); others count 1"
    )
    shift_weights: Weights = Field(
        default={}, description="the same for people within (in) or outside (out) the working hours"
    )
    capacity: Literal["shown", "limits"] = Field(
        default="shown",
        description="limits: a site serves no more people than its capacity, that of candidates and of "
        "facilities; a candidate without one has no limit, a facility whose layer limits and that does not "
        "say its own serves nobody",
    )
    copies: Annotated[int, Field(strict=True, ge=1, le=10)] = Field(
        default=1, description="sites in reach that a person needs to be covered (2: one as a backup)"
    )
    decay: Literal["none", "gaussian", "exponential"] = Field(
        default="none",
        description="people count the less the longer their way: exp(-t²/2s²) or 2^(-t/s) within the minutes",
    )
    decay_minutes: Positive | None = Field(
        default=None, le=240, description="s of the decay; a third of the minutes where left out"
    )
    close: Count = Field(default=0, description="exactly so many of the sites of today are closed")
    must_close: Names = Field(
        default=(),
        description="sites of today that must be closed, by id or name; they count among those closed or "
        "moved; repeatable",
    )
    may_close: Names = Field(
        default=(),
        description="sites of today of which those closed or moved are chosen, by id or name; all that are "
        "not kept where left out; repeatable",
    )
    move: Count = Field(
        default=0, description="so many of the sites of today are moved: closed, and as many more are opened"
    )
    each_area: Count = Field(
        default=0, description="least open sites in each area (grid cell where there are no areas)"
    )
    each_thousand: Positive | None = Field(
        default=None, le=1000, description="least open sites in each area for 1,000 of its people"
    )
    areas_first: bool = Field(
        default=True,
        description="true: where not every area can have its sites, as many as can be are filled first; "
        "false: there is no plan then",
    )
    categories: Names = Field(
        default=(),
        description="several categories planned together; a candidate offers those it names, all where it "
        "names none; repeatable",
    )
    competitors: Names = Field(
        default=(),
        description="layers whose places compete: whoever has one as near or nearer is not won; repeatable",
    )
    cases: Names = Field(
        default=(), description="cases of the study that one plan is to suit, by id; the first; repeatable"
    )
    case_weights: Weights = Field(
        default={}, description="what each case counts in the sum over cases (evening=2); others count 1"
    )
    robust: Literal["sum", "worst"] = Field(
        default="sum",
        description="over several cases: the best weighted sum, or the worst case as good as can be; "
        "goal = worst is the longest way in any case, whichever is asked for",
    )
    phases: Counts = Field(
        default=(),
        description="new sites each year, such as 2, 1, 1: which are first; floors and sites of areas "
        "are asked of the end; repeatable",
    )
    phase_budgets: Amounts = Field(
        default=(), description="money each year, as phases; what is left goes to the next year; repeatable"
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
    keep: Names = Field(
        default=(),
        description="candidates that must be chosen, and sites of today that must not be closed, by id or "
        "name; repeatable",
    )
    forbid: Names = Field(
        default=(), description="candidates that must not be chosen, by id or name; repeatable"
    )
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
        description="seconds for the whole search: plan, phases, curve and alternatives; each point of the "
        "curve and each alternative at most 20 of them",
    )
    gap: Annotated[float, Field(strict=True, ge=0, lt=1), BeforeValidator(parse_share)] = Field(
        default=0.0, description="share of the value that may stay unproven, such as 1%; 0: to the optimum"
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
    def new_in_all(self) -> int | None:
        """Most new sites over all years, moved ones included; None where only money limits them."""
        new = sum(self.phases) if self.phases else self.new
        if new is None:
            return self.move if self.move and self.budget_in_all is None and self.aim != "cover" else None
        return new + self.move

    @property
    def budget_in_all(self) -> float | None:
        """Most money over all years."""
        return sum(self.phase_budgets) if self.phase_budgets else self.budget

    @property
    def closed(self) -> int:
        """How many sites of today are closed or moved."""
        return max(self.close + self.move, len(self.must_close))

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
