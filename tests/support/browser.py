"""A map as a reader meets it: Debian's chromium, from a file, with nothing to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maps.style import LAND

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1440, 900)
PHONE = (390, 844)

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}: apt-get install chromium"),
]
"""Marks of a module whose tests open a page."""


class Reader:
    """An open page, and everything that went wrong on it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("console", lambda message: self._said(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._requested)

    def _said(self, text: str) -> None:
        # Reading pixels is what this test does, not the map.
        if not text.startswith("Canvas2D: Multiple readback"):
            self.troubles.append(text)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")) and not request.is_navigation_request():
            self.troubles.append(f"asked for {request.url}")

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector)).replace("\u00a0", " ")

    def open_part(self, name: str) -> None:
        """Open a part of the panel: overview, layers or gaps."""
        self.page.click(f"[data-tab={name}]")

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def pixel(self, lon: float, lat: float) -> tuple[int, ...]:
        """Return the colour of the base canvas at a place, on the land below it."""
        found = self.run(
            f"""() => {{
                const {{ canvas, frame }} = lifecircle.below;
                const at = L.CRS.EPSG3857.latLngToPoint(L.latLng({lat}, {lon}), 19);
                const ratio = canvas.width / frame.width;
                const x = (at.x - frame.west) * frame.scale * ratio;
                const y = (at.y - frame.north) * frame.scale * ratio;
                return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
            }}"""
        )
        land = [int(LAND[at : at + 2], 16) for at in (1, 3, 5)]
        part = found[3] / 255
        return tuple(
            round(value * part + below * (1 - part)) for value, below in zip(found, land, strict=False)
        )

    def click(self, lon: float, lat: float) -> None:
        place = self.run(
            f"() => {{ const p = lifecircle.map.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]; }}"
        )
        self.page.mouse.click(*place)
