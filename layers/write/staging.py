"""Results appear whole or not at all: written beside, then moved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import OutputError


def check_writable(out: Path) -> None:
    """Fail now rather than after the work when nothing can be written to `out`.

    Raises
    ------
    OutputError
        When the folder cannot be made or written to.
    """
    with staged(out) as beside:
        (beside / "probe").touch()


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Make a folder inside `out` that is gone afterwards, whatever happens."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=out))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        yield beside
    except OSError as error:
        raise error if isinstance(error, OutputError) else _cannot_write(out, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def replace_all(beside: Path, out: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Move all files to their places, or none: where one cannot be replaced the earlier ones come back."""
    earlier = beside / "earlier"
    earlier.mkdir()
    moved: list[str] = []
    try:
        for name in names:
            if (out / name).is_file():
                (out / name).replace(earlier / name)
            moved.append(name)
            (beside / name).replace(out / name)
    except OSError as error:
        for name in moved:
            if (earlier / name).exists():
                (earlier / name).replace(out / name)
            elif (out / name).is_file():
                (out / name).unlink()
        raise _cannot_write(out / name, error) from error
    return tuple(out / name for name in names)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"{path}: results cannot be written here ({reason}). "
        "Close the file if another program has it open, or choose another `out` folder in the study"
    )
