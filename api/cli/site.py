"""The command `lifecircle site`: an option for each field of the siting question, and the printed answer."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from geo.errors import Fault, InputError
from geo.text import Text, printable
from layers.study.siting.door_words import COMMAND_WORDS, DoorWords, file_words, in_words, option_of
from layers.study.siting.question import CODE, SiteQuestion, site_question

if TYPE_CHECKING:
    # The engine is imported when a question is asked, so that other commands start quickly.
    from geo.text import Language
    from layers.study.model import Study
    from maps.result import SitingResult

StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study's folder, or its study.toml.")]
QuestionName = Annotated[
    str | None,
    typer.Option(
        "--question",
        metavar="NAME|FILE",
        help="Ask a [[site]] of the study, or that of a .toml file the map saved; options replace its keys.",
    ),
]
PlanName = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="Write into out/siting/NAME; the question's name, or plan."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a plan of this name without asking.")]
ChangeFile = Annotated[
    Path | None,
    typer.Option(
        "--change", metavar="FILE", help="A change file that comes first: what opens, closes or moves."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while working.")]

_FURTHER_OPTIONS = {"keep": ("--insist",)}
_WRITTEN_AS_TEXT = frozenset({"cover", "give_up", "gap", "on"})
"""Fields that the question itself reads from text."""

_METAVARS = {
    "cover": "SHARE",
    "give_up": "SHARE",
    "gap": "SHARE",
    "on": "DATE",
    "within": "AREA",
} | dict.fromkeys(("keep", "forbid", "must_close", "may_close"), "ID|NAME")
_METAVARS |= dict.fromkeys(("grid_floor", "area_floor", "group_floor"), "SHARE|NAME=SHARE")
_METAVARS |= dict.fromkeys(("group_weights", "shift_weights", "case_weights"), "NAME=NUMBER")


def register(app: typer.Typer) -> None:
    """Add the command `site` to a command line."""
    app.command(name="site")(_command())


def _command() -> Callable[..., None]:
    """Return the command with one option for each field of the question."""

    def site(
        study: StudyPath,
        question: QuestionName = None,
        name: PlanName = None,
        overwrite: Overwrite = False,
        change: ChangeFile = None,
        quiet: Quiet = False,
        **options: Any,
    ) -> None:
        """Say where the next sites go, with a proof: workbook, map, layers and a change file."""
        target = _Target(name, overwrite=overwrite)
        _answer(study, question, _given(options), target, change=change, quiet=quiet)

    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(site, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    options = [_option(name, field) for name, field in SiteQuestion.model_fields.items()]
    parameters = [*own[:-1], *options, own[-1]]
    site.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    site.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return site


def _option(name: str, info: FieldInfo) -> inspect.Parameter:
    """Return a field as an option of the command: its name without the unit, its description as help."""
    default, called = info.get_default(), option_of(name)
    option = typer.Option(
        f"{called}/--no-{called.removeprefix('--')}" if info.annotation is bool else called,
        *_FURTHER_OPTIONS.get(name, ()),
        help=info.description,
        metavar=_METAVARS.get(name),
        show_default=f"{default:g}" if isinstance(default, int | float) else False,
    )
    kind: Any = str if name in _WRITTEN_AS_TEXT else _plain_type(info.annotation)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
    )


def _plain_type(annotation: Any) -> Any:
    """Return the type of a field as the command line reads it: without constraints, several as a list."""
    if get_origin(annotation) is Annotated:
        return _plain_type(get_args(annotation)[0])
    alternatives = [each for each in get_args(annotation) if each is not type(None)]
    if type(None) in get_args(annotation):
        return _plain_type(alternatives[0])
    return list[str] if get_origin(annotation) in (tuple, dict) else annotation


def _given(options: Mapping[str, Any]) -> dict[str, object]:
    """Return the options that were written, by field."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in options.items()
        if value is not None and value != []
    }


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the plan is written."""

    name: str | None
    overwrite: bool

    def asked(self, folder: Path) -> bool:
        """Whether what is there may be replaced: as the option says, else as the user answers."""
        if self.overwrite or not folder.exists() or not sys.stdin.isatty():
            return self.overwrite
        return typer.confirm(f"{folder} ?", default=False)


def _answer(
    path: Path,
    name: str | None,
    given: dict[str, object],
    target: _Target,
    *,
    change: Path | None = None,
    quiet: bool,
) -> None:
    from api.outputs import USUAL_NAME, must_be_free, siting_folder, write_siting
    from api.site import site_study
    from api.steps import Steps
    from geo.search.warm import announce_compilation
    from layers.study.changes import read_change
    from layers.study.model import read_study
    from layers.write.staging import check_writable
    from maps.words.steps import WRITE

    if not quiet:
        announce_compilation(_print_aside)
    study = read_study(path)
    asked = _asked(study, name)
    written = asked.fields
    called = target.name or asked.name or USUAL_NAME
    folder = siting_folder(study, called)
    replaces = target.asked(folder)
    if not replaces:
        must_be_free(folder)
    check_writable(study.out_folder)
    steps = Steps(quiet=quiet)
    try:
        changing = None if change is None else read_change(change)
        result = site_study(path, site_question({**written, **given}), change=changing, steps=steps)
    except InputError as error:
        words = _words(given, asked.number)
        raise InputError([in_words(fault, words) for fault in error.faults]) from None
    with steps.step(WRITE.to(study.language)):
        paths = write_siting(result, called, overwrite=replaces)
    for line in _summary(result, study.language):
        typer.echo(printable(line))
    for file in paths:
        typer.echo(printable(str(file)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was written before: its name, its fields, and its number among the ``[[site]]``."""

    name: str = ""
    number: int | None = None
    fields: Mapping[str, object] = filled(default_factory=dict)


