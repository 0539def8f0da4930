"""Libraries that few studies need: where one is missing, a sentence says how to install it."""

from __future__ import annotations

from importlib.util import find_spec

from geo.errors import Fault, InputError
from geo.text import Text


def need(library: str, extra: str, source: str) -> None:
    """Make sure that a library of an extra is there.

    Parameters
    ----------
    library
        What is imported.
    extra
        The name under which lifecircle installs it.
    source
        What cannot be read without it.

    Raises
    ------
    InputError
        When it is not installed.

    Examples
    --------
    >>> need("numpy", "elevation", "dem.tif")
    >>> need("a_library_of_nobody", "elevation", "dem.tif")
    Traceback (most recent call last):
    ...
    geo.errors.InputError: dem.tif: this needs a_library_of_nobody, which is not installed. ...
    """
    if find_spec(library) is not None:
        return
    raise InputError(
        [
            Fault(
                Text(f"this needs {library}, which is not installed", f"需要 {library}，但未安装"),
                Text(
                    f'Install it: pip install "lifecircle[{extra}]"',
                    f'请安装：pip install "lifecircle[{extra}]"',
                ),
                source=source,
                code="not installed",
            )
        ]
    )
