"""The command line: each command parses, calls the library, and prints."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from geo.errors import InputError, LifecircleError
from geo.text import Language, Text

app = typer.Typer(
    name="lifecircle",
    help="Who reaches which service within 15 minutes, who does not, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study's folder, or its study.toml.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while working.")]


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put the demo study.")] = Path("lifecircle-demo"),
    quiet: Quiet = False,
) -> None:
    """Run the demo study on real streets of Helsinki and say where the results are."""
    from api.demo_study import make_demo

    _run(make_demo(folder), quiet=quiet)


@app.command()
def check(study: StudyPath) -> None:
    """Read and check a study and its layers, print every fault, and compute nothing."""
    from api.checking import check_study

    text, sound = check_study(study)
    typer.echo(text)
    if not sound:
        raise typer.Exit(2)


@app.command()
def run(study: StudyPath, quiet: Quiet = False) -> None:
    """Run a study: write map, tables and the record of the run into its out folder."""
    _run(study, quiet=quiet)


@app.command(name="map")
def draw_map(study: StudyPath, quiet: Quiet = False) -> None:
    """Write only the map of a study."""
    from api.outputs import check_writable, write_results
    from api.pipeline import run_study
    from api.steps import Steps
    from layers.study import read_study

    check_writable(read_study(study).out_folder)
    for path in write_results(run_study(study, steps=Steps(quiet=quiet)), only=("map.html",)):
        typer.echo(str(path))


@app.command()
def serve(
    study: StudyPath,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the map and the API of a study over HTTP."""
    import uvicorn

    from api.app import create_app
    from api.settings import Settings

    application = create_app(Settings(study=study))
    typer.echo(f"http://{host}:{port}/", err=True)
    uvicorn.run(application, host=host, port=port, log_level="warning")


@app.command()
def standards(name: Annotated[str | None, typer.Argument(help="A standard to show.")] = None) -> None:
    """List the built-in standards, or show what one of them asks for and whether that was verified."""
    from api.catalogue import standard_text, standards_text

    typer.echo(standards_text() if name is None else standard_text(name))


@app.command()
def profiles() -> None:
    """List the built-in travel profiles with their speeds and sources."""
    from api.catalogue import profiles_text

    typer.echo(profiles_text())


@app.command()
def warm() -> None:
    """Compile the search kernels now, so that the first run need not."""
    from geo.warm import compile_kernels

    seconds = compile_kernels()
    typer.echo(f"search kernels are ready ({seconds:.1f} s)")


def _run(study: Path, *, quiet: bool) -> None:
    from api.outputs import check_writable, write_results
    from api.pipeline import run_study
    from api.steps import Steps
    from layers.study import read_study
    from api.summary import summary
    from geo.warm import say_if_cold

    if not quiet:
        say_if_cold(lambda message: typer.echo(message, err=True))
    check_writable(read_study(study).out_folder)
    steps = Steps(quiet=quiet)
    result = run_study(study, steps=steps)
    with steps.step("write results"):
        paths = write_results(result)
    typer.echo(summary(result, seconds=steps.seconds))
    typer.echo("")
    for path in paths:
        typer.echo(str(path))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; bad input ends with exit code 2 and a message, never a traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        app(words, standalone_mode=False)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except InputError as error:
        _fail(error.to(_language(words)), 2)
    except LifecircleError as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        _fail(Text("interrupted: nothing was changed", "已中断: 未改动任何文件").to(_language(words)), 130)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            _fail(error.format_message(), error.exit_code)
        raise
    sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


def _language(words: list[str]) -> Language:
    """Return the language that a named study asks for, readable or not; else that of the machine."""
    for word in words:
        path = Path(word)
        file = path / "study.toml" if path.is_dir() else path
        try:
            found = re.search(r'^\s*language\s*=\s*"(zh|en)"', file.read_text("utf-8"), re.MULTILINE)
        except (OSError, ValueError):
            continue
        if found:
            return "zh" if found[1] == "zh" else "en"
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"
