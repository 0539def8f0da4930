"""How the map looks: pictures of a made town that a person has looked at, at four sizes.

``LIFECIRCLE_PICTURES=new python -m pytest tests/maps/page/test_pictures.py`` makes them anew.
They were made with `FONTS`; with others words run differently, and nothing is compared. Pictures are compared
at a quarter of their size: no more than `MOST_OTHER` of the pixels may differ by more than `MOST_STEPS` of
255 in any channel.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from tests.support.browser import IN_BROWSER, PHONE, Reader

FONTS: Final = {"sans-serif": "DejaVu Sans", "sans-serif:lang=zh-cn": "Noto Sans CJK SC"}


def has_fonts() -> bool:
    """Whether the machine shows words with the fonts of the pictures."""
    if shutil.which("fc-match") is None:
        return False
    ask = ["fc-match", "-f", "%{family}"]
    found = {
        each: subprocess.run([*ask, each], capture_output=True, text=True, check=False) for each in FONTS
    }
    return {each: answer.stdout for each, answer in found.items()} == FONTS


pytestmark = [*IN_BROWSER, pytest.mark.skipif(not has_fonts(), reason=f"pictures were made with {FONTS}")]

FOLDER: Final = Path(__file__).parent / "pictures"
SMALLER: Final = 4
MOST_STEPS: Final = 48
MOST_OTHER: Final = 0.03
VIEWS: Final[dict[str, tuple[tuple[int, int], str]]] = {
    "overview-1440": ((1440, 900), "() => 0"),
    "service-1024": ((1024, 768), "() => lifecircle.model.set({ category: 0, case: 1, tab: 'layers' })"),
    "desk-1440": (
        (1440, 900),
        """() => {
            lifecircle.model.set({ category: 0, minutes: 0 });
            lifecircle.trial.desk.open([24.9032, 60.2017]);
        }""",
    ),
    "phone": (PHONE, "() => 0"),
    "print": ((1440, 1000), "() => lifecircle.actions.sheet(true)"),
}


def taken(page: Reader) -> Image.Image:
    page.page.evaluate("() => { document.querySelectorAll('.review-number').forEach((n) => n.remove()); }")
    # The date of a sheet is that of the day.
    page.page.evaluate("() => document.querySelectorAll('.sheet-margin span')[1]?.remove()")
    page.page.mouse.move(700, 5)
    with Image.open(io.BytesIO(page.page.screenshot())) as image:
        return image.convert("RGB")


def small(image: Image.Image) -> np.ndarray:
    width, height = image.width // SMALLER, image.height // SMALLER
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), dtype=np.int64)


def share_of_others(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that differ, everything where the sizes do."""
    if one.size != other.size:
        return 1.0
    return float((np.abs(small(one) - small(other)).max(axis=2) > MOST_STEPS).mean())


@pytest.mark.parametrize("view", VIEWS)
def test_it_looks_as_it_did(reader: Callable[..., Any], html: str, view: str) -> None:
    size, change = VIEWS[view]
    page = reader(html, size)
    page.run(change)
    image = taken(page)
    file = FOLDER / f"{view}.png"
    if os.environ.get("LIFECIRCLE_PICTURES") == "new":
        FOLDER.mkdir(exist_ok=True)
        image.quantize(64).save(file, optimize=True)
    with Image.open(file) as seen:
        assert share_of_others(image, seen.convert("RGB")) <= MOST_OTHER


def test_another_picture_is_another(reader: Callable[..., Any], html: str) -> None:
    page = reader(html)
    page.run("() => lifecircle.model.set({ layers: { ...lifecircle.model.state.layers, coverage: false } })")
    with Image.open(FOLDER / "overview-1440.png") as seen:
        assert share_of_others(taken(page), seen.convert("RGB")) > MOST_OTHER
