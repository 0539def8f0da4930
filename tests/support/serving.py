"""The program serving studies on a free port, as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.town import PROGRAM, environment


@contextmanager
def serving(folder: Path, *arguments: object, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a study; yields the process and its address without the last stroke."""
    command = [*PROGRAM, "serve", str(folder), *map(str, arguments), "--port", "0", "--quiet"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**more),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            address = process.stderr.readline().strip()
            assert address.startswith("http://"), address + process.stderr.read()
            _until_up(address)
            yield process, address.rstrip("/")
        finally:
            process.kill()


def _until_up(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}health", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)
