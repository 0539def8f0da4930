"""A run made again from its record: the same inputs, the same day, and the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.outputs import write_office_book, write_results, write_siting
from api.record import versions_now
from api.record_form import Record, RunRecord, SiteRecord
from api.recorded import read_record
from api.run import run_study
from api.site import site_study
from api.steps import Steps
from geo.day import on_day
from geo.errors import Fault, InputError
from geo.text import Text
from layers.read.digest import file_sha256
from layers.study.changes import parse_change
from layers.study.inputs import input_files, template_files
from layers.study.model import Study
from layers.study.portable import from_portable
from layers.study.siting.question import site_question
from maps.reproduced import Reproduced


def rerun(
    out: Path,
    *,
    inputs: Path | None = None,
    to: Path | None = None,
    steps: Steps | None = None,
    cache: Path | None = None,
) -> Reproduced:
    """Make a run or a plan again from its record, and compare every file with the hash it had.

    Parameters
    ----------
    out
        The folder of results with its ``run.json``; nothing in it is changed.
    inputs
        The folder the inputs lie in, as they would in the study's; where the study stood if left out.
    to
        Where the results are kept; they are thrown away if left out.

    Raises
    ------
    InputError
        Where the record cannot be read, or with every input that is missing or not what it was.
    """
    record = read_record(out)
    study = from_portable(record.study_resolved, inputs or _folder_of(out, record))
    _must_have_inputs(record, study)
    # The same folder may hold what is compared: what is made again is made elsewhere.
    with _folder(to) as folder, on_day(record.made_on):
        made = _made_again(record, study, folder, steps, cache)
    hashes = {name: digest for name, digest in made.outputs.items() if name in record.outputs}
    then = dict(record.versions)
    now = versions_now()
    return Reproduced(
        language=study.language,
        run_id=record.run_id,
        made_run_id=made.run_id,
        same=tuple(name for name, digest in hashes.items() if record.outputs[name] == digest),
        different=tuple(name for name, digest in hashes.items() if record.outputs[name] != digest),
        missing=tuple(name for name in record.outputs if name not in made.outputs),
        versions={
            name: (then.get(name, ""), now.get(name, ""))
            for name in sorted({*then, *now})
            if then.get(name) != now.get(name)
        },
        other_standard=_standard_sha256(made) != _standard_sha256(record),
        stopped=isinstance(record, SiteRecord) and bool(record.stopped_by),
    )


def _made_again(
    record: Record, study: Study, folder: Path, steps: Steps | None, cache: Path | None
) -> Record:
    """Run what was recorded into a folder; return its new record."""
    if isinstance(record, SiteRecord):
        plan = site_study(study, site_question(record.question), steps=steps, cache=cache)
        write_siting(plan, record.name, overwrite=True, to=folder)
        return read_record(folder)
    change = None if record.change is None else parse_change(record.change)
    result = run_study(study, change=change, steps=steps, cache=cache)
    write_results(result, to=folder)
    if any(path.name in record.outputs for _, path in template_files(study)):
        write_office_book(result, to=folder)
    return read_record(folder)


def _standard_sha256(record: Record) -> str:
    return record.standard_sha256 if isinstance(record, RunRecord) else ""


@contextmanager
def _folder(to: Path | None) -> Iterator[Path]:
    """Yield the folder to write into; one that is gone afterwards where none is asked for."""
    if to is not None:
        yield to
        return
    with tempfile.TemporaryDirectory(prefix="lifecircle-rerun-") as folder:
        yield Path(folder) / "out"


def _folder_of(out: Path, record: Record) -> Path:
    """Return the folder of the study whose results lie in a folder.

    Raises
    ------
    InputError
        Where the results do not lie where their study wrote them.
    """
    here = out.resolve()
    parts = Path(str(record.study_resolved.get("out", ""))).parts
    for folder in here.parents:
        inside = here.relative_to(folder).parts
        if parts and inside[: len(parts)] == parts:
            return folder
    what = Text("these results lie outside their study's folder", "成果不在项目文件夹内")
    fix = Text("Name the folder of the inputs with --inputs", "请用 --inputs 指定输入文件所在文件夹")
    raise InputError([Fault(what, fix, source=str(out), code="rerun")])


def _must_have_inputs(record: Record, study: Study) -> None:
    """Refuse inputs that are missing or not what they were, all at once."""
    paths = dict(input_files(study))
    faults = [
        fault
        for name, digest in record.inputs.items()
        if (fault := _input_fault(name, digest, paths.get(name, study.folder / name))) is not None
    ]
    if faults:
        raise InputError(faults)


def _input_fault(name: str, digest: str, path: Path) -> Fault | None:
    if not path.is_file():
        what = Text("an input of the run is missing", "缺少运行时的输入文件")
        fix = Text(
            "Put it there, or name its folder with --inputs", "请放入该文件，或用 --inputs 指定所在文件夹"
        )
    elif file_sha256(path) != digest:
        what = Text("this input is not the one the run read", "该输入文件与运行时所读的不同")
        fix = Text(f"Put the file with SHA-256 {digest} there", f"请放入 SHA-256 为 {digest} 的文件")
    else:
        return None
    return Fault(what, fix, source=str(path), value=name, code="rerun")
