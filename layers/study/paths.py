"""Where a study's files may lie: inside its folder, unless the author plainly says otherwise.

A study is often passed on, so what it names must not reach into the folders of the person who opens it by
a path that hides where it goes. A relative path stays inside the folder; an absolute one is plain to see
and is taken; ``..`` and links that lead out need ``outside = true`` beside them.
"""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath

from geo.errors import Fault, InputError
from geo.text import Text
from layers.catalogue.schema import nearest_names

_DATABASE = re.compile(r"^postgres(ql)?(\+psycopg)?://", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_PASSWORD = re.compile(r"(://[^:/@]*):[^@]*@|(password=)[^&\s]*", re.IGNORECASE)


def files_like(path: Path) -> tuple[str, ...]:
    """Return the files of a folder whose names are most like one that is not there, best first.

    The names before the dot are compared: two sheets are not alike because both end in ``.csv``.
    """
    try:
        beside = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())[:1000]
    except OSError:
        return ()
    by_stem: dict[str, list[str]] = {}
    for name in beside:
        by_stem.setdefault(Path(name).stem, []).append(name)
    found = [name for stem in nearest_names(path.stem, by_stem) for name in by_stem[stem]]
    return tuple(sorted(found, key=lambda name: Path(name).suffix != path.suffix))


def is_database(source: str) -> bool:
    """Return whether a source is the address of a PostgreSQL database.

    Examples
    --------
    >>> is_database("postgresql://reader@localhost/city"), is_database("shops.csv")
    (True, False)
    """
    return _DATABASE.match(source) is not None


def without_password(source: str) -> str:
    """Return a source as it may be shown: a password in it is replaced by stars.

    Examples
    --------
    >>> without_password("postgresql://reader:secret@localhost/city")
    'postgresql://reader:***@localhost/city'
    """
    return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[1] else f"{found[2]}***", source)


def resolve_source(folder: Path, written: str, *, outside: bool = False) -> Path:
    """Return the absolute path a study means.

    Parameters
    ----------
    folder
        The study's folder.
    written
        The path as the study writes it.
    outside
        Whether the study says that the path may lead out of its folder.

    Raises
    ------
    InputError
        Where the path is an address, a GDAL virtual file, or leads out of the folder unsaid.
    """
    if "\x00" in written or _is_address(written):
        what = Text("not a path of a file", "不是文件路径")
        fix = Text("Give a file of the study's folder", "请给出项目文件夹内的文件")
        raise InputError([Fault(what, fix, value=written[:80].replace("\x00", "?"), code="path")])
    path = Path(written).expanduser() if written.startswith("~/") else Path(written)
    full = (folder / path).resolve()
    plain = path.is_absolute() and ".." not in path.parts
    if outside or plain or full.is_relative_to(folder.resolve()):
        return full
    what = Text("leads out of the study's folder", "指向项目文件夹之外")
    fix = Text(
        "Copy the file into the folder, write its whole path, or say outside = true beside it",
        "请将文件复制到文件夹内、写出完整路径，或在旁边注明 outside = true",
    )
    raise InputError([Fault(what, fix, value=written[:80], code="path")])


def _is_address(written: str) -> bool:
    """Return whether GDAL or a browser would take this for more than a local file."""
    if written.startswith(("/vsi", "\\\\", "<", "{", "[")):
        return True
    return _SCHEME.match(written) is not None and not PureWindowsPath(written).drive
