"""The guides of stations as a file: HTML, and PDF where a browser is there to print it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from api.made_of import run_made_of
from layers.write.staging import replace_all, staged
from maps.guides.page import render_guides
from maps.result import StudyResult

HTML_FILE: Final = "guides.html"
PDF_FILE: Final = "guides.pdf"
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SECONDS: Final = 120


def write_guides(result: StudyResult, *, link: str = "") -> tuple[Path, ...]:
    """Write the guides of a study into its ``out`` folder: ``guides.html``, and ``guides.pdf`` if it can be.

    Parameters
    ----------
    link
        Where the map is published, for the codes.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    result = replace(result, run_id=run_made_of(result).id)
    out = result.study.out_folder
    with staged(out) as beside:
        (beside / HTML_FILE).write_text(render_guides(result, link=link), "utf-8")
        files = (HTML_FILE, PDF_FILE) if _printed(beside / HTML_FILE, beside / PDF_FILE) else (HTML_FILE,)
        return replace_all(beside, out, files, obsolete=(PDF_FILE,) if len(files) == 1 else ())


def _printed(page: Path, pdf: Path) -> bool:
    """Print a page with the browser of the machine; tell whether there is one and it did."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        return False
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={profile}", "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}", page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
        except (OSError, subprocess.SubprocessError):
            return False
    return pdf.is_file()
