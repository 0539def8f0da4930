"""Where a study's streets and layers come from: the tables ``[streets]`` and ``[[layer]]`` of its file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from layers.catalogue.schema import kinds
from layers.study.fields import Identifier, StudyTable, TextValue, Words
from layers.study.paths import is_database


def _known_kind(kind: str) -> str:
    if kind not in kinds():
        expected = " or ".join([", ".join(f"'{name}'" for name in kinds()[:-1]), f"'{kinds()[-1]}'"])
        raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})
    return kind


def _as_rows(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Kind = Annotated[str, AfterValidator(_known_kind)]
"""A kind of layer of the schema."""

Tags = dict[str, Literal[True] | Words | tuple[Words, ...]]


class Streets(StudyTable):
    """``[streets]``: the extract or the lines the streets come from, with licence and attribution."""

    extract: Words | None = Field(
        default=None, description="OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2"
    )
    lines: Words | None = Field(
        default=None,
        description="instead of an extract, a layer of the centre lines of roads: .gpkg, .shp, .geojson, "
        ".fgb, .kml, .parquet or a .zip of one; it needs licence and attribution",
    )
    layer: Words | None = Field(default=None, description="for lines: the layer of a file that holds several")
    member: Words | None = Field(default=None, description="for lines: file inside a .zip that holds several")
    encoding: Words | None = Field(default=None, description="for lines: encoding of a Shapefile's texts")
    crs: Words | None = Field(
        default=None, description="for lines: coordinate system, where the file states none or a wrong one"
    )
    columns: dict[
        Literal["name", "class", "oneway", "foot", "bicycle", "access", "bridge", "tunnel", "level"], Words
    ] = Field(
        default={},
        description="for lines: role (name, class, oneway, foot, bicycle, access, bridge, tunnel, level) = "
        "header of its column; usual headers are recognised; '-' leaves a column out",
    )
    classes: dict[str, Words] = Field(
        default={}, description="for lines: own words of the class column = value of OSM's highway"
    )
    default_class: Words = Field(
        default="residential", description="for lines: class of lines that name none (highway of OSM)"
    )
    tolerance_metres: float = Field(
        default=1.0, ge=0.01, le=20, description="for lines: ends this near each other, or a line, meet"
    )
    crossings: Literal["join", "ends"] = Field(
        default="join",
        description="for lines: join: lines of one level that cross without a common vertex are a junction; "
        "ends: only common vertices and ends are",
    )
    licence: Words = Field(default="ODbL 1.0", description="licence of the extract")
    attribution: Words = Field(
        default="© OpenStreetMap contributors", description="attribution printed on every map"
    )
    elevation: Words | None = Field(
        default=None,
        description="GeoTIFF of elevations in metres (SRTM, ALOS ...), one band, any coordinate system: "
        "walkers slow down uphill (Tobler), bridges and tunnels run straight between their ends; "
        "without it streets are level",
    )
    elevation_attribution: Words | None = Field(
        default=None, description="attribution of the elevations, printed on every map"
    )
    outside: bool = Field(
        default=False, description="true: extract and elevations may lie outside the study's folder"
    )

    @property
    def file(self) -> str:
        """The file the streets come from, as the study writes it."""
        return self.extract or self.lines or "?"


class CategoryRule(StudyTable):
    """``category = {...}``: how the rows of a layer get their category from a column."""

    column: Words | None = Field(
        default=None, description="header of the column; without it the recognised one is taken"
    )
    system: Literal["auto", "names", "amap", "osm"] = Field(
        default="auto",
        description="what stands in the column: names of categories, Amap paths (a;b;c) or OSM tags",
    )
    map: dict[str, Words] = Field(
        default={},
        description="own translations, from a value of the column (or a piece of its path) to a category id",
    )
    other: Words | None = Field(
        default=None, description="category of what is not understood; without it such rows are rejected"
    )
    only: tuple[Words, ...] = Field(
        default=(), description="categories to keep; the rows of others are counted as left out"
    )


class PeopleRule(StudyTable):
    """``people = {...}``: how many people stand behind one row of a demand layer."""

    method: Literal["column", "buildings", "dwellings", "grid", "places"] = Field(
        default="column",
        description="column: the people column; buildings: floor area / square_metres_per_person; "
        "dwellings: dwellings x occupancy x persons; grid: cells of a population grid with a count "
        "(polygons, a GeoTIFF, or middles with cell_metres); places: people are not known, each row "
        "counts as one place",
    )
    uses: Literal["dwellings", "all"] = Field(
        default="dwellings",
        description="for buildings: dwellings leaves out those that are something else by their tags, the "
        "land around or the column of their use, and the ground floor of mixed ones; all: every "
        "building, whole",
    )
    incomplete: bool = Field(
        default=False,
        description="true: reckon people although the extract holds few buildings for its streets",
    )
    spread: Literal["dwellings", "cell"] = Field(
        default="dwellings",
        description="for a grid: dwellings: the people of a cell are split over the dwellings of the extract "
        "inside it by floor area, totals kept; cell: all stand at one point of the cell, on land",
    )
    square_metres_per_person: float = Field(
        default=35.0, gt=0, description="floor area of one person (35: the convention of GB 50180-2018)"
    )
    default_levels: float | None = Field(
        default=None, gt=0, le=200, description="storeys of buildings that do not say; without it: rejected"
    )
    occupancy: float | None = Field(
        default=None, ge=0, le=1, description="share of the dwellings lived in, where the sheet does not say"
    )
    persons: float | None = Field(
        default=None, gt=0, le=100, description="people in one dwelling, where the sheet does not say"
    )


class NamedPlace(StudyTable):
    """``place = {...}``: a column that names where a row is, by a place of another layer."""

    column: Words = Field(description="header of the column with the names or identifiers")
    layer: Identifier = Field(
        description="id of the layer they are of: buildings, stations, grids ...; matched exactly, then "
        "without width, case and spaces, never guessed"
    )


class AnsweredCell(StudyTable):
    """``cells = [{...}]``: what stands in a cell by the answer of somebody who knows the sheet."""

    row: Annotated[int, Field(ge=1)] = Field(description="row of the sheet, from 1, as the check names it")
    column: Words = Field(description="header of the column")
    value: TextValue = Field(description="what stands there; the file itself is not changed")


class LayerSource(StudyTable):
    """``[[layer]]``: one layer, where it comes from and how it is to be read."""

    id: Identifier = Field(description="short name, unique in the study: letters, digits, _ - .")
    kind: Kind = Field(description="what the rows are: " + ", ".join(kinds()))
    name: Words = Field(default="", description="name shown to people; the id where left out")
    source: Words = Field(
        description="a file, 'extract' (with tags), 'grid' (generated), or postgresql://user@host/database"
    )
    outside: bool = Field(
        default=False, description="true: the file may be reached through '..' or a link out of the folder"
    )
    tags: Tags = Field(
        default={},
        description="for 'extract': a feature is taken when any of these keys has one of these values",
    )
    crs: Words | None = Field(
        default=None, description="coordinate system: EPSG:4326, EPSG:4490, EPSG:4549, gcj02, bd09 ..."
    )
    columns: dict[str, Words] = Field(default={}, description="role = header of the column that fills it")
    place: Annotated[tuple[NamedPlace, ...], BeforeValidator(_as_rows)] = Field(
        default=(),
        max_length=10,
        description="rows without coordinates stand where the place of another layer does that a column "
        "names: { column, layer }, or a list of them, tried in order",
    )
    values: dict[str, TextValue] = Field(default={}, description="role = value that holds for every row")
    category: Words | CategoryRule | None = Field(
        default=None, description="category of every row, or a rule to read it from a column"
    )
    people: PeopleRule = Field(default=PeopleRule(), description="for demand: how people are counted")
    capacity: Literal["shown", "limits"] = Field(
        default="shown",
        description="shown: capacity is shown and limits nobody; limits: a place serves no more people than "
        "its declared service capacity (可服务人数), or the column mapped to it",
    )
    cells: tuple[AnsweredCell, ...] = Field(
        default=(),
        max_length=10_000,
        description="answers about single cells, in place of what the file holds: `lifecircle check "
        "--answers check.xlsx` writes them",
    )
    points: dict[str, Literal["thousands", "fractions"]] = Field(
        default={},
        description="header = what a point before three digits means in that column: thousands (1.234 is "
        "1,234) or fractions; asked where a column of counts leaves it open",
    )
    overlap: bool = Field(default=False, description="true: the polygons of this layer may overlap")
    sheet: Words | Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="sheet of a workbook, by name or by number from 1"
    )
    header_row: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="row of the headers, from 1; found under title rows when left out"
    )
    encoding: Words | None = Field(default=None, description="text encoding: utf-8, gb18030, big5 ...")
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = Field(
        default=None, description="what stands between two cells of a text table"
    )
    member: Words | None = Field(default=None, description="file inside a .zip that holds several")
    table: Words | None = Field(
        default=None, description="table of a database or a GeoPackage, also schema.table"
    )
    sql: Words | None = Field(default=None, description="a SELECT for a database, run read-only")
    cell_metres: float = Field(default=250.0, ge=10, le=100_000, description="for 'grid': side of a cell")
    keep_empty: bool = Field(default=False, description="for 'grid': keep the cells without demand")
    publish: bool | tuple[Words, ...] = Field(
        default=True,
        description="what others may see of it, on the map, in files for a GIS and over HTTP: true: the "
        "columns of known roles, without mobile numbers; a list of headers or roles: those too (phone: "
        "mobile numbers as well); false: nothing of its rows, only what is counted with them",
    )
    licence: Words | None = Field(default=None, description="licence of the data; required for every file")
    attribution: Words | None = Field(
        default=None, description="attribution of the data, printed on the map; required for every file"
    )

    @property
    def is_database(self) -> bool:
        """Whether the layer comes from PostGIS."""
        return is_database(self.source)

    @property
    def is_file(self) -> bool:
        """Whether the layer comes from a file of its own."""
        return self.source not in ("extract", "grid") and not self.is_database

    @model_validator(mode="before")
    @classmethod
    def _name_is_id(cls, row: Any) -> Any:
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            return {"name": row["id"], **row}
        return row
