"""The command line: each command parses, calls the library, and prints."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal, NoReturn

import typer

from api.cli.help_words import in_chinese
from api.cli.service import register_service
from api.cli.site import register as register_site
from geo.errors import InputError, LifecircleError, OutputError
from geo.text import Language, Text, printable

app = typer.Typer(
    name="lifecircle",
    help="Who reaches which service within 15 minutes, who does not, and why.",
    epilog="With every command: --language zh or en, for help and messages; else that of the system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_INTERRUPTED = 130
_UNTOUCHED = Text("interrupted: earlier results are as they were", "已中断：原有结果未改动")

StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study's folder, or its study.toml.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while working.")]


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put the demo study.")] = Path("lifecircle-demo"),
    quiet: Quiet = False,
) -> None:
    """Run the demo study on real streets of Helsinki and say where the results are."""
    from api.cli.demo import make_demo

    _run(make_demo(folder), quiet=quiet)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Where to put the study; must be empty or not there yet.")],
    place: Annotated[str | None, typer.Option(help="A place's name, such as '嘉定工业区，上海'.")] = None,
    bbox: Annotated[str | None, typer.Option(help="West,south,east,north in degrees.")] = None,
    extract: Annotated[
        Path | None, typer.Option(help="A local extract; with --place or --bbox that part is cut out.")
    ] = None,
    proxy: Annotated[str | None, typer.Option(help="Such as http://proxy.example:3128.")] = None,
    quiet: Quiet = False,
) -> None:
    """Make a study that runs, of a place's name, a box, or a local extract."""
    from api.cli.layers import make_study
    from api.steps import Steps
    from layers.osm.online.service import Service

    service = Service(proxy=proxy)
    typer.echo(
        make_study(folder, place=place, box=bbox, extract=extract, service=service, steps=Steps(quiet=quiet))
    )


@app.command()
def doctor(
    layer: Annotated[
        str, typer.Argument(metavar="LAYER", help="The file to look at, or STUDY:LAYER for one of a study.")
    ],
    streets: Annotated[
        Path | None, typer.Option(help="An OpenStreetMap extract of the same place; the study's if left out.")
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option(help="Boundaries known to be right, for layers of polygons.")
    ] = None,
    boundaries_crs: Annotated[str, typer.Option(help="The system those are in.")] = "EPSG:4490",
    declared: Annotated[str | None, typer.Option(help="What the study says the layer is in.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook, by name or number.")] = None,
    header_row: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Row of the headers, from 1.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Headers: lon=...,lat=... or coordinates=... or geometry=...")
    ] = None,
) -> None:
    """Find out which coordinate system a layer is really in, with the evidence; converts nothing."""
    from api.cli.layers import diagnose_layer
    from maps.words.doctor import diagnosis_text

    diagnosis = diagnose_layer(
        layer,
        streets=streets,
        boundaries=boundaries,
        boundaries_crs=boundaries_crs,
        declared=declared,
        given={"sheet": sheet, "header_row": header_row, "columns": columns},
    )
    _say(diagnosis_text(diagnosis, _language([layer.rpartition(":")[0]])))


@app.command()
def check(
    study: StudyPath,
    answers: Annotated[
        Path | None,
        typer.Option(
            help="A check.xlsx with answers on its sheet of questions: they go to study.fixed.toml."
        ),
    ] = None,
) -> None:
    """Read and check a study and its layers: every fault, printed and as check.html and check.xlsx."""
    from api.check import check_study, take_up_answers, write_check_files
    from maps.words.check import answers_text, check_text, verdict

    result = check_study(study)
    if answers is not None:
        path, answered = take_up_answers(result, answers)
        _say(answers_text(answered, path.name, result.study.language))
        _say(str(path))
        if answered.unused:
            raise typer.Exit(2)
        return
    _say(f"{check_text(result)}\n")
    typer.echo(verdict(result).to(result.study.language), err=not result.sound)
    for path in write_check_files(result):
        _say(str(path))
    if not result.sound:
        raise typer.Exit(2)


