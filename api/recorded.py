"""A record that was written: read, held against its form, and against the files it speaks of."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from api.made_of import MadeOf, question_text, sha256_of
from api.record_form import SCHEMA_FILE, Record, RunRecord, SiteRecord
from geo.errors import Fault, InputError
from geo.text import Language, Text
from layers.write.verify import RECORD
from layers.write.verify import verify as verify_files

MOST_BYTES = 50_000_000


def verify_results(out: Path) -> int:
    """Hold a folder of results against its record, and the record against its form; return how many files.

    Raises
    ------
    InputError
        With every file that is missing or changed, and with whatever in the record is not as a run writes
        it: a key that is missing or of the wrong kind, a hash or an id that does not follow from the rest.
    """
    faults: list[Fault] = []
    count = 0
    try:
        count = verify_files(out)
    except InputError as error:
        faults += error.faults
    try:
        record = read_record(out)
    except InputError as error:
        faults += [fault for fault in error.faults if fault not in faults]
    else:
        faults += _inconsistent(record, out)
    if faults:
        raise InputError(tuple(faults))
    return count


def language_of(out: Path) -> Language:
    """Return the language of the study that results are of."""
    return "en" if read_record(out).study_resolved.get("language") == "en" else "zh"


def read_record(out: Path) -> Record:
    """Return the record of a run or a plan.

    Raises
    ------
    InputError
        Where there is none, or with every key that is not as the schema has it.
    """
    path = out / RECORD
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError
        raw = json.loads(path.read_text("utf-8"))
        form = SiteRecord if "question" in raw else RunRecord
    except (OSError, ValueError, TypeError, RecursionError) as error:
        what = Text("there is no record of a run that can be read", "没有可读取的运行记录")
        fix = Text(
            "Name the folder of results that `lifecircle run` wrote", "请指定 lifecircle run 写出的成果文件夹"
        )
        raise InputError([Fault(what, fix, source=str(path), code="record")]) from error
    try:
        return form.model_validate(raw)
    except ValidationError as error:
        raise InputError([_not_as_the_form(path, detail) for detail in error.errors()]) from error


def _not_as_the_form(path: Path, detail: object) -> Fault:
    said = dict(detail) if isinstance(detail, dict) else {}
    place = ".".join(str(part) for part in said.get("loc", ()))
    return Fault(
        Text(f"not as {SCHEMA_FILE} has it: {said.get('msg', '')}", f"不符合 {SCHEMA_FILE} 的规定"),
        Text("Run the study again with this version", "请用当前版本重新运行该项目"),
        source=f"{path}: {place}",
        code="record",
    )


def _inconsistent(record: Record, out: Path) -> list[Fault]:
    """Return what in a record does not follow from the rest of it."""
    expected = {"study_sha256": sha256_of(record.study_resolved), "run_id": _id_of(record)}
    found = {"study_sha256": record.study_sha256, "run_id": record.run_id}
    if isinstance(record, RunRecord):
        expected["standard_sha256"] = sha256_of(record.standard_resolved)
        found["standard_sha256"] = record.standard_sha256
    what = Text("does not follow from the rest of the record", "与记录的其余内容不符")
    fix = Text(
        "The record was changed after the run: run the study again", "记录在运行后被改动，请重新运行该项目"
    )
    wrong = [key for key, value in expected.items() if found[key] != value]
    return [Fault(what, fix, source=f"{out / RECORD}: {key}", code="record") for key in wrong]


def _id_of(record: Record) -> str:
    """Return the short id that follows from a record."""
    asked = record.question if isinstance(record, SiteRecord) else record.change
    return MadeOf(
        study_sha256=record.study_sha256,
        inputs=dict(record.inputs),
        standard=record.standard,
        question="" if asked is None else question_text(asked),
        version=record.versions.get("lifecircle", version("lifecircle")),
    ).id
