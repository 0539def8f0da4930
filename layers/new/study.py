"""A new study from a place's name, a box or an extract: a folder with an extract and a commented file."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.china import inside_box
from geo.coordinates.crs import WGS84, metric_crs
from geo.errors import Fault, InputError, OutputError, because
from geo.text import Language, Text
from layers.lines.extract import COMPANIONS, LINES_SUFFIXES, extract_of
from layers.osm.basemap import read_basemap
from layers.osm.cut import Bounds, cut_extract
from layers.osm.dwellings import BUILDINGS, HOMES, LAND, STREETS, mapped_of, uses_of
from layers.osm.features import TagQuery, read_features
from layers.osm.online.download import Place, check_box, download_extract, find_place
from layers.osm.online.service import Progress, Service, no_progress
from layers.osm.place import find_in_extract
from layers.osm.scan import SUFFIXES
from layers.study.model import STUDY_FILE, Study, read_study
from layers.write.staging import staged

EXTRACT: Final = "place.osm.pbf"
BOUNDARY: Final = "place.geojson"
START_POINTS: Final = "start_points.csv"
DWELLINGS: Final[TagQuery] = {"building": ["yes", *HOMES]}
"""Buildings that people may live in; those that are something else by further tags are left out."""

_PEOPLE: Final[Mapping[str, TagQuery]] = {
    "dwellings": DWELLINGS,
    "buildings": BUILDINGS,
    "land": LAND,
    "streets": STREETS,
}
"""What is looked at to tell whether people can be reckoned from buildings."""

_LIVED_ON: Final = frozenset({"residential", "pedestrian"})
_START_METRES: Final = 100.0
_MAX_STARTS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A layer that a new study may have, read from the extract by its tags."""

    id: str
    kind: str
    name: Text
    tags: Mapping[str, Any]
    more: str


def new_study(
    folder: Path,
    *,
    place: str | None = None,
    bbox: Bounds | None = None,
    extract: Path | None = None,
    language: Language | None = None,
    service: Service | None = None,
    progress: Progress = no_progress,
) -> Path:
    """Make a study that runs, of a place, a box or an extract.

    Parameters
    ----------
    folder
        The study's folder; it must not exist yet, or be empty. It appears whole or not at all.
    place
        A name such as ``嘉定工业区, 上海``. With `extract` it is looked for in there, without the network.
    bbox
        West, south, east, north in degrees of WGS84.
    extract
        A local extract. Alone it is taken as it is; with `place` or `bbox` that part is cut out.
    language
        Of the study; without it Chinese where the place lies in the box of GCJ-02 or is named in Chinese.
    service
        The servers to ask; by default the public ones.
    progress
        Told of every step.

    Returns
    -------
    pathlib.Path
        The study file.

    Raises
    ------
    InputError
        Where not one of place, box and extract says where; the folder holds something; or the place, box,
        extract or servers are no good.
    OutputError
        Where the folder cannot be written.
    """
    _check_question(folder, place, bbox, extract)
    servers = service or Service()
    place = None if place is None else place.encode("utf-8", "replace").decode("utf-8").strip()
    with _built_aside(folder) as draft:
        where = _where(place, bbox, extract, servers, language, progress)
        path = _extract(draft / EXTRACT, where, extract, servers, progress)
        progress(1, 1, Text("looking at what is there", "正在查看数据内容"))
        lines = path.suffix.lower() in LINES_SUFFIXES
        given = Study.model_validate(_lines_alone(draft, path.name)) if lines else None
        joined = path if given is None else extract_of(given)
        basemap = read_basemap(joined)
        text_language = language or _language(place, basemap.bounds)
        features = read_features(joined, {**{each.id: each.tags for each in offers()}, **_PEOPLE})
        counts = {each.id: len(features[each.id]) for each in offers()}
        lived_in = uses_of(features["dwellings"], features["land"])["use"] != "other"
        mapped = mapped_of(features["buildings"], features["streets"])
        counts["dwellings"] = int(lived_in.sum()) if mapped.known else 0
        counts["buildings"], counts["kilometres"] = mapped.buildings, round(mapped.street_metres / 1000)
        if where is not None and where.has_boundary:
            _write_boundary(draft / BOUNDARY, where)
        if not counts["dwellings"]:
            _write_starts(draft / START_POINTS, basemap.streets)
        boundary = (draft / BOUNDARY).exists()
        text = study_text(
            _title(folder, place, extract, bbox), text_language, path.name, counts, boundary=boundary
        )
        (draft / STUDY_FILE).write_text(text, encoding="utf-8")
        read_study(draft)
    return folder / STUDY_FILE


