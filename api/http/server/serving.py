"""The HTTP server: its port is bound before the study is run."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from api.http.server.connections import IDLE_SECONDS, BoundedProtocol
from geo.errors import Fault, InputError
from geo.text import Text

GRACE_SECONDS = 3
"""For answers that were begun when the service is told to stop."""

_LOOPBACK = frozenset({"localhost", "::1", "127.0.0.1"})


def bind(host: str, port: int) -> socket.socket:
    """Bind a port, so that one that is in use is reported before the study is run.

    Parameters
    ----------
    host
        Name or address of this machine.
    port
        0 takes a free one.

    Raises
    ------
    InputError
        When the address is not of this machine or the port cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise InputError([_no_port(host, port, error)]) from error
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise InputError([_no_port(host, port, error)]) from error
    return taken


def serve_on(
    listening: socket.socket, application: FastAPI, *, say: Callable[[str], object], root_path: str = ""
) -> None:
    """Serve an application on a bound port until it is stopped; the address is passed to `say` first.

    Parameters
    ----------
    root_path
        Path under which a proxy serves the application; links begin with it.
    """
    say(address_of(listening))
    answer_on(listening, application, root_path=root_path)
    state = application.state
    if state.gate.busy or state.siting.busy or state.jobs.busy:
        # A search that nobody waits for must not hold up the end of the process.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def address_of(listening: socket.socket) -> str:
    """Return the address at which a bound port answers."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def answer_on(listening: socket.socket, application: FastAPI, *, root_path: str = "") -> None:
    """Answer on a bound port until told to stop, and then within seconds."""
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=BoundedProtocol,
            log_level="warning",
            access_log=False,
            root_path=root_path,
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return


def must_be_guarded(host: str, *, guarded: bool, open_to_all: bool) -> None:
    """Refuse to listen beyond this machine without keys, unless told so twice.

    Raises
    ------
    InputError
        With the two ways out.
    """
    if guarded or open_to_all or host in _LOOPBACK or host.startswith("127."):
        return
    what = Text("everybody who reaches this machine could ask", "能访问本机的任何人均可查询")
    fix = Text(
        "Give --key FILE, or --open if that is what you want", "请用 --key 指定密钥文件，或用 --open 确认开放"
    )
    raise InputError([Fault(what, fix, source="--host", value=host, code="open-service")])


def _no_port(host: str, port: int, error: Exception) -> Fault:
    reason = getattr(error, "strerror", None) or str(error)
    return Fault(
        Text("cannot listen there", "无法在此监听"),
        Text("Choose another --host or --port", "请更换 --host 或 --port"),
        source=f"{host}:{port}",
        value=reason,
        code="port-taken",
    )
