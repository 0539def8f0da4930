"""Results appear whole or not at all: made in a folder beside, which one rename makes current.

A set of results is written into a new folder next to the folder that it is to replace. What else lies
there (the user's own files, other results) is linked into the new folder, and then the two folders change
places in one step of the file system. Whoever looks sees the earlier set or the new one. A process that is
killed, at any moment, leaves one of the two, and a folder of leftovers that the next one removes.

Where a file system cannot exchange two folders, two renames do it, and the next process undoes the first
where the second never came. Where the folder itself cannot be renamed (a mount point, a parent that is
write-protected), its files are replaced one by one and put back if one of them cannot be.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geo.errors import OutputError, because
from geo.text import Text

_MARK = ".new-"
_LOCK = "lock"
_NEW = "new"
_EARLIER = "earlier"
_NOT_THIS_WAY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV})
"""The folder cannot be made beside or renamed, but its files may well be replaceable."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux's renameat2 and RENAME_SWAP of macOS's renamex_np."""
_AT_FDCWD = -100
_YOUNG_SECONDS = 2.0
"""A folder without a lock may be one that another process is just making."""

_OF_LIBRARIES = (
    DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, sqlite3.Error,
)  # fmt: skip
"""GDAL and SQLite have errors of their own for a disk that is full."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_PROBE_BYTES = 1_000_000


def check_writable(out: Path) -> None:
    """Fail now rather than after the work when nothing can be written to `out`.

    Raises
    ------
    OutputError
        When the folder cannot be made or written to.
    """
    with staged(out) as folder:
        (folder / "probe").touch()


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Make a folder to write a set of results into; it is gone afterwards, whatever happens.

    Leftovers of processes that were killed are removed first.

    Parameters
    ----------
    out
        The folder that `replace_all` is going to make current.

    Raises
    ------
    OutputError
        When the folder cannot be made or written to.
    """
    out = out.resolve()
    try:
        work = _work_folder(out)
    except OSError as error:
        raise cannot_write(out, error) from error
    lock = FileLock(work / _LOCK)
    lock.acquire()
    try:
        (work / _NEW).mkdir()
        yield work / _NEW
    except OSError as error:
        raise error if isinstance(error, OutputError) else cannot_write(out, error) from error
    except _OF_LIBRARIES as error:
        raise cannot_write(out, _met_by(work, error)) from error
    finally:
        lock.release()
        shutil.rmtree(work, ignore_errors=True)


