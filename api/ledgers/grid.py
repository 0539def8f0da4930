"""Grids drawn for a study, as a layer that it may name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from api.steps import Steps
from layers.ledgers.regions import By, DrawnGrids, draw_grids
from layers.lines.extract import extract_of
from layers.load import load_layers
from layers.osm.basemap import read_basemap
from layers.study.model import Study
from layers.write.staging import replace_all, staged
from maps.words.steps import BASEMAP, GRIDS, LAYERS

GRID_FILE: Final = "grid.geojson"


def make_grids(
    study: Study, *, by: By, count: int, staff: int | None, steps: Steps
) -> tuple[DrawnGrids, Path]:
    """Draw grids and write them into the study's ``out`` folder.

    Raises
    ------
    InputError
        With every fault of the study's layers, or where no such grids can be drawn.
    OutputError
        When the folder cannot be written to.
    """
    language = study.language
    with steps.step(LAYERS.to(language)):
        layers = load_layers(study)
    with steps.step(BASEMAP.to(language)):
        basemap = read_basemap(extract_of(study), language=language)
    with steps.step(GRIDS.to(language)):
        drawn = draw_grids(layers, basemap, by=by, count=count, staff=staff)
    with staged(study.out_folder) as beside:
        (beside / GRID_FILE).write_text(drawn.geojson, "utf-8")
        (path,) = replace_all(beside, study.out_folder, (GRID_FILE,))
    return drawn, path
