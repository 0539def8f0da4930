"""Commands of the HTTP service: serve studies, make a key."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

Names = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="Name the service is called by; may be given several times."),
]


def register_service(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(key)


def serve(  # noqa: PLR0913
    study: Annotated[Path, typer.Argument(help="The study's folder or its study.toml.")],
    more: Annotated[
        list[Path] | None, typer.Argument(help="Further studies, served under /studies/NAME.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer from one run.")] = 1,
    keys: Annotated[
        Path | None, typer.Option("--key", help="File of hashed keys; only who has one is answered.")
    ] = None,
    open_to_all: Annotated[
        bool, typer.Option("--open", help="Listen beyond this machine without keys.")
    ] = False,
    allow_host: Names = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="Web page that may ask (CORS); may be given several times.")
    ] = None,
    request_log: Annotated[Path | None, typer.Option(help="File for a line a request.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Run studies, then serve their maps and their API over HTTP until stopped."""
    from api.http.app import create_app
    from api.http.guard.keys import read_keys
    from api.http.server.serving import address_of, answer_on, bind, must_be_guarded, serve_on
    from api.http.server.workers import Workers
    from api.http.studies import Studies
    from api.run import run_study
    from api.settings import Settings
    from api.steps import Steps

    settings = Settings(
        study=study,
        more_studies=tuple(more or ()),
        keys=keys,
        hosts=tuple(allow_host or ()),
        origins=tuple(origin or ()),
        request_log=request_log,
    )
    must_be_guarded(host, guarded=keys is not None, open_to_all=open_to_all)
    read_keys(keys)
    with bind(host, port) as listening:
        result = run_study(study, steps=Steps(quiet=quiet), cache=settings.cache)
        if workers == 1:
            application = create_app(settings, result)
            serve_on(listening, application, say=_say_aside, root_path=settings.root_path)
            return
        # All processes answer for the jobs of each.
        settings = settings.model_copy(update={"jobs": Path(tempfile.mkdtemp(prefix="lifecircle-jobs-"))})
        studies = Studies(settings)
        studies.load(result)
        listening.listen(2048)
        _say_aside(address_of(listening))
        Workers(
            listening,
            lambda: create_app(settings, studies=studies),
            lambda shared, application: answer_on(shared, application, root_path=settings.root_path),
            count=workers,
        ).run(studies, say=_say_aside, take_up=settings.take_up)


def key(
    file: Annotated[Path, typer.Argument(help="File of keys that `lifecircle serve --key` takes.")],
    name: Annotated[str, typer.Argument(help="Whose key it is, one word.")],
    rights: Annotated[
        str, typer.Option(help="What it may: map, read (layers and places), site (siting, jobs).")
    ] = "map,read",
    rate: Annotated[int, typer.Option(min=1, max=1_000_000, help="Requests a minute.")] = 600,
) -> None:
    """Make a key, show it once, and add its hash to a file."""
    from api.http.guard.keys import new_key

    made, line = new_key(name, tuple(part.strip() for part in rights.split(",")), rate)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")
    typer.echo(made)


def _say_aside(text: str) -> None:
    typer.echo(text, err=True)
