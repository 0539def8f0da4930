"""The files that a run of a study reads: what must lie beside its record for it to be run again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from geo.errors import InputError
from layers.study.model import Study
from layers.study.paths import resolve_source

_MOST_STANDARDS = 20
"""Standards that extend each other by file; more are a circle, which reading them refuses."""


def input_files(study: Study) -> Iterator[tuple[str, Path]]:
    """Yield every file that a run of a study reads, as the study writes it, with its absolute path."""
    yield study.streets.file, study.extract
    if study.streets.elevation and study.elevation:
        yield study.streets.elevation, study.elevation
    if study.holidays_file is not None:
        yield study.holidays, study.holidays_file
    if study.book is not None and study.book_template is not None:
        yield study.book.template, study.book_template
    yield from _standards(study.folder, study.standard)
    for profile in dict.fromkeys([study.profile, *(case.profile for case in study.cases)]):
        if profile is not None and profile.endswith(".toml"):
            yield from _in_folder(study.folder, profile)
    for layer in study.layers:
        path = study.path_of(layer)
        if path is not None:
            yield layer.source, path


def template_files(study: Study) -> Iterator[tuple[str, Path]]:
    """Yield the office's own workbook that a run fills, as `input_files`; a plan does not read it."""
    if study.book is not None and study.book_template is not None:
        yield study.book.template, study.book_template


def _standards(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield the file of a standard and those it extends; nothing for a built-in one."""
    for _ in range(_MOST_STANDARDS):
        if not name.endswith(".toml"):
            return
        yield from (found := list(_in_folder(folder, name)))
        try:
            name = str(tomllib.loads(found[0][1].read_text("utf-8-sig")).get("extends", ""))
        except (OSError, ValueError, IndexError):
            return


def _in_folder(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    try:
        yield name, resolve_source(folder, name)
    except InputError:
        return
