"""Where compiled kernels and built networks are kept: a folder of the user's own, never the installed one.

``LIFECIRCLE_CACHE`` names it; else it is the platform's folder for caches; where neither can be written to
(no home, a plain UID in a container) a folder of this user's among the temporary ones.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import platformdirs

CHOICE: Final = "LIFECIRCLE_CACHE"
_COMPILER: Final = "NUMBA_CACHE_DIR"
_OLD_SECONDS: Final = 14 * 86_400
_ROOM: Final = Path(__file__).resolve().parent
_WITH_KERNELS: Final = ("njit", "NO_TIME: Final")
"""Words of files whose change makes compiled code old: kernels, and the constants compiled into them."""


def cache_folder(part: str) -> Path:
    """Return the folder in which one part of the cache is kept; it may not be there yet.

    Parameters
    ----------
    part
        ``"networks"``, ``"kernels"`` or ``"downloads"``. Where ``LIFECIRCLE_CACHE`` is set, networks lie in
        the folder it names and the others below it.
    """
    chosen = os.environ.get(CHOICE)
    if chosen:
        return Path(chosen) if part == "networks" else Path(chosen) / part
    for folder in _usual():
        if _can_be_written(folder):
            return folder / part
    return _temporary() / part


def choose_kernel_folder() -> None:
    """Tell the compiler where to keep compiled kernels, unless the user has.

    It must be called before numba is imported. The folder is named by what the kernels are made of, so that
    another version of them, or a changed file in a checkout, never meets code that was compiled before.
    """
    if os.environ.get(_COMPILER) or "numba" in sys.modules:
        return
    folder = cache_folder("kernels") / _mark()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = _temporary() / "kernels" / _mark()
        folder.mkdir(parents=True, exist_ok=True)
    os.environ[_COMPILER] = str(folder)
    _forget_older(folder)


def _mark() -> str:
    """Return a name made of where the kernels lie and what they are made of."""
    place = hashlib.sha1(os.fsencode(_ROOM), usedforsecurity=False).hexdigest()[:8]
    made_of = hashlib.sha1(usedforsecurity=False)
    for file in sorted(_ROOM.rglob("*.py")):
        text = file.read_bytes()
        if any(word.encode() in text for word in _WITH_KERNELS):
            made_of.update(file.relative_to(_ROOM).as_posix().encode() + b"\0" + text + b"\0")
    return f"{place}-{made_of.hexdigest()[:12]}"


def _forget_older(folder: Path) -> None:
    """Remove what was compiled of earlier versions at the same place and not used for weeks."""
    place = folder.name.partition("-")[0]
    for other in folder.parent.glob(f"{place}-*"):
        if other != folder and time.time() - other.stat().st_mtime > _OLD_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def _usual() -> Iterator[Path]:
    try:
        folder = Path(platformdirs.user_cache_dir("lifecircle", appauthor=False))
    except RuntimeError:
        # A plain UID without a home: some versions say so, others leave "~" as it is.
        return
    if folder.is_absolute():
        yield folder


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _temporary() -> Path:
    """Return this user's folder among the temporary ones; one that others can write to is not trusted."""
    folder = Path(tempfile.gettempdir()) / f"lifecircle-{_user()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="lifecircle-"))
    own = not hasattr(os, "getuid") or about.st_uid == os.getuid()
    if own and stat.S_ISDIR(about.st_mode) and (os.name == "nt" or not about.st_mode & 0o022):
        return folder
    return Path(tempfile.mkdtemp(prefix="lifecircle-"))


def _user() -> str:
    if hasattr(os, "getuid"):
        return str(os.getuid())
    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError):
        return "user"
