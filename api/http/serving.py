"""The HTTP server: its port is bound before the study is run."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from geo.errors import Fault, InputError
from geo.text import Text


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
    host, port = listening.getsockname()[:2]
    say(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", root_path=root_path))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return


def _no_port(host: str, port: int, error: Exception) -> Fault:
    reason = getattr(error, "strerror", None) or str(error)
    return Fault(
        Text("cannot listen there", "无法在此监听"),
        Text("Choose another --host or --port", "请更换 --host 或 --port"),
        source=f"{host}:{port}",
        value=reason,
        code="port-taken",
    )
