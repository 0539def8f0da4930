"""Jobs: questions that are worked on while nobody waits, kept in a folder that all processes share."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from api.http.guard.gate import BusyError, ClientGoneError, Gate, Token
from api.http.problems import problem
from geo.errors import InputError
from geo.text import Text

KEPT_SECONDS: Final = 3600.0
MOST_JOBS: Final = 200
_LOOKS_SECONDS: Final = 0.3
_ID: Final = re.compile(r"[0-9a-f]{32}")

Work = Callable[[Token], str]
"""Returns its result as JSON text; looks at the token now and then."""


class Jobs:
    """The jobs of a service; those that ended are kept for an hour."""

    def __init__(self, gate: Gate, folder: Path | None = None) -> None:
        self._gate = gate
        self._own = folder is None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="lifecircle-jobs-"))

    @property
    def busy(self) -> bool:
        """Whether a job is being worked on or waits."""
        return self._gate.busy

    def start(self, process: str, work: Work) -> dict[str, Any]:
        """Begin a job and return its state.

        Raises
        ------
        BusyError
            Where too many jobs are kept or wait.
        """
        self.clean()
        if len(list(self._folder.iterdir())) >= MOST_JOBS:
            raise BusyError(60, Text("too many jobs are kept", "保留的任务过多"))
        job = uuid.uuid4().hex
        state = {
            "jobID": job,
            "processID": process,
            "type": "process",
            "status": "accepted",
            "progress": 0,
            "created": _now(),
        }
        (self._folder / job).mkdir()
        self._write(job, state)
        token = Token()
        try:
            self._gate.start(lambda: self._run(job, state, token, work))
        except BusyError:
            shutil.rmtree(self._folder / job, ignore_errors=True)
            raise
        return state

    def state(self, job: str) -> dict[str, Any] | None:
        """Return the state of a job; None where there is none."""
        if not _ID.fullmatch(job):
            return None
        try:
            state: dict[str, Any] = json.loads((self._folder / job / "state.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return state

    def states(self) -> list[dict[str, Any]]:
        """Return the states of all jobs, the newest first."""
        self.clean()
        found = [self.state(path.name) for path in self._folder.iterdir()]
        return sorted((each for each in found if each), key=lambda each: each["created"], reverse=True)

    def result(self, job: str) -> str | None:
        """Return the result of a job, None where it has none."""
        try:
            return (self._folder / job / "result.json").read_text("utf-8") if _ID.fullmatch(job) else None
        except OSError:
            return None

    def dismiss(self, job: str) -> dict[str, Any] | None:
        """End a job and forget its result; None where there is none."""
        state = self.state(job)
        if state is None:
            return None
        if state["status"] in ("accepted", "running"):
            # Whichever process works on it finds this.
            (self._folder / job / "dismissed").touch()
        else:
            shutil.rmtree(self._folder / job, ignore_errors=True)
        return state | {"status": "dismissed", "finished": _now()}

    def clean(self) -> None:
        """Forget the jobs that ended an hour ago."""
        for path in self._folder.iterdir():
            state = self.state(path.name)
            old = time.time() - path.stat().st_mtime > KEPT_SECONDS
            if old and (state is None or state["status"] not in ("accepted", "running")):
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Forget everything, where the folder is this process's own."""
        if self._own:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, job: str, state: dict[str, Any], token: Token, work: Work) -> None:
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(job, state, token, ended), daemon=True)
        if (self._folder / job / "dismissed").exists():
            self._end(job, state, "dismissed")
            return
        state |= {"status": "running", "started": _now()}
        self._write(job, state)
        watch.start()
        try:
            found = work(token)
            self._put(job, "result.json", found)
            status: tuple[str, str | None] = ("successful", None)
        except InputError as error:
            faults = problem(400, "invalid-parameter", None, error.faults)
            status = ("failed", faults.model_dump_json())
        except ClientGoneError:
            status = ("dismissed", None)
        except Exception as error:
            # What went wrong is in the log; a client is told no more than that it did.
            status = ("failed", problem(500, "server-error").model_dump_json())
            self._end_watch(ended, watch)
            self._end(job, state, *status)
            raise error
        self._end_watch(ended, watch)
        self._end(job, state, *status)

    def _watch(self, job: str, state: dict[str, Any], token: Token, ended: threading.Event) -> None:
        while not ended.wait(_LOOKS_SECONDS):
            if (self._folder / job / "dismissed").exists():
                token.cancel()
                return
            share = round(100 * token.share)
            if share != state["progress"]:
                state["progress"] = share
                self._write(job, state)

    @staticmethod
    def _end_watch(ended: threading.Event, watch: threading.Thread) -> None:
        ended.set()
        watch.join()

    def _end(self, job: str, state: dict[str, Any], status: str, said: str | None = None) -> None:
        if (self._folder / job / "dismissed").exists():
            status = "dismissed"
        state |= {"status": status, "finished": _now()}
        if status == "successful":
            state["progress"] = 100
        if said is not None:
            state["problem"] = json.loads(said)
            state["message"] = state["problem"]["detail"]
        self._write(job, state)

    def _write(self, job: str, state: dict[str, Any]) -> None:
        self._put(job, "state.json", json.dumps(state | {"updated": _now()}, ensure_ascii=False))

    def _put(self, job: str, name: str, text: str) -> None:
        beside = self._folder / job / f".{name}"
        beside.write_text(text, "utf-8")
        beside.replace(self._folder / job / name)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
