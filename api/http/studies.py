"""The studies of a service, each with the run it answers from; a new run takes the place of the old."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from api.http.service import Service
from api.run import run_study
from api.settings import Settings
from layers.study.model import STUDY_FILE
from layers.write.verify import RECORD
from maps.result import StudyResult

LOOKS_SECONDS = 2.0
"""How often a new run is looked for."""

_Seen = tuple[int, int]


class Studies:
    """Runs by id of their study; the first is the one whose paths have no prefix.

    A request takes one `Service` and keeps it to its end, so an answer never mixes two runs.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._paths = dict(_named(settings.all_studies))
        self._services: dict[str, Service] = {}
        self._seen: dict[str, _Seen | None] = {}
        self._stopped = threading.Event()

    @property
    def first(self) -> str:
        """Id of the study whose paths have no prefix."""
        return next(iter(self._paths))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all studies."""
        return tuple(self._paths)

    @property
    def ready(self) -> bool:
        """Whether every study has a run."""
        return len(self._services) == len(self._paths)

    def get(self, study: str | None) -> Service | None:
        """Return the run of a study, the first where none is named; None where there is none."""
        return self._services.get(study or self.first)

    def all(self) -> Iterator[tuple[str, Service]]:
        """Yield the runs by id."""
        yield from tuple(self._services.items())

    def load(self, given: StudyResult | None = None) -> None:
        """Run the studies that have no run yet; the first takes the run that is given."""
        for study, path in self._paths.items():
            if study not in self._services:
                seen = _record_of(path)
                result = given if given is not None and study == self.first else self._run(path)
                self._services[study] = Service.of(result, self._settings)
                self._seen[study] = seen or _record_of(path)

    def watch(self, say: Callable[[str], object]) -> threading.Thread:
        """Look for new runs until stopped, on a thread of its own, and take each up when it is whole."""
        thread = threading.Thread(target=self._watch, args=(say,), name="new-runs", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Look for nothing more."""
        self._stopped.set()

    def take_up(self) -> list[str]:
        """Take up the runs whose record has changed; return the ids of their studies."""
        taken = []
        for study, path in self._paths.items():
            seen = _record_of(path)
            if study in self._services and seen is not None and seen != self._seen.get(study):
                self._services[study] = Service.of(self._run(path), self._settings)
                self._seen[study] = seen
                taken.append(study)
        return taken

    def take_up_said(self, say: Callable[[str], object]) -> bool:
        """Take up new runs and say so; a study that cannot be run now is answered from its last run."""
        try:
            taken = self.take_up()
        except Exception as error:
            # Whatever is wrong with the new files must not stop the service.
            say(f"new run not taken up: {type(error).__name__}")
            return False
        for study in taken:
            say(f"new run of {study}")
        return bool(taken)

    def _watch(self, say: Callable[[str], object]) -> None:
        while not self._stopped.wait(LOOKS_SECONDS):
            self.take_up_said(say)

    def _run(self, path: Path) -> StudyResult:
        return run_study(path, cache=self._settings.cache)


def _named(paths: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
    """Yield each study with an id made of its folder's name; equal names are numbered."""
    taken: set[str] = set()
    for path in paths:
        folder = path.resolve().parent if path.suffix else path.resolve()
        name = re.sub(r"[^\w-]+", "-", folder.name).strip("-").lower() or "study"
        number = 2
        unique = name
        while unique in taken:
            unique, number = f"{name}-{number}", number + 1
        taken.add(unique)
        yield unique, path


def _record_of(path: Path) -> _Seen | None:
    """Return what changes when a run is written: time and size of its record; None where there is none."""
    folder = path if path.is_dir() else path.parent
    try:
        from layers.study.model import read_study

        stat = (read_study(folder / STUDY_FILE if path.is_dir() else path).out_folder / RECORD).stat()
    except Exception:
        return None
    return stat.st_mtime_ns, stat.st_size
