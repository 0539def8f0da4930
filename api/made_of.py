"""What results are made of: the study, its files and the question, and the short id of all that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from layers.change import study_without_change
from layers.read.digest import file_sha256
from layers.study.changes import Change
from layers.study.inputs import input_files, template_files
from layers.study.model import Study
from layers.study.portable import portable, portable_name
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
        SHA-256 of every input file, by the name it would have in the study's folder; a file that cannot be
        read has none.
    standard
        Id or file of the standard.
    question
        What was asked beside the study: a change, a plan, two plans. Empty where nothing was.
    version
        Release of the program.
    """

    study_sha256: str
    inputs: dict[str, str]
    standard: str
    question: str = ""
    version: str = field(default_factory=lambda: version("lifecircle"))

    @property
    def id(self) -> str:
        """The short id: eight signs of a hash, the same on every machine for the same things and version."""
        made_of = {
            "study_sha256": self.study_sha256,
            "inputs": self.inputs,
            "standard": self.standard,
            "lifecircle": self.version,
            "question": self.question,
        }
        return sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:8]


def run_made_of(result: StudyResult) -> MadeOf:
    """Return what a run was made of."""
    question = "" if result.change is None else question_text(_change(result.change))
    study = result.study if result.change is None else study_without_change(result.study, result.change)
    return _made_of(study, result.standard.id, question, templates=template_files(study))


def siting_made_of(result: SitingResult) -> MadeOf:
    """Return what a plan was made of."""
    asked = result.question.model_dump(mode="json", exclude_unset=True)
    return _made_of(result.study, result.study.standard, question_text(asked))


def compared_made_of(result: ComparedPlans) -> MadeOf:
    """Return what a comparison of two plans was made of."""
    changes = [None if change is None else _change(change) for change in result.changes]
    asked = {"category": result.category, "minutes": result.minutes, "changes": changes}
    return _made_of(result.study, result.study.standard, question_text(asked))


def check_made_of(result: CheckResult) -> MadeOf:
    """Return what a check was made of, as far as it could be read."""
    return _made_of(result.study, result.study.standard, "")


def _made_of(
    study: Study, standard: str, question: str, *, templates: Iterable[tuple[str, Path]] = ()
) -> MadeOf:
    return MadeOf(
        study_sha256=sha256_of(portable(study)),
        inputs=_hashes([*input_files(study), *templates]),
        standard=portable_name(standard),
        question=question,
    )


def sha256_of(values: object) -> str:
    """Return the SHA-256 of plain values, the same for the same values on every machine."""
    return sha256(question_text(values).encode()).hexdigest()


def _change(change: Change) -> object:
    return change.model_dump(mode="json", by_alias=True)


def question_text(asked: object) -> str:
    """Return plain values as one text, the same for the same values."""
    return json.dumps(asked, sort_keys=True, ensure_ascii=False)


def _hashes(files: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """Return the hash of every file by the name under which it would lie in the study's folder."""
    named = {portable_name(written): path for written, path in files}
    hashes = {name: _hash(path) for name, path in sorted(named.items())}
    return {name: digest for name, digest in hashes.items() if digest is not None}


def _hash(path: Path) -> str | None:
    try:
        return file_sha256(path)
    except OSError:
        # A check speaks of files that are missing, too.
        return None
