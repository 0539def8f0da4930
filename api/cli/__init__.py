"""The command line."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

_ROOMS: Final = ("geo", "layers", "maps", "api")
_HERE: Final = Path(__file__).resolve().parents[2]


def start() -> NoReturn:
    """Run the command line; an interrupt while its modules are still being imported is a sentence too."""
    # A console whose code page lacks a sign shows another in its place rather than end the program.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    strangers = foreign_rooms()
    if strangers:
        sys.stderr.write(_overwritten(strangers))
        sys.exit(1)
    try:
        from api.cli.main import main
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: earlier results are as they were\n")
        sys.exit(130)
    main()


def foreign_rooms() -> dict[str, str]:
    """Return which of the packages `geo`, `layers`, `maps` and `api` are not this program's, and whose file.

    Their names are short, and another distribution may bring one of its own: whichever was installed last
    has overwritten the other, or stands before it on the path.
    """
    found = {}
    for name in _ROOMS:
        try:
            room = import_module(name)
        except ImportError:
            found[name] = "?"
            continue
        place = Path(getattr(room, "__file__", None) or "?")
        if getattr(room, "DISTRIBUTION", "") != "lifecircle" or place.resolve().parent.parent != _HERE:
            found[name] = str(place)
    return found


def _overwritten(strangers: dict[str, str]) -> str:
    places = ", ".join(f"{name} ({place})" for name, place in strangers.items())
    return (
        f"lifecircle: another package has taken the place of {places}. Install lifecircle in an environment "
        "of its own: pipx install lifecircle, or python -m venv.\n"
        f"lifecircle：{places} 已被其他软件包占用。请将 lifecircle 安装在独立环境中："
        "pipx install lifecircle，或 python -m venv。\n"
    )
