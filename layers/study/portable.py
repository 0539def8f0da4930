"""A study as it was understood, in a form that means the same on another machine.

Every key has its value, also those the author left out. Files are named as they would lie in the study's
folder: whoever is handed the record puts the inputs there, wherever they came from.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Any

from pydantic import ValidationError

from geo.errors import InputError
from layers.study.faults import faults_of
from layers.study.model import Study
from layers.study.paths import is_database, without_password


def portable_name(written: str) -> str:
    r"""Return the name of a file as it would lie in the study's folder; passwords of a database are hidden.

    Examples
    --------
    >>> portable_name("data/people.xlsx"), portable_name("/home/li/people.xlsx"), portable_name("../city.pbf")
    ('data/people.xlsx', 'people.xlsx', 'city.pbf')
    >>> portable_name("C:\\data\\people.xlsx")
    'people.xlsx'
    """
    if is_database(written):
        return without_password(written)
    windows = PureWindowsPath(written)
    if windows.drive:
        return windows.name
    path = Path(written)
    leads_out = path.is_absolute() or ".." in path.parts or written.startswith("~")
    return path.name if leads_out else written


def portable(study: Study) -> dict[str, Any]:
    """Return a study as plain values: complete, without its folder, without absolute paths or passwords."""
    values = study.model_dump(mode="json", by_alias=True, exclude={"folder"}, exclude_none=True)
    streets = values["streets"]
    for key in ("extract", "lines", "elevation"):
        if key in streets:
            streets[key] = portable_name(streets[key])
    for layer in values["layer"]:
        layer["source"] = portable_name(layer["source"])
    for key in ("book", "report"):
        if key in values:
            values[key]["template"] = portable_name(values[key]["template"])
    for key in ("profile", "standard", "holidays"):
        values[key] = portable_name(values[key])
    for key in ("book", "report"):
        if key in values:
            values[key]["template"] = portable_name(values[key]["template"])
    for case in values["case"]:
        if "profile" in case:
            case["profile"] = portable_name(case["profile"])
    return values


def from_portable(values: dict[str, Any], folder: Path) -> Study:
    """Return the study that `portable` gave, its inputs in a folder.

    Raises
    ------
    InputError
        Where the values are not those of a study.
    """
    try:
        return Study.model_validate({**values, "folder": folder.resolve()})
    except ValidationError as error:
        raise InputError(faults_of(error, Study)) from None
