"""`lifecircle check`: what was read and what is wrong with it, as values and as files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from api.made_of import check_made_of
from geo.errors import Fault, InputError
from geo.network.network import StreetNetwork
from layers.accessibility import access_faults
from layers.answers import Answered, read_answers, with_answers
from layers.lines.extract import extract_of, street_notes
from layers.load import Layers, load_layers
from layers.osm.elevation import ElevationReport, elevation_report, read_elevation_model
from layers.osm.streets import hours_of_streets, open_network
from layers.settings import profile_of, standard_of
from layers.study.cases import read_cases
from layers.study.mend import FIXED_FILE, layer_place, lines_of_faults, read_what_can_be, with_remarks
from layers.study.model import STUDY_FILE, Study, study_text
from layers.write.staging import replace_all, replace_file, staged
from layers.write.workbook import write_workbook
from maps.book.spec import properties_of, workbook_sheets
from maps.check.content import check_content
from maps.check.layers import layer_check, together
from maps.check.page import render_check
from maps.check.sheets import check_edition, rejects_sheets
from maps.result import CheckResult
from maps.words.joins import decided_words

_PAGE, _BOOK, _REJECTS = "check.html", "check.xlsx", "rejects.xlsx"
_ANSWERED = "check.answered.xlsx"


def check_study(path: Path, *, cache: Path | None = None) -> CheckResult:
    """Read everything a study names; one part that fails does not hide the others.

    A study file with faults is read without what is at fault in it, so that its layers are shown all the
    same; the lines that mend it are among the result.

    Raises
    ------
    InputError
        When not even one layer of the study can be understood.
    """
    readable = read_what_can_be(path)
    study = readable.study
    network, faults = _streets(study, cache)
    layers = load_layers(study, streets=network, strict=False, cache=cache)
    faults += layers.own_faults
    if not layers.faults:
        faults += _access_faults(study, layers)
    lines = tuple(
        line
        for report in layers.reports
        for line in lines_of_faults(layer_place(readable.fixed, report.id), report.faults)
    )
    mended = readable.lines or lines
    checks = [layer_check(study, report, layers, network) for report in layers.reports]
    return CheckResult(
        study=study,
        file=path / STUDY_FILE if path.is_dir() else path,
        faults=(*readable.faults, *(fault for fault in faults if fault not in layers.faults)),
        lines=tuple(dict.fromkeys((*readable.lines, *lines))),
        fixed=with_remarks(readable.fixed, lines) if mended else "",
        layers=tuple(check for check, _, _ in checks),
        doubtful=together(doubtful for _, doubtful, _ in checks),
        private_joins=sum(private for _, _, private in checks),
        barriers=layers.barriers if network else None,
        decided=tuple(decided_words(layers)),
        network=network,
        elevation=_elevation(study, network),
        street_notes=street_notes(study) if network else (),
        timed_streets=hours_of_streets(extract_of(study), cache=cache).total if network else 0,
    )


def take_up_answers(result: CheckResult, workbook: Path) -> tuple[Path, Answered]:
    """Write ``study.fixed.toml`` with what a clerk answered in a check's workbook; nothing else is written.

    Raises
    ------
    InputError
        Where the workbook cannot be read.
    OutputError
        Where the file cannot be written.
    """
    answers = read_answers(workbook)
    text = result.fixed or study_text(result.file)
    answered = with_answers(text, result.study, result.reports, answers)
    return replace_file(result.study.folder / FIXED_FILE, answered.text), answered


def _keep_answers(book: Path) -> None:
    """Keep a workbook with answers in it that a new check would write over."""
    try:
        if book.is_file() and read_answers(book):
            replace_file(book.with_name(_ANSWERED), book.read_bytes())
    except (InputError, OSError):
        return


def write_check_files(result: CheckResult) -> tuple[Path, ...]:
    """Write ``check.html``, ``check.xlsx`` and the rejected rows into the study's ``out`` folder.

    All of them or none. A workbook of rejected rows that a layer of the study is read from is the user's
    mended work: the next one takes another name.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    study, rejects = result.study, rejects_sheets(result)
    out = study.out_folder
    properties = properties_of(study, check_made_of(result).id)
    write = partial(write_workbook, language=study.language, properties=properties)
    _keep_answers(out / _BOOK)
    with staged(out) as beside:
        names = [_PAGE, _BOOK]
        (beside / _PAGE).write_text(render_check(check_content(result)), "utf-8")
        write(beside / _BOOK, workbook_sheets(check_edition(result)))
        if rejects:
            names.append(_free_name(study))
            write(beside / names[-1], rejects)
        written = replace_all(beside, out, tuple(names))
    return (*written, *_write_fixed(result))


def _write_fixed(result: CheckResult) -> tuple[Path, ...]:
    """Write the mended study beside the study, where its paths hold; the study itself is not touched."""
    if not result.fixed:
        return ()
    return (replace_file(result.study.folder / FIXED_FILE, result.fixed),)


def _free_name(study: Study) -> str:
    """Return a name for the rejected rows that no layer is read from."""
    taken = {path.resolve() for path in map(study.path_of, study.layers) if path is not None}
    names = (_REJECTS, *(f"rejects-{number}.xlsx" for number in range(2, len(taken) + 3)))
    return next(name for name in names if (study.out_folder / name).resolve() not in taken)


def _elevation(study: Study, network: StreetNetwork | None) -> ElevationReport | None:
    """Return how elevations cover the streets; None where there are none or the traveller heeds no slope."""
    if study.elevation is None or network is None or profile_of(study).slope == "none":
        return None
    return elevation_report(study.elevation, network)


def _streets(study: Study, cache: Path | None) -> tuple[StreetNetwork | None, list[Fault]]:
    """Open the streets of a study; return what is wrong with them, the profile and the standard too."""
    faults: list[Fault] = []
    network = None
    try:
        standard_of(study)
    except InputError as error:
        faults += error.faults
    try:
        if study.elevation is not None:
            read_elevation_model(study.elevation)
        network = open_network(extract_of(study), profile_of(study), elevation=study.elevation, cache=cache)
    except InputError as error:
        faults += error.faults
    return network, faults


def _access_faults(study: Study, layers: Layers) -> tuple[Fault, ...]:
    """Return what is wrong with the measures asked for, where standard and cases can be read at all."""
    try:
        standard = standard_of(study)
        read_cases(study)
    except InputError:
        return ()
    return access_faults(study, standard, layers)
