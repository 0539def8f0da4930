"""The layers of results in the formats of older programs: shapefiles, and a DXF drawing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from geo.errors import Fault, InputError
from geo.text import Text
from layers.write.geodata.dxf import write_dxf
from layers.write.geodata.reread import WrittenFile, read_geopackage
from layers.write.geodata.shapefile import write_shapefiles, zipped
from layers.write.staging import replace_all, staged
from maps.geodata.drawn import band_colours

_SOURCES: Final = ("results.gpkg", "siting.gpkg", "compare.gpkg")
EXPORT_FILES: Final[dict[str, str]] = {"shapefile": "results.shp.zip", "dxf": "results.dxf"}
"""Files that a run writes where its study asks for them, by format."""

USUAL_FOLDER: Final = "export"


def export_results(out: Path, formats: Sequence[str], folder: Path | None = None) -> tuple[Path, ...]:
    """Write the layers of a folder of results into another, in other formats, and return the paths.

    Parameters
    ----------
    out
        A folder of a run, a plan or a comparison.
    folder
        Where to; ``out/export`` where left out. Files of the same names are replaced.

    Raises
    ------
    InputError
        When there are no layers, or they cannot be had in a format.
    OutputError
        When the folder cannot be written to.
    """
    for each in formats:
        if each not in EXPORT_FILES:
            what, fix = (
                Text("no such format", "没有此格式"),
                Text("Give shapefile or dxf", "请用 shapefile 或 dxf"),
            )
            raise InputError([Fault(what, fix, source="--format", value=each, code="export.format")])
    source = next((out / name for name in _SOURCES if (out / name).is_file()), None)
    if source is None:
        what = Text(
            "no layers of a run, a plan or a comparison lie here", "此处没有运行、方案或对比写出的图层"
        )
        fix = Text("Run the study first", "请先运行该项目")
        raise InputError([Fault(what, fix, source=str(out), code="export.none")])
    written, target = read_geopackage(source), folder or out / USUAL_FOLDER
    target.parent.mkdir(parents=True, exist_ok=True)
    with staged(target) as beside:
        files: list[Path] = []
        for each in dict.fromkeys(formats):
            files += _write(each, written, beside, name=source.stem)
        return replace_all(beside, target, [file.name for file in files])


def write_export(path: Path, wanted: str) -> Path:
    """Write the layers of the ``results.gpkg`` that lies beside a path into it, as one file."""
    written = read_geopackage(path.parent / "results.gpkg")
    if wanted == "dxf":
        return write_dxf(path, written.layers, language=written.language, colours=band_colours)
    parts = path.parent / "shapefiles"
    parts.mkdir()
    zipped(path, _write("shapefile", written, parts, name=""))
    for part in parts.iterdir():
        part.unlink()
    parts.rmdir()
    return path


def _write(wanted: str, written: WrittenFile, folder: Path, *, name: str) -> tuple[Path, ...]:
    language = written.language
    if wanted == "dxf":
        path = folder / f"{name}.dxf"
        return (write_dxf(path, written.layers, language=language, colours=band_colours),)
    return write_shapefiles(folder, written.layers, made_on=written.made_on, language=language)