def _check_question(folder: Path, place: str | None, bbox: Bounds | None, extract: Path | None) -> None:
    faults = []
    if place is None and bbox is None and extract is None:
        faults.append(
            _fault("Nothing says where the study is", "未说明项目地点", "--place, --bbox or --extract", "")
        )
    if place is not None and bbox is not None:
        faults.append(
            _fault(
                "Both a place and a box are given", "同时给出了地点与范围", "one of --place and --bbox", place
            )
        )
    if extract is not None and extract.suffix.lower() in LINES_SUFFIXES and (place or bbox) is not None:
        faults.append(
            _fault(
                "A layer of lines is taken as it is", "道路图层只能整体使用", "neither --place nor --bbox", ""
            )
        )
    if place is not None and not place.strip():
        faults.append(_fault("The place has no name", "地点名称为空", "--place NAME", ""))
    if bbox is not None:
        check_box(bbox)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        faults.append(
            _fault("The folder is there already", "文件夹已存在且非空", "another folder", str(folder))
        )
    if faults:
        raise InputError(faults)


def _fault(en: str, zh: str, give: str, value: str) -> Fault:
    return Fault(
        Text(en, zh), Text(f"Give {give}", f"请给出 {give}"), source="new", value=value, code="new-study"
    )


@contextmanager
def _built_aside(folder: Path) -> Iterator[Path]:
    """Give a folder beside the wanted one, which becomes it when all went well and is removed when not.

    What a process left that was killed while it made the same study is removed first.
    """
    try:
        with staged(folder) as draft:
            yield draft
            draft.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            draft.replace(folder)
    except OSError as error:
        told = error.__cause__ if isinstance(error.__cause__, OSError) else error
        what = Text(f"{folder} cannot be written", f"{folder} 无法写入")
        raise OutputError(because(what, told)) from error


def _where(
    place: str | None,
    bbox: Bounds | None,
    extract: Path | None,
    service: Service,
    language: Language | None,
    progress: Progress,
) -> Place | None:
    """Return where the study is; None means the whole of the extract."""
    if bbox is not None:
        return Place("", shapely.box(*bbox), has_boundary=False)
    if place is None:
        return None
    if extract is not None:
        return find_in_extract(extract, place)
    progress(0, 1, Text("asking where the place is", "正在查询地点"))
    return find_place(place, service, language=language or "", progress=progress)


def _extract(
    target: Path, where: Place | None, extract: Path | None, service: Service, progress: Progress
) -> Path:
    if extract is None:
        assert where is not None  # the question says so
        return download_extract(target, where.bounds, service, progress=progress)
    progress(0, 1, Text("cutting the extract", "正在裁剪数据"))
    if where is not None:
        return cut_extract(extract, target, where.bounds)
    if extract.suffix.lower() in LINES_SUFFIXES:
        return _copied_lines(extract, target)
    read_basemap(extract)  # says what is wrong with it before it is copied
    suffix = max((end for end in SUFFIXES if extract.name.lower().endswith(end)), key=len)
    copied = target.with_name(f"place{suffix}")
    shutil.copyfile(extract, copied)
    return copied


def _copied_lines(lines: Path, target: Path) -> Path:
    """Copy a layer of lines, the parts of a Shapefile with it."""
    copied = target.with_name(f"roads{lines.suffix.lower()}")
    parts = [lines.with_suffix(ending) for ending in COMPANIONS] if copied.suffix == ".shp" else []
    for part in [lines, *(part for part in parts if part.is_file())]:
        shutil.copyfile(part, copied.with_suffix(part.suffix))
    return copied


def _lines_alone(folder: Path, name: str) -> dict[str, Any]:
    """Return the least study that has these lines for streets, to find out what is in them."""
    layer = {"id": "people", "kind": "demand", "source": "grid"}
    return {"name": "new", "folder": folder, "streets": {"lines": name}, "layer": [layer]}


def _title(folder: Path, place: str | None, extract: Path | None, bbox: Bounds | None) -> str:
    from_extract = extract.name.split(".")[0] if extract is not None and bbox is None else ""
    title = place or from_extract or folder.resolve().name or "study"
    return title.encode("utf-8", "replace").decode("utf-8")[:200]


def _language(place: str | None, bounds: Bounds) -> Language:
    chinese_name = any("\u4e00" <= letter <= "\u9fff" for letter in place or "")
    west, south, east, north = bounds
    in_china = bool(inside_box((west + east) / 2, (south + north) / 2))
    return "zh" if chinese_name or (place is None and in_china) else "en"


