"""Whether the files of a run are still what was written: their hashes stand in its record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from geo.errors import Fault, InputError
from geo.text import Text
from layers.read.digest import file_sha256

RECORD: Final = "run.json"
OUTPUTS: Final = "outputs"


def hashes_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder, by its name."""
    return {name: file_sha256(folder / name) for name in names}


def with_hashes(record: str, hashes: dict[str, str]) -> str:
    """Return a record as JSON with the hashes of some outputs put in, those of the others kept."""
    content: dict[str, Any] = json.loads(record)
    content[OUTPUTS] = {**content.get(OUTPUTS, {}), **hashes}
    return json.dumps(content, ensure_ascii=False, indent=2)


def verify(out: Path) -> int:
    """Compare the files of a run with the hashes in its record.

    Parameters
    ----------
    out
        The folder of results.

    Returns
    -------
    int
        How many files were compared.

    Raises
    ------
    InputError
        With every file that is missing or not as it was written, or when there is no record to go by.
    """
    hashes = _hashes_in(out / RECORD)
    faults = tuple(_faults(out, hashes))
    if faults:
        raise InputError(faults)
    return len(hashes)


def _hashes_in(path: Path) -> dict[str, str]:
    try:
        hashes = json.loads(path.read_text("utf-8"))[OUTPUTS]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError([_no_record(path)]) from error
    # A record that was tampered with may name anything; only files in the folder itself are looked at.
    if not isinstance(hashes, dict) or not all(
        isinstance(value, str) and Path(name).name == name for name, value in hashes.items()
    ):
        raise InputError([_no_record(path)])
    return hashes


def _faults(out: Path, hashes: dict[str, str]) -> Iterator[Fault]:
    again = Text("Run the study again", "请重新运行该项目")
    for name, expected in hashes.items():
        if not (out / name).is_file():
            what = Text("the file is missing", "文件缺失")
        elif file_sha256(out / name) != expected:
            what = Text("the file is not as the run wrote it", "文件与运行时写出的内容不一致")
        else:
            continue
        yield Fault(what, again, source=str(out / name), code="verify")


def _no_record(path: Path) -> Fault:
    return Fault(
        Text(
            "there is no record of a run with the hashes of its files",
            "没有可供核对的运行记录（缺少文件哈希）",
        ),
        Text(
            "Name the folder of results that `lifecircle run` wrote", "请指定 lifecircle run 写出的成果文件夹"
        ),
        source=str(path),
        code="verify",
    )