def _asked(study: Study, name: str | None) -> _Asked:
    """Return a question of the study or of a file; nothing without a name."""
    from layers.study.siting.file import is_question_file, read_question

    if name is None:
        return _Asked()
    for number, question in enumerate(study.questions, start=1):
        if question.name == name:
            return _Asked(name, number, question.model_dump(exclude_unset=True, exclude={"name"}))
    if is_question_file(name):
        # Where it was called from, else beside the study.
        here = Path(name)
        written = read_question(here if here.exists() else study.folder / name)
        return _Asked(written.name, 1, written.fields)
    known = [question.name for question in study.questions]
    what = Text("the study has no siting question of this name", "项目中没有此名称的选址要求")
    fix = Text(f"Known: {', '.join(known) or '-'}", f"可用：{'、'.join(known) or '-'}")
    raise InputError([Fault(what, fix, source="--question", value=name, code=CODE)])


def _words(given: Mapping[str, object], number: int | None) -> DoorWords:
    """Return the words of the command for what was written there, else those of the study file."""
    if number is None:
        return COMMAND_WORDS
    file = file_words(number)

    def door(field: str) -> DoorWords:
        return COMMAND_WORDS if field in given else file

    return DoorWords(
        name=lambda field: door(field).name(field),
        setting=lambda field, value: door(field).setting(field, value),
        place=lambda field: door(field).place(field),
    )


def _summary(result: SitingResult, language: Language) -> Iterator[str]:
    """Yield the answer, the proof and the chosen sites, a line each."""
    from maps.book.siting_tables import chosen_table
    from maps.siting_loads import site_names
    from maps.words.caveats import caveat_line, caveats
    from maps.words.siting import answer, counted, insisting_words, proof
    from maps.words.siting_notes import reach_notes

    stop = "." if language == "en" else "。"
    yield f"{answer(result).to(language)}{stop}"
    yield f"{proof(result).to(language)}{stop}"
    for caveat in caveats(result):
        yield caveat_line(caveat).to(language)
    if result.insisted is not None:
        label = "Price of the sites insisted on: " if language == "en" else "指定点位的效益损失："
        yield f"{label}{insisting_words(result).to(language)}{stop}"
    for name, text in reach_notes(result):
        colon = ": " if language == "en" else "："
        yield f"{name.to(language)}{colon}{text.to(language)}{stop}"
    chosen, names = chosen_table(result), site_names(result)
    for number, key, added in zip(chosen["number"], chosen["id"], chosen["added"], strict=True):
        people = Text(
            f": {counted(added, 'person', 'people')} covered only by it", f"：仅由其覆盖 {added:,.0f} 人"
        )
        yield f"  {number}. {names[key]}{people.to(language)}"
    yield ""


def _print_aside(line: str) -> None:
    typer.echo(printable(line), err=True)