@app.command()
def run(
    study: StudyPath,
    change: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A change to run the study with: what opens, closes or moves."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Run a study: write map, tables and the record of the run into its out folder."""
    _run(study, change, quiet=quiet)


@app.command(name="map")
def draw_map(study: StudyPath, quiet: Quiet = False) -> None:
    """Write only the map of a study."""
    from api.outputs import write_results
    from api.run import run_study
    from api.steps import Steps
    from layers.study.model import read_study
    from layers.write.staging import check_writable

    check_writable(read_study(study).out_folder)
    for path in write_results(run_study(study, steps=Steps(quiet=quiet)), only=("map.html",)):
        _say(str(path))


@app.command()
def grid(
    study: StudyPath,
    count: Annotated[int, typer.Option(min=1, max=500, help="How many grids.")],
    by: Annotated[
        Literal["enterprises", "employees", "people"], typer.Option(help="What is to be even.")
    ] = "enterprises",
    staff: Annotated[int | None, typer.Option(min=1, help="Staff to share out over the grids.")] = None,
    quiet: Quiet = False,
) -> None:
    """Draw connected grids of much the same load along streets, as a layer, and say how even they are."""
    from api.ledgers.grid import make_grids
    from api.steps import Steps
    from layers.study.model import read_study
    from layers.write.staging import check_writable
    from maps.words.ledgers.grids import grid_words

    asked = read_study(study)
    check_writable(asked.out_folder)
    drawn, path = make_grids(asked, by=by, count=count, staff=staff, steps=Steps(quiet=quiet))
    for line in grid_words(drawn):
        _say(line.to(asked.language))
    _say(str(path))


@app.command()
def guides(
    study: StudyPath,
    link: Annotated[
        str, typer.Option(help="Where the map is published, for the codes: https://example.cn/map.html.")
    ] = "",
    quiet: Quiet = False,
) -> None:
    """Write the guide of every station, a page each: guides.html, and guides.pdf where Chromium is there."""
    from api.ledgers.guides import write_guides
    from api.run import run_study
    from api.steps import Steps
    from layers.study.model import read_study
    from layers.write.staging import check_writable

    check_writable(read_study(study).out_folder)
    for path in write_guides(run_study(study, steps=Steps(quiet=quiet)), link=link):
        _say(str(path))


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="A folder of results, or the study it belongs to.")],
    template: Annotated[
        Path | None,
        typer.Option(help="The office's own .docx with {{names}}; that of the study where left out."),
    ] = None,
) -> None:
    """Write the report of a run as a Word document, every number from its workbook."""
    from api.report import make_report
    from maps.report.said import report_lines

    written = make_report(out, template=template)
    for line in report_lines(filled_in=written.filled_in, older_plans=written.older_plans):
        _say(line.to(written.language))
    _say(str(written.path))


