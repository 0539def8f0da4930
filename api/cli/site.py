"""The command `lifecircle site`: parses, asks, writes, and says what was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    # The engine is imported when a question is asked, so that other commands start quickly.
    from geo.text import Language
    from layers.study.siting import SiteQuestion
    from maps.result import SitingResult


class GoalChoice(StrEnum):
    """Goals of the command line."""

    COVER = "cover"
    PEOPLE = "people"
    MINUTES = "minutes"
    WORST = "worst"


class FairChoice(StrEnum):
    """Among what a plan is to be fair."""

    NONE = "none"
    GRID = "grid"
    GROUP = "group"


class SourceChoice(StrEnum):
    """Where candidates come from."""

    LAYER = "layer"
    JUNCTIONS = "junctions"
    GRID = "grid"


def register(app: typer.Typer) -> None:
    """Add the command `site` to a command line."""
    app.command(name="site")(site)


StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study's folder, or its study.toml.")]
New = Annotated[int | None, typer.Option("--new", min=0, help="Most new sites.")]
Cover = Annotated[str | None, typer.Option("--cover", help="Share of the people to cover, such as 95%.")]
Budget = Annotated[float | None, typer.Option("--budget", min=0, help="Most money, in the candidates' cost.")]
Minutes = Annotated[float | None, typer.Option("--minutes", help="Minutes within which people count.")]
Category = Annotated[str | None, typer.Option("--category", help="The service, such as clinic.")]
Goal = Annotated[
    GoalChoice | None,
    typer.Option("--goal", help="Fewest sites, most people, least minutes, or worst minute."),
]
Fair = Annotated[FairChoice, typer.Option("--fair", help="Help the worst covered grid cell or group first.")]
Candidates = Annotated[
    SourceChoice | None, typer.Option("--candidates", help="The study's layer, all junctions, or a grid.")
]
Within = Annotated[
    list[str] | None, typer.Option("--within", help="Area or cell for candidates; repeatable.")
]
Spacing = Annotated[float, typer.Option("--spacing", help="Metres between candidates on a grid.")]
Keep = Annotated[
    list[str] | None, typer.Option("--keep", "--insist", help="Candidate that must be chosen; repeatable.")
]
Forbid = Annotated[list[str] | None, typer.Option("--forbid", help="Candidate not to choose; repeatable.")]
Apart = Annotated[float | None, typer.Option("--apart", min=0, help="Least metres between two sites.")]
Curve = Annotated[int | None, typer.Option("--curve", min=0, help="Up to how many new sites; 0: none.")]
Alternatives = Annotated[int, typer.Option("--alternatives", min=0, help="How many near-equal plans.")]
TimeLimit = Annotated[float, typer.Option("--time-limit", help="Seconds for the search.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of what is left to chance.")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="Day from which places under construction count."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while working.")]


def site(  # noqa: PLR0913 - each is an option of the command
    study: StudyPath,
    new: New = None,
    cover: Cover = None,
    budget: Budget = None,
    minutes: Minutes = None,
    category: Category = None,
    goal: Goal = None,
    fair: Fair = FairChoice.NONE,
    candidates: Candidates = None,
    within: Within = None,
    spacing: Spacing = 250.0,
    keep: Keep = None,
    forbid: Forbid = None,
    apart: Apart = None,
    curve: Curve = None,
    alternatives: Alternatives = 3,
    time_limit: TimeLimit = 60.0,
    seed: Seed = 0,
    on: On = None,
    quiet: Quiet = False,
) -> None:
    """Say where the next sites go, with a proof: siting.xlsx, siting.gpkg and siting.html."""
    from layers.study.siting import SiteQuestion, parse_share

    question = SiteQuestion(
        new=new,
        cover=None if cover is None else parse_share(cover),
        budget=budget,
        minutes=minutes,
        category=category,
        goal=None if goal is None else goal.value,
        fair=fair.value,
        candidates=None if candidates is None else candidates.value,
        within=tuple(within or ()),
        spacing_metres=spacing,
        keep=tuple(keep or ()),
        forbid=tuple(forbid or ()),
        apart_metres=apart,
        curve=curve,
        alternatives=alternatives,
        time_limit_seconds=time_limit,
        seed=seed,
        on=None if on is None else on.date(),
    )
    _answer(study, question, quiet=quiet)


def _answer(study: Path, question: SiteQuestion, *, quiet: bool) -> None:
    from api.site import site_study
    from api.site_outputs import write_siting
    from api.steps import Steps
    from geo.search.warm import announce_compilation
    from layers.study.model import read_study
    from layers.write.staging import check_writable

    if not quiet:
        announce_compilation(_say_aside)
    read = read_study(study)
    check_writable(read.out_folder)
    steps = Steps(quiet=quiet)
    result = site_study(study, question, steps=steps)
    with steps.step("write results" if read.language == "en" else "写出成果"):
        paths = write_siting(result)
    _say(result, read.language, typer.echo)
    for path in paths:
        typer.echo(str(path))


def _say(result: SitingResult, language: Language, say: Callable[[str], None]) -> None:
    """Print the answer, the proof and the chosen sites."""
    from maps.book.siting_tables import chosen_table
    from maps.words.siting import answer, insisted, proof

    stop = "." if language == "en" else "。"
    say(f"{answer(result).to(language)}{stop}")
    say(f"{proof(result).to(language)}{stop}")
    if result.insisted is not None:
        label = "Price of the sites insisted on: " if language == "en" else "必选点位的代价："
        say(f"{label}{insisted(result).to(language)}{stop}")
    chosen = chosen_table(result)
    for number, name, key, added in zip(
        chosen["number"], chosen["name"], chosen["id"], chosen["added"], strict=True
    ):
        more = (
            f"{added:,.0f} people covered only by it" if language == "en" else f"仅由其覆盖 {added:,.0f} 人"
        )
        say(f"  {number}. {name or key} ({key}): {more}")
    say("")


def _say_aside(line: str) -> None:
    typer.echo(line, err=True)