def replace_file(path: Path, content: str | bytes) -> Path:
    """Write one file, text as UTF-8, whole or not at all, in a folder of the user's own; return its path.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    beside = path.with_name(f".{path.name}{_MARK}{os.getpid()}")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        _to_disk(beside)
        beside.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        beside.unlink(missing_ok=True)
    return path


def replace_all(
    folder: Path, out: Path, names: Sequence[str], *, obsolete: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Make a staged set of results current: all of its files, or none.

    Parameters
    ----------
    folder
        From `staged`.
    out
        The folder of results; its other files stay.
    names
        The files of the set.
    obsolete
        Files of an earlier set that this one does not have.

    Returns
    -------
    tuple of Path
        Where the files now are.

    Raises
    ------
    OutputError
        When one of them cannot be replaced; everything is as it was.
    """
    current = out.resolve()
    for name in names:
        if (current / name).is_dir():
            raise cannot_write(out / name, OSError(errno.EISDIR, "a folder of this name is there"))
    for name in names:
        _to_disk(folder / name)
    if folder.parent.parent == current.parent:
        try:
            _replace_folder(folder, current, names, obsolete)
        except OSError as error:
            if error.errno not in _NOT_THIS_WAY:
                raise cannot_write(out, error) from error
        else:
            return tuple(out / name for name in names)
    _replace_files(folder, current, names, obsolete)
    return tuple(out / name for name in names)


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return why nothing can be written at a path, and what to do about it."""
    what = because(Text("results cannot be written here", "无法在此写入成果"), error)
    if error.errno in _FULL:
        first = Text("Free some space on the disk", "请先清理磁盘空间")
    else:
        first = Text("Close the file if another program has it open", "如该文件已在其他程序中打开，请先关闭")
    return OutputError(
        Text(
            f"{path}: {what.en}. {first.en}, or choose another `out` folder in the study",
            f"{path}：{what.zh}。{first.zh}，或在项目中通过 `out` 另设成果文件夹",
        )
    )


def _met_by(folder: Path, error: Exception) -> OSError:
    """Return what the system says where a library failed to write: whether anything can be written at all."""
    try:
        (folder / "probe").write_bytes(bytes(_PROBE_BYTES))
    except OSError as met:
        return met
    return OSError(errno.EIO, str(error).partition(":")[0])


def _work_folder(out: Path) -> Path:
    """Return a new folder beside `out`, or inside it where the folder above is write-protected."""
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(out))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _clear(out.parent, out)
        return Path(tempfile.mkdtemp(prefix=f".{out.name}{_MARK}", dir=out.parent))
    except OSError:
        if not out.is_dir():
            raise
        _clear(out, out)
        return Path(tempfile.mkdtemp(prefix=f".{out.name}{_MARK}", dir=out))


def _clear(parent: Path, out: Path) -> None:
    """Remove what killed processes left, after putting back an earlier set that was on its way out."""
    for work in sorted(parent.glob(f".{_escaped(out.name)}{_MARK}*")):
        if not (work / _LOCK).exists() and time.time() - work.stat().st_mtime < _YOUNG_SECONDS:
            continue
        lock = FileLock(work / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        except OSError:
            shutil.rmtree(work, ignore_errors=True)
            continue
        try:
            if not out.exists() and (work / _EARLIER).is_dir():
                (work / _EARLIER).rename(out)
        finally:
            lock.release()
        shutil.rmtree(work, ignore_errors=True)


def _escaped(name: str) -> str:
    """Return a name in which nothing is a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _replace_folder(folder: Path, out: Path, names: Sequence[str], obsolete: Sequence[str]) -> None:
    if not out.exists():
        folder.rename(out)
        return
    replaced = {*names, *obsolete}
    for entry in out.iterdir():
        if entry.name not in replaced and not entry.name.startswith(f".{out.name}{_MARK}"):
            _link(entry, folder / entry.name)
    shutil.copystat(out, folder)
    if not _exchange(folder, out):
        earlier = folder.parent / _EARLIER
        out.rename(earlier)
        try:
            folder.rename(out)
        except OSError:
            earlier.rename(out)
            raise


def _exchange(a: Path, b: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    first, second = os.fsencode(a), os.fsencode(b)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(first, second, _EXCHANGE) == 0)
    if libc is not None and hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _EXCHANGE) == 0)
    return False


def _link(source: Path, target: Path) -> None:
    """Give a file, or all files below a folder, a second place; copied where there can be no link."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir()
        for entry in source.iterdir():
            _link(entry, target / entry.name)
        shutil.copystat(source, target)
    else:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)


def _replace_files(folder: Path, out: Path, names: Sequence[str], obsolete: Sequence[str]) -> None:
    """Move the files one by one; where one cannot be replaced the earlier ones come back."""
    out.mkdir(parents=True, exist_ok=True)
    earlier = folder.parent / _EARLIER
    earlier.mkdir(exist_ok=True)
    moved: list[str] = []
    try:
        for name in (*names, *obsolete):
            if (out / name).is_file():
                shutil.move(out / name, earlier / name)
            moved.append(name)
            if name in names:
                shutil.move(folder / name, out / name)
    except OSError as error:
        for name in moved:
            if (earlier / name).exists():
                shutil.move(earlier / name, out / name)
            elif (out / name).is_file():
                (out / name).unlink()
        raise cannot_write(out / name, error) from error


def _to_disk(path: Path) -> None:
    """Wait until a file is on the disk: a rename may otherwise outlive its content in a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