@app.command()
def sheet(
    out: Annotated[Path, typer.Argument(help="A folder of results, or the study it belongs to.")],
    size: Annotated[str, typer.Option(help="a3 or a4, landscape.")] = "a3",
    service: Annotated[
        str | None, typer.Option(help="Id of the category shown; what the map opens with where left out.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Minutes; those the service is asked for.")] = None,
    case: Annotated[str | None, typer.Option(help="Id of the case shown.")] = None,
    series: Annotated[bool, typer.Option("--series", help="A small map of each service instead.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="Of the PDF; sheet.pdf beside the map where left out.")
    ] = None,
    browser: Annotated[
        Path | None, typer.Option(help="Chromium, Chrome or Edge, where it is not found by itself.")
    ] = None,
) -> None:
    """Print a sheet of the map of a run as PDF, by a browser of this machine without a window."""
    from api.sheet import make_sheet

    path = make_sheet(
        out, size=size, service=service, minutes=minutes, case=case, series=series, output=output,
        browser=browser,
    )  # fmt: skip
    _say(str(path))


register_site(app)
register_service(app)


@app.command()
def compare(
    study: StudyPath,
    first: Annotated[
        str, typer.Argument(metavar="A", help="A change file, the name of a siting plan, or today.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    category: Annotated[str | None, typer.Option(help="Category of the service; that of the plans.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, max=240, help="Limit in minutes.")] = None,
    quiet: Quiet = False,
) -> None:
    """Hold two plans side by side: who gains and who loses, as map, workbook and layers."""
    from api.compare import compare_folder, compare_plans
    from api.outputs import write_compared
    from api.steps import Steps
    from maps.compared import headline
    from maps.words.steps import WRITE

    steps = Steps(quiet=quiet)
    result = compare_plans(study, (first, second), category=category, minutes=minutes, steps=steps)
    with steps.step(WRITE.to(result.study.language)):
        paths = write_compared(result, compare_folder(result))
    _say(headline(result).to(result.study.language))
    typer.echo("")
    for path in paths:
        _say(str(path))


@app.command()
def verify(
    out: Annotated[Path, typer.Argument(help="A folder of results, or the study it belongs to.")],
) -> None:
    """Hold results against their record: files changed or lost, and a record that was tampered with."""
    from api.recorded import language_of, verify_results
    from maps.reproduced import verified_text

    folder = _results_of(out)
    _say(f"{folder}{verified_text(verify_results(folder)).to(language_of(folder))}")


@app.command()
def export(
    out: Annotated[
        Path, typer.Argument(help="A folder of results, a plan or a comparison, or the study it belongs to.")
    ],
    formats: Annotated[
        list[str],
        typer.Option("--format", help="shapefile or dxf; give it twice for both.", metavar="shapefile|dxf"),
    ],
    folder: Annotated[
        Path | None, typer.Option(help="Where to write; the folder export in the results if left out.")
    ] = None,
) -> None:
    """Write the layers of results as shapefiles with Chinese words, or as a DXF drawing."""
    from api.export import export_results

    of_plan = any((out / name).exists() for name in ("siting.gpkg", "compare.gpkg"))
    for path in export_results(out if of_plan else _results_of(out), formats, folder):
        _say(str(path))


@app.command()
def rerun(
    out: Annotated[Path, typer.Argument(help="A folder of results, or the study it belongs to.")],
    inputs: Annotated[
        Path | None,
        typer.Option(help="The folder the inputs lie in; where the study stood if left out."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Where to keep the results; they are thrown away if left out.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Make a run again from its record and say whether every file comes out the same, bit for bit."""
    from api.rerun import rerun as make_again
    from api.steps import Steps
    from maps.reproduced import reproduced_text

    made = make_again(_results_of(out), inputs=inputs, to=to, steps=Steps(quiet=quiet))
    _say(reproduced_text(made))
    if not made.whole:
        raise typer.Exit(2)


def _results_of(out: Path) -> Path:
    """Return the folder of results that is meant: itself, or that of a study."""
    from layers.study.model import read_study
    from layers.write.verify import RECORD

    return out if (out / RECORD).exists() else read_study(out).out_folder


@app.command()
def standards(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="A standard to show; or compare A B, to see where two differ."),
    ] = None,
    checklist: Annotated[
        str | None,
        typer.Option(help="Write the clauses of this standard as a list to be confirmed against its text."),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(help="With compare: run this study under both, and show what it answers under each."),
    ] = None,
) -> None:
    """List the built-in standards, show what one asks for and whether that was verified, or compare two."""
    from maps.words.catalogue import checklist_text, standard_text, standards_text

    if checklist is not None:
        typer.echo(checklist_text(checklist))
    elif not names:
        typer.echo(standards_text())
    elif names[0] == "compare" and len(names) == 3:
        _compare(names[1], names[2], study)
    elif len(names) == 1 and names[0] != "compare":
        typer.echo(standard_text(names[0]))
    else:
        msg = "give one standard, or compare and two of them"
        raise typer.BadParameter(msg)


def _compare(first: str, second: str, study: Path | None) -> None:
    """Print where two standards differ; with a study, what it answers under each."""
    from api.run import run_study
    from api.settings import Settings
    from layers.catalogue.standards import read_standard
    from maps.words.compare import answers_text, compare_text

    typer.echo(compare_text(read_standard(first), read_standard(second)))
    if study is not None:
        cache = Settings(study=study).cache
        results = [run_study(study, cache=cache, standard=name) for name in (first, second)]
        typer.echo(f"\n{answers_text(*results)}")


@app.command()
def profiles() -> None:
    """List the built-in travel profiles with their speeds, stairs and waits, and where each comes from."""
    from maps.words.catalogue import profiles_text

    typer.echo(profiles_text())


@app.command()
def warm() -> None:
    """Compile the search kernels now, so that the first run need not."""
    from geo.search.warm import compile_kernels

    seconds = compile_kernels()
    typer.echo(f"search kernels are ready ({seconds:.1f} s)")


def _say(text: str) -> None:
    """Print what holds names out of files: no sign of theirs steers the terminal."""
    typer.echo(printable(text))


def _say_aside(line: str) -> None:
    typer.echo(printable(line), err=True)


def _run(study: Path, change: Path | None = None, *, quiet: bool) -> None:
    from api.outputs import write_office_book, write_results
    from api.run import run_study
    from api.steps import Steps
    from geo.search.warm import announce_compilation
    from layers.change import study_of_change
    from layers.study.changes import read_change
    from layers.study.model import read_study
    from layers.write.staging import check_writable
    from maps.words.steps import WRITE
    from maps.words.summary import summary

    if not quiet:
        announce_compilation(_say_aside)
    asked = read_study(study)
    changing = None if change is None else read_change(change)
    check_writable((asked if changing is None else study_of_change(asked, changing)).out_folder)
    steps = Steps(quiet=quiet)
    result = run_study(study, change=changing, steps=steps)
    with steps.step(WRITE.to(result.study.language)):
        paths = write_results(result)
    _say(summary(result, seconds=steps.seconds))
    typer.echo("")
    for path in paths:
        _say(str(path))
    office = write_office_book(result)
    if office is not None:
        _say(str(office[0]))
        if office[1] is not None:
            _say(office[1].to(result.study.language))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; bad input ends with exit code 2 and a message, never a traceback."""
    words, chosen = _without_language(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        signal.signal(signal.SIGTERM, _stop)
    language = chosen or _language(words)
    command = typer.main.get_command(app)
    if language == "zh":
        in_chinese(command)
    try:
        code = command.main(words, prog_name="lifecircle", standalone_mode=False)
    except (InputError, OutputError) as error:
        _fail(error.to(language), 2)
    except LifecircleError as error:
        _fail(str(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except OSError as error:
        _fail(str(error), 1)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            _fail(error.format_message(), error.exit_code)
        raise
    if code == _INTERRUPTED:
        _fail(_UNTOUCHED.to(language), code)
    sys.exit(code or 0)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(printable(message), err=True)
    sys.exit(code)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """End as an interrupt does, so that what is half-written is removed on the way out."""
    del frame
    raise SystemExit(128 + number)


def _language(words: list[str]) -> Language:
    """Return the language that a named study asks for, readable or not; else that of the machine."""
    for word in words:
        path = Path(word)
        try:
            file = path / "study.toml" if path.is_dir() else path
            match = re.search(r'^\s*language\s*=\s*"(zh|en)"', _head(file), re.MULTILINE)
        except (OSError, ValueError):
            continue
        if match:
            return "zh" if match[1] == "zh" else "en"
    return language_of_machine()


def _without_language(words: list[str]) -> tuple[list[str], Language | None]:
    """Take ``--language zh`` or ``--language=zh`` out of the words, wherever it stands."""
    rest: list[str] = []
    chosen: str | None = None
    given = iter(words)
    for word in given:
        if word == "--language":
            chosen = next(given, "")
        elif word.startswith("--language="):
            chosen = word.partition("=")[2]
        else:
            rest.append(word)
    if chosen is None:
        return rest, None
    if chosen not in ("zh", "en"):
        _fail(f"--language: zh or en, not {chosen!r}\n--language：应为 zh 或 en，不是 {chosen!r}", 2)
    return rest, "zh" if chosen == "zh" else "en"


def language_of_machine() -> Language:
    """Return Chinese where the system speaks it, else English."""
    named = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    if not named and sys.platform == "win32":
        import ctypes
        import locale

        named = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return "zh" if named.lower().startswith("zh") else "en"


def _head(file: Path) -> str:
    """Return the beginning of a file as text; a word of the command line may name any file."""
    if not file.is_file():
        return ""
    with file.open("rb") as opened:
        return opened.read(100_000).decode("utf-8", errors="replace")
