"""Sheets for print as PDF, of the map that lies in a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from geo.errors import Fault, InputError
from geo.text import Text
from layers.study.model import read_study
from layers.write.printed_page import find_browser, print_page
from maps.page.packing import document_of

MAP_FILE = "map.html"
SHEET_FILE = "sheet.pdf"
READY = " · "
"""Stands in the title of a page that shows a sheet, between the title of the study and what is shown."""

SIZES = ("a3", "a4")


def make_sheet(
    results: Path,
    *,
    size: str = "a3",
    service: str | None = None,
    minutes: float | None = None,
    case: str | None = None,
    series: bool = False,
    output: Path | None = None,
    browser: Path | None = None,
) -> Path:
    """Print a sheet of the map of a run and return the file.

    Parameters
    ----------
    results
        The folder that a run wrote, its map, or its study.
    size
        Of the paper, landscape: ``a3`` or ``a4``.
    service, minutes, case
        What the sheet shows, by their ids in the study; what the map opens with where left out.
    series
        Whether it shows a small map of each service instead.
    output
        Of the PDF; ``sheet.pdf`` beside the map where left out.
    browser
        The browser to print with.

    Raises
    ------
    InputError
        Where there is no map, no browser, or what is to be shown is not on the map.
    OutputError
        Where the browser does not print, or the file cannot be written.
    """
    page = _map_of(results)
    content = document_of(page.read_text("utf-8", errors="replace"))
    if content is None:
        what = Text("this is no map of lifecircle", "此文件不是本程序生成的地图")
        fix = Text("Run the study first: lifecircle run", "请先运行：lifecircle run")
        raise InputError([Fault(what, fix, source=str(page), code="sheet.map")])
    asked = _asked(content, size=size.lower(), service=service, minutes=minutes, case=case)
    fragment = urlencode({**asked, **({"n": "1"} if series else {})})
    chosen = find_browser(browser)
    return print_page(page, fragment, output or page.parent / SHEET_FILE, ready=READY, browser=chosen)


def _map_of(results: Path) -> Path:
    if results.is_file() and results.suffix == ".html":
        return results
    page = results / MAP_FILE
    if not page.is_file():
        page = read_study(results).out_folder / MAP_FILE
    if not page.is_file():
        what = Text("there is no map of a run", "没有运行生成的地图")
        fix = Text("Run the study first: lifecircle run", "请先运行：lifecircle run")
        raise InputError([Fault(what, fix, source=str(page), code="sheet.map")])
    return page


def _asked(
    content: dict[str, Any], *, size: str, service: str | None, minutes: float | None, case: str | None
) -> dict[str, str]:
    """Return what the address of the page says of a choice; what is not on the map is refused."""
    services = [each["id"] for each in content["categories"]]
    cases = [each["id"] for each in content["cases"]]
    limits = [f"{each:g}" for each in content["minutes"]]
    wanted = None if minutes is None else f"{minutes:g}"
    asked = (
        ("size", size, list(SIZES)), ("service", service, services), ("minutes", wanted, limits),
        ("case", case, cases),
    )  # fmt: skip
    faults = [
        _unknown(key, value, known) for key, value, known in asked if value is not None and value not in known
    ]
    if faults:
        raise InputError(faults)
    required = content["categories"][services.index(service)]["required"] if service in services else -1
    if wanted is None and required >= 0:
        wanted = limits[required]
    shown = None if case is None else str(cases.index(case))
    said = {"p": size.upper(), "s": service, "m": wanted, "c": shown}
    return {key: value for key, value in said.items() if value is not None}


def _unknown(key: str, value: str, known: list[str]) -> Fault:
    names = ", ".join(known)
    return Fault(
        Text("this is not on the map", "地图中没有此项"),
        Text(f"Use one of: {names}", f"可选：{names.replace(', ', '、')}"),
        source=f"--{key}",
        value=value,
        code="sheet.choice",
    )
