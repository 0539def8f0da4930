"""Pages of the documentation as programs: their files written, their commands and snippets run in order."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

_FENCE = re.compile(r"^```(\w+)(.*?)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block of a page."""

    language: str
    options: str
    text: str

    @property
    def title(self) -> str:
        """The file it is, if it is one."""
        found = re.search(r'title="([^"]+)"', self.options)
        return found[1] if found else ""


def blocks(page: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    return [Block(*parts) for parts in _FENCE.findall(page)]


def follow(page: Path, folder: Path, extract: Path) -> list[str]:
    """Do what a page says, in a folder, and return what each command printed.

    Blocks with a title are written as files; ``sh`` is run line by line, ``python`` in one namespace. Blocks
    marked ``elsewhere`` are shown and not run: they need what is not here.
    """
    shutil.copyfile(extract, folder / "city.osm.pbf")
    names: dict[str, object] = {"__name__": "__page__"}
    said = []
    for block in blocks(page.read_text("utf-8")):
        if "elsewhere" in block.options:
            continue
        if block.title:
            path = folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(extract, path.parent / "city.osm.pbf") if path.parent != folder else None
            path.write_text(block.text, "utf-8")
        elif block.language == "sh":
            said += [_run(line, folder) for line in block.text.splitlines() if line.strip()]
        elif block.language == "python":
            here = Path.cwd()
            os.chdir(folder)
            try:
                exec(compile(block.text, str(page), "exec"), names)
            finally:
                os.chdir(here)
    return said


def _run(line: str, folder: Path) -> str:
    words = shlex.split(line, comments=True)
    assert words[0] == "lifecircle", line
    program = "import sys; from api.cli import start; start()"
    run = subprocess.run(
        [sys.executable, "-c", program, *words[1:]], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert run.returncode == 0, f"{line}\n{run.stdout}\n{run.stderr}"
    return run.stdout + run.stderr
