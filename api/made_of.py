"""What results are made of: the study, its files and the question, and the short id of all that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from layers.read.digest import file_sha256
from layers.study.changes import Change
from layers.study.model import Study
from layers.study.paths import resolve_source
from maps.compared import ComparedPlans
from maps.result import CheckResult, SitingResult, StudyResult


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOf:
    """What results were made of, each file read once, for the short id and the record.

    Attributes
    ----------
    study_sha256
        Of the study as it was understood, wherever its folder stands.
    inputs
        SHA-256 of every input file, by the name the study gives it; a file that cannot be read has none.
    standard
        Id or file of the standard.
    question
        What was asked beside the study: a change, a plan, two plans. Empty where nothing was.
    """

    study_sha256: str
    inputs: dict[str, str]
    standard: str
    question: str = ""

    @property
    def id(self) -> str:
        """The short id: eight signs of a hash, the same on every machine for the same things and version."""
        made_of = {
            "study_sha256": self.study_sha256,
            "inputs": self.inputs,
            "standard": self.standard,
            "lifecircle": version("lifecircle"),
            "question": self.question,
        }
        return sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:8]


def run_made_of(result: StudyResult) -> MadeOf:
    """Return what a run was made of."""
    question = "" if result.change is None else _as_text(_change(result.change))
    return _made_of(result.study, result.standard.id, question)


def siting_made_of(result: SitingResult) -> MadeOf:
    """Return what a plan was made of."""
    asked = result.question.model_dump(mode="json", exclude_unset=True)
    return _made_of(result.study, result.study.standard, _as_text(asked))


def compared_made_of(result: ComparedPlans) -> MadeOf:
    """Return what a comparison of two plans was made of."""
    changes = [None if change is None else _change(change) for change in result.changes]
    asked = {"category": result.category, "minutes": result.minutes, "changes": changes}
    return _made_of(result.study, result.study.standard, _as_text(asked))


def check_made_of(result: CheckResult) -> MadeOf:
    """Return what a check was made of, as far as it could be read."""
    return _made_of(result.study, result.study.standard, "")


def _made_of(study: Study, standard: str, question: str) -> MadeOf:
    understood = sha256(study.model_dump_json(exclude={"folder"}).encode()).hexdigest()
    return MadeOf(study_sha256=understood, inputs=_inputs(study), standard=standard, question=question)


def _change(change: Change) -> object:
    return change.model_dump(mode="json", by_alias=True)


def _as_text(asked: object) -> str:
    return json.dumps(asked, sort_keys=True)


def _inputs(study: Study) -> dict[str, str]:
    files = {study.streets.file: study.extract}
    if study.streets.elevation and study.elevation:
        files[study.streets.elevation] = study.elevation
    if study.holidays_file is not None:
        files[study.holidays] = study.holidays_file
    if study.standard.endswith(".toml"):
        files[study.standard] = resolve_source(study.folder, study.standard)
    files |= {layer.source: path for layer in study.layers if (path := study.path_of(layer)) is not None}
    hashes = {name: _hash(path) for name, path in sorted(files.items())}
    return {name: digest for name, digest in hashes.items() if digest is not None}


def _hash(path: Path) -> str | None:
    try:
        return file_sha256(path)
    except OSError:
        # A check speaks of files that are missing, too.
        return None