def _write_boundary(path: Path, where: Place) -> None:
    frame = gpd.GeoDataFrame({"id": ["place"], "name": [where.name]}, geometry=[where.area], crs=WGS84)
    frame.to_file(path, driver="GeoJSON")


def _write_starts(path: Path, streets: gpd.GeoDataFrame) -> None:
    """Write a point every 100 m along residential streets, for extracts without buildings."""
    lived_on = streets[streets["class"].isin(_LIVED_ON)]
    lines = (lived_on if not lived_on.empty else streets).geometry
    local = lines.to_crs(metric_crs(lines))
    step = max(_START_METRES, float(local.length.sum()) / _MAX_STARTS)
    count = np.maximum(1, np.round(local.length.to_numpy() / step)).astype(int)
    line = np.repeat(np.arange(len(local)), count)
    share = (np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + 0.5) / np.repeat(
        count, count
    )
    points = shapely.line_interpolate_point(local.to_numpy()[line], share, normalized=True)
    xy = shapely.get_coordinates(gpd.GeoSeries(points, crs=local.crs).to_crs(WGS84).to_numpy()).round(6)
    number = np.arange(1, len(xy) + 1)
    rows = pd.DataFrame({"id": number, "lon": xy[:, 0], "lat": xy[:, 1], "people": 1})
    rows.to_csv(path, index=False, encoding="utf-8")


@lru_cache(maxsize=1)
def _template() -> dict[str, Any]:
    return tomllib.loads(files("layers.new").joinpath("new_study.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def offers() -> tuple[Offer, ...]:
    """Return the layers that a new study may have, in the order of its file."""
    return tuple(
        Offer(
            id=row["id"],
            kind=row["kind"],
            name=Text(row["en"], row["zh"]),
            tags=row["tags"],
            more=row["more"],
        )
        for row in _template()["layer"]
    )


def study_text(
    title: str, language: Language, extract: str, counts: Mapping[str, int], *, boundary: bool
) -> str:
    """Return the text of a new study's file: ``new_study.toml`` filled in.

    Parameters
    ----------
    title, language
        Of the study.
    extract
        Name of the extract's file, beside the study's.
    counts
        How many features the extract holds for each offered layer, and ``dwellings``: buildings that people
        live in, 0 where too few are mapped to reckon people; ``buildings`` and ``kilometres`` of residential
        street.
    boundary
        Whether the place's boundary lies beside it.
    """
    people = "dwellings" if counts["dwellings"] else "starts"
    values = {
        "title": _quoted(title),
        "language": language,
        "streets": _streets_lines(extract),
        "count": f"{counts['dwellings']:,}",
        "buildings": f"{counts['buildings']:,}",
        "kilometres": f"{counts['kilometres']:,}",
        "dwelling_values": json.dumps(DWELLINGS["building"]),
        "start_points": START_POINTS,
        "boundary_file": BOUNDARY,
    }
    parts = [people, "population", "grid", *(["boundary"] if boundary else []), "own"]
    layers = [_offered_layer(offer, language, counts[offer.id]) for offer in offers()]
    return "\n".join(
        [_filled("head", language, values), *layers, *(_filled(p, language, values) for p in parts)]
    )


def _streets_lines(name: str) -> str:
    """Return the keys that say where the streets come from."""
    if Path(name).suffix.lower() not in LINES_SUFFIXES:
        return f"extract = {_quoted(name)}"
    return f'lines = {_quoted(name)}\nlicence = "?"\nattribution = "?"'


def _offered_layer(offer: Offer, language: Language, count: int) -> str:
    """Return a layer by tags; commented out where the extract holds no feature for it."""
    tags = ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in offer.tags.items())
    lines = [
        "[[layer]]",
        f'id = "{offer.id}"',
        f'kind = "{offer.kind}"',
        f"name = {_quoted(offer.name.to(language))}",
        'source = "extract"',
        f"tags = {{ {tags} }}",
        offer.more,
    ]
    words = _words(language, {"count": f"{count:,}"})
    note = words["in_extract" if count else "not_in_extract"]
    return "\n".join([f"# {note}", *(line if count else f"# {line}" for line in lines)]) + "\n"


def _filled(part: str, language: Language, values: Mapping[str, str]) -> str:
    words = _words(language, values)
    text: str = _template()["text"][part]
    return Template(text).substitute({**words, **values})


def _words(language: Language, values: Mapping[str, str]) -> dict[str, str]:
    """Return the words of the template in one language, their counts filled in."""
    return {key: Template(row[language]).safe_substitute(values) for key, row in _template()["words"].items()}


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's, with the one further letter escaped that TOML asks for (DEL)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
