"""The results of a run as files: each whole or not at all, the record of the run last."""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from api.map_content import map_content
from api.pipeline import StudyResult
from api.summary import method_notes
from geo.errors import OutputError
from geo.life_circle import to_minutes
from geo.text import Text
from layers.assessment_book import AssessmentBook, write_assessment
from layers.streets import file_sha256
from maps.web_map import render_map

RESULT_FILES = ("map.html", "results.gpkg", "coverage.xlsx", "run.json")


def write_results(result: StudyResult, *, only: tuple[str, ...] = RESULT_FILES) -> tuple[Path, ...]:
    """Write the results of a run into the study's ``out`` folder and return their paths.

    Everything is written beside first and moved when it is whole; an interrupted run leaves what
    was there before. Files of the user's own in the folder are not touched.

    Raises
    ------
    OutputError
        When the folder cannot be written to.
    """
    out = result.study.out_folder
    writers: dict[str, Callable[[Path], object]] = {
        "map.html": lambda path: path.write_text(render_map(map_content(result)), "utf-8"),
        "results.gpkg": lambda path: write_geopackage(result, path),
        "coverage.xlsx": lambda path: write_assessment(
            path, assessment_book(result), language=result.study.language
        ),
        "run.json": lambda path: path.write_text(run_record(result), "utf-8"),
    }
    with _staged(out) as beside:
        for name in only:
            writers[name](beside / name)
        return tuple(_move(beside / name, out / name) for name in only)


def check_writable(out: Path) -> None:
    """Fail now rather than after the work when nothing can be written to `out`.

    Raises
    ------
    OutputError
        When the folder cannot be made or written to.
    """
    with _staged(out) as beside:
        (beside / "probe").touch()


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """Make a folder inside `out` that is gone afterwards, whatever happens."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=out))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        yield beside
    except OSError as error:
        raise error if isinstance(error, OutputError) else _cannot_write(out, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _move(source: Path, target: Path) -> Path:
    try:
        source.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def _cannot_write(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"{path}: results cannot be written here ({reason}). "
        "Close the file if another program has it open, or choose another `out` folder in the study"
    )


def write_geopackage(result: StudyResult, path: Path) -> None:
    """Write the layers, the minutes of everybody, coverage by polygon, gaps and isochrones."""
    for name, frame in geopackage_layers(result).items():
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")


def geopackage_layers(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of ``results.gpkg`` by layer."""
    layers = result.layers
    named = {
        "facilities": _plain(layers.facilities),
        "demand": _with_minutes(result),
        "polygons": _plain(result.polygons),
        "coverage": _on_polygons(result, result.tables.by_area),
        "gaps": _on_polygons(result, result.tables.gaps),
        "isochrones": result.isochrones,
    }
    return {name: frame for name, frame in named.items() if len(frame)}


def _with_minutes(result: StudyResult) -> gpd.GeoDataFrame:
    """Return the demand frame with the minutes to the nearest facility of each category, and its id."""
    ids = np.array([*result.layers.facilities["id"], None], object)
    columns: dict[str, object] = {}
    for category, found in result.times.items():
        columns[f"{category}_minutes"] = to_minutes(found.seconds[:, 0])
        columns[f"{category}_id"] = ids[found.facility_index[:, 0]]
    columns["snap_metres"] = np.where(result.joined.demand.snapped, result.joined.demand.snap_metres, np.nan)
    frame = _plain(result.layers.demand)
    return gpd.GeoDataFrame(
        pd.concat([frame, pd.DataFrame(columns, index=frame.index)], axis=1), crs=frame.crs
    )


def _on_polygons(result: StudyResult, table: pd.DataFrame) -> gpd.GeoDataFrame:
    polygons = result.polygons
    if not len(table) or not len(polygons):
        return gpd.GeoDataFrame(geometry=[], crs=4326)
    geometry = polygons[["id", "geometry"]].rename(columns={"id": "area_id"})
    return _plain(gpd.GeoDataFrame(geometry.merge(table, on="area_id"), crs=polygons.crs))


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with tuples as text and without columns that hold nothing, as a database wants it."""
    kept = frame.drop(
        columns=[name for name in frame.columns if frame[name].isna().all() and name != "geometry"]
    )
    for name in kept.columns.difference(["geometry"]):
        if kept[name].dtype == object:
            kept = kept.assign(**{name: kept[name].map(_as_text)})
    return kept


def _as_text(value: object) -> object:
    if isinstance(value, tuple | list):
        return ";".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def assessment_book(result: StudyResult) -> AssessmentBook:
    """Return what stands in the workbook."""
    title = result.study.name
    return AssessmentBook(
        title=Text(title, title),
        coverage=result.tables.coverage,
        by_area=result.tables.by_area,
        gaps=result.tables.gaps,
        made_on=datetime.now(tz=UTC).date(),
        profile=result.profile.name,
        standard=result.standard.title,
        tier_names={tier.id: tier.name for tier in result.standard.tiers},
        notes=method_notes(result),
    )


def run_record(result: StudyResult) -> str:
    """Return the record of a run: versions, inputs by hash, counts and seconds, as JSON."""
    study, joined = result.study, result.joined
    people = result.layers.demand["people"].to_numpy(float)
    files = {study.streets.extract: study.extract}
    files |= {layer.source: path for layer in study.layers if (path := study.path_of(layer)) is not None}
    record = {
        "study": study.name,
        "finished": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "versions": {
            "lifecircle": version("lifecircle"),
            "python": platform.python_version(),
            **{
                name: version(name)
                for name in ("numpy", "geopandas", "shapely", "pyproj", "osmium", "folium")
            },
        },
        "profile": {
            "id": result.profile.id,
            "speed_kph": result.profile.speed_kph,
            "source": result.profile.source,
        },
        "standard": result.standard.id,
        "inputs": {name: file_sha256(path) for name, path in sorted(files.items())},
        "streets": {
            "nodes": result.network.node_count,
            "edges": result.network.edge_count,
            "metres": round(float(result.network.edge_metres.sum()), 1),
            "pieces": int(result.network.pieces.size),
        },
        "layers": {
            report.id: {
                "read": report.read,
                "accepted": report.accepted,
                "rejected": report.rejected,
                "left_out": report.left_out,
            }
            for report in result.layers.reports
        },
        "people": {
            "total": round(float(people.sum()), 3),
            "not_joined_to_a_street": round(float(people[~joined.demand.snapped].sum()), 3),
            "not_on_the_largest_piece": round(float(people[~on_largest_piece(result)].sum()), 3),
            "reach_none": {
                category: round(float(people[np.isinf(found.seconds[:, 0])].sum()), 3)
                for category, found in result.times.items()
            },
        },
        "facilities_not_joined_to_a_street": int((~joined.facilities.snapped).sum()),
        "seconds": {name: round(seconds, 3) for name, seconds in result.seconds.items()},
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def on_largest_piece(result: StudyResult) -> np.ndarray:
    """Return which demand points are joined to the largest connected piece of the streets."""
    points, network = result.joined.demand, result.network
    piece = network.node_piece[network.edge_source[np.maximum(points.edge, 0)]]
    return np.asarray(points.snapped & (piece == 0))
