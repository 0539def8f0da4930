"""A page printed as PDF by a browser of the machine, without a window and without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from geo.errors import Fault, InputError, OutputError, because
from geo.text import Text
from layers.write.staging import replace_file

VARIABLE: Final = "LIFECIRCLE_BROWSER"
"""Names a browser to print with, where none is found or another is wanted."""

NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS: Final = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-pdf-header-footer",
)  # fmt: skip
OPENING_SECONDS: Final = (10, 60)
"""How long a page is given to open, as the page itself counts time: longer where that was not enough."""

LONGEST_SECONDS: Final = 180.0


def find_browser(named: Path | None = None) -> Path:
    """Return the Chromium, Chrome or Edge to print with.

    Parameters
    ----------
    named
        The browser that is wanted; else that of the environment variable ``LIFECIRCLE_BROWSER``, else the
        first one of the machine.

    Raises
    ------
    InputError
        Where there is none.
    """
    wanted = named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if wanted is not None:
        found = shutil.which(wanted)
        if found is None:
            raise InputError([_absent(str(wanted))])
        return Path(found)
    for name in (*NAMES, *PLACES):
        if found := shutil.which(name):
            return Path(found)
    raise InputError([_absent("")])


def _absent(value: str) -> Fault:
    return Fault(
        Text("there is no Chromium, Chrome or Edge to print with", "未找到可用于打印的浏览器（谷歌、微软）"),
        Text(
            "Install one, name it by --browser, or open the map, choose “Sheet for print” and print it",
            "请安装浏览器或用--browser指定，也可打开地图，点击“打印图幅”后打印",
        ),
        source="browser",
        value=value,
        code="browser",
    )


def print_page(page: Path, fragment: str, output: Path, *, ready: str, browser: Path) -> Path:
    """Print a page into a PDF file, which appears whole or not at all.

    Parameters
    ----------
    page
        An HTML file.
    fragment
        What stands behind the ``#`` of its address.
    ready
        A part of the document's title that it has once it is ready: a browser prints what it has, be it
        nothing.
    browser
        From `find_browser`.

    Raises
    ------
    OutputError
        Where the browser does not print, or the file cannot be written.
    """
    address = f"{page.resolve().as_uri()}#{fragment}"
    said = ""
    with tempfile.TemporaryDirectory(prefix="lifecircle-") as name:
        made = Path(name, "page.pdf")
        for seconds in OPENING_SECONDS:
            said = _run(browser, address, made, Path(name, "profile"), seconds)
            if made.is_file() and _title_of(ready) in made.read_bytes():
                return replace_file(output, made.read_bytes())
    raise OutputError(_not_printed(browser, said))


def _run(browser: Path, address: str, made: Path, profile: Path, seconds: int) -> str:
    """Start the browser once; return what it says where it fails."""
    command = [
        str(browser), *FLAGS, *_without_sandbox(), f"--user-data-dir={profile}",
        f"--virtual-time-budget={1000 * seconds}", f"--print-to-pdf={made}", address,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.decode(errors="replace").strip()[-200:]


def _without_sandbox() -> list[str]:
    """Chromium refuses to start for the system's administrator, as in a container, unless told so."""
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return ["--no-sandbox"] if is_root else []


def _title_of(text: str) -> bytes:
    """Return a text as a title is written in the information of a PDF."""
    return text.encode("utf-16-be").hex().upper().encode()


def _not_printed(browser: Path, said: str) -> Text:
    what = Text(
        f"{browser.name} did not print the sheet; open the map in a browser and print it there",
        "浏览器未能打印图幅，请在浏览器中打开地图后打印",
    )
    return because(what, said) if said else what
