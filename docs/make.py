"""Write the pages of docs/ from the code, so that none says what it does not do.

Run as ``python -m docs.make``; a test compares the files with what this module would write.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import geo
from api.cli.main import app
from api.record_form import SCHEMA_FILE, record_schema
from docs.results import results_page
from docs.streets import MADE, markdown_table, streets_page
from geo.network.entrances import SHOP_FRONT_METRES
from layers.catalogue.schema import LayerSchema, Role, all_schemas
from layers.osm.dwellings import FEWEST_PER_KM, HOMES, NEAR_METRES
from layers.rows.buildings import TALLEST, UNLIKELY_SQUARE_METRES, UNLIKELY_STOREYS
from layers.study.changes import change_keys
from layers.study.model import Study, study_keys

FOLDER = Path(__file__).resolve().parent


_READING = (
    "## How a sheet is read",
    "A value that is missing or not understood is never replaced by a favourable one: its row is rejected, "
    "or the value counts as unknown, and `check.xlsx` asks about it on the sheet 待确认 (Questions).",
    "- Units are read in a cell (`1.2万人`), a header (`人口（万人）`, `建筑面积（亩）`, "
    "`population (thousands)`), a row below the headers, and the lines above the table (`单位：万人`). A "
    "unit that is not understood stops the layer. Rows of fewer than one person, of fractions of people "
    "and of a million or more are noted.",
    "- Occupancy is read as `82.7%`, as a share up to 1, or as percent where the header or the whole column "
    "says so. Empty, `八成`, `满` or `90%以上` rejects the row, unless `people.occupancy` fills "
    "the empty ones.",
    "- A state that is empty or not understood is `unknown`: the place is shown and not used. Words of "
    "stopping, building and planning outweigh any word of being open; a date in the cell is the opening "
    "date.",
    "- A number in a merged cell counts once, for its first row; texts, places and means hold for all its "
    "rows. Hidden rows are read and said, hidden sheets are left out and said. `同上` and `〃` are the cell "
    "above.",
    "- A formula that failed or was never computed, a telephone as `1.38E+10`, `2026.1` (January or "
    "October), `约300` and `300-400` are asked about; `1.234` among counts that all look so stops the layer.",
    "- Tables side by side under the same headers are read one below the other; headers may take three rows; "
    "headings, repeated headers and totals between the rows are skipped and counted.",
    '- Capacity (座位数、床位数、可容纳人数) is shown and limits nobody. With `capacity = "limits"` a place '
    "serves no more people than its service capacity (可服务人数、服务能力); before, any capacity limited.",
)


_ENTRANCES = (
    "## How places are joined to streets",
    "A point is joined to the street that least speaks against, within `max_snap_metres`; the walk there "
    "counts. Services that are areas (parks, campuses, malls) are reached at their entrances: those of a "
    'layer `kind = "entrance"` that name them or lie on their outline, and those of the extract on it; '
    "where none is known, where streets meet the outline; else along the outline.",
    "- People drawn as an area (an estate, a building) leave it by its entrances, also private ones and "
    "doors of staircases, and first walk there in a straight line from a point inside. Where a mapped street "
    "inside the area is nearest they take that street, unless an entrance of the study names the area. "
    "Without entrances they leave where a street meets the outline, else straight to the street. Cells of a "
    "population grid have no edge.",
    "- A point that an entrance of the study names (所属设施 is its name or id) leaves by that entrance. "
    "Other points inside a park or campus of the study leave it in the same way: by a street inside, else by "
    "its entrances, else where streets meet its outline.",
    "- Homes in a building whose doors the extract holds leave by these doors. A service does so only where "
    f"it lies {SHOP_FRONT_METRES:g} m or more behind the wall: nearer to it, a shop has a door of its own.",
)


_LINES = (
    "## Streets from a layer of lines",
    'With `streets = { lines = "roads.gpkg", licence = "...", attribution = "..." }` a planner needs no '
    "OpenStreetMap: the centre lines of a road layer become streets under the same profiles, joins and "
    "commands, and the base map is drawn from them. `lifecircle check`, the workbook and `run.json` say what "
    "was assumed, mended and left out.",
    "- Ends within `tolerance_metres` (1 m) of each other are one junction, an end that near a line is "
    "joined to it. Ends that stop farther than that and within 10 m of another line are counted and not "
    "joined.",
    "- Lines of one level that cross without a common vertex are a junction, since road layers of planning "
    'offices are long centre lines that nobody cut at crossings; `crossings = "ends"` joins common vertices '
    "and ends alone. Lines on different levels (columns of bridges, tunnels or levels, 人行天桥 and 地下通道 "
    "as a class, 高架 or 隧道 in a name) pass above or below; their ends meet the ground. Where no column "
    "says so, motorways and expressways are crossed above or below.",
    "- Columns are recognised by the usual headers, or named by `columns`. Without a class a line is "
    "`default_class` (residential), without a direction it goes both ways, without a column for walkers its "
    "class decides. A class or value that is not understood stops the layer: say `classes = { ... }`.",
    "- Rows without a line, points, areas, coordinates that are no numbers and lines that come twice are "
    "left out and counted; parts of one row, heights, GCJ-02 and any EPSG system are read.",
    "",
    "## Answers of a clerk",
    "`lifecircle check STUDY --answers out/check.xlsx` takes what somebody wrote in the last column of the "
    "sheet 待确认 (Questions) into `study.fixed.toml`: an answer about a cell becomes a row of the layer's "
    "`cells`, one about a category a row of `category.map`, one about the layer its key; a line such as "
    '`crs = "gcj02"` is taken as it is. Inputs are never changed. Answers that cannot be used are said one '
    "by one. A new check keeps an answered workbook as `check.answered.xlsx`.",
)


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    return {
        "study.md": study_page(),
        "reference.md": reference_page(),
        "cli.md": cli_page(),
        "streets.md": streets_page(),
        "results.md": results_page(),
        SCHEMA_FILE: json.dumps(record_schema(), ensure_ascii=False, indent=2) + "\n",
    }


def study_page() -> str:
    """Return the page on the study file: every key, and what each kind of layer may hold."""
    lines = [
        "# The study file",
        MADE,
        "A study is one folder with one `study.toml`. Unknown keys are refused, and `lifecircle check` "
        "names every fault at once. `api/cli/demo.toml` is a study to copy.",
    ]
    for table in dict.fromkeys(_table_of(path) for path, _ in study_keys()):
        model = _model_at(table)
        lines += [
            f"## {_title(table, model)}",
            markdown_table(("key", "default", "meaning"), _key_rows(table, model)),
        ]
    lines += [
        "## The change file",
        "What opens, closes, moves or gets more room, as a file of its own: written by hand, by the page, or "
        "by `lifecircle site` (`out/siting/NAME/change.toml`). `lifecircle run STUDY --change FILE` runs the "
        "study with it, into `out/changes/NAME`; `lifecircle compare STUDY A B` holds two side by side.",
        markdown_table(("key", "meaning"), ((f"`{key}`", meaning) for key, meaning in change_keys())),
        "## How people are reckoned",
        *people_paragraphs(),
    ]
    lines += [
        *_READING,
        *_ENTRANCES,
        *_LINES,
        "## What a layer holds",
        'A column is recognised by its header; `columns = { role = "header" }` names it where it is not. '
        '`values = { role = "value" }` holds for every row. Where a row is, is said by `lon` and `lat`, by '
        "`coordinates`, by `geometry` (WKT), or by the geometry of the file itself.",
    ]
    for schema in all_schemas().values():
        lines += [f"### {schema.kind}: {schema.name.en} / {schema.name.zh}", _kind_text(schema)]
    return "\n\n".join(lines) + "\n"


def people_paragraphs() -> list[str]:
    """Return how people are reckoned from buildings, and how those of a grid are spread, with the limits."""
    kinds = ", ".join(f"`{kind}`" for kind in ("yes", *HOMES))
    paragraphs = f"""
    `method = "buildings"` turns floor area into people. Of an extract, a building that is something else
    houses nobody: by its kind (anything but {kinds}), by a further tag (amenity, shop, office, man_made,
    craft, tourism other than apartments ...), or, for `building=yes`, by the smallest piece of land that
    holds at least half of it (industrial, commercial, retail, railway, military, cemetery, grounds of
    schools and hospitals ...). A building of a residential kind with a shop or office in it counts without
    its ground floor. Floors are `building:levels` less `building:min_level`, and half of each of
    `roof:levels`. In a sheet the column of the use (用途) says the same. More than {TALLEST:g} storeys are
    refused; more than {UNLIKELY_STOREYS:g}, or more than {UNLIKELY_SQUARE_METRES:,.0f} m² of ground, are
    counted and listed, and so are the largest buildings where a few hold a third of the people.

    Where an extract holds fewer than {FEWEST_PER_KM:g} buildings a kilometre of residential street, or none
    within {NEAR_METRES:g} m of two thirds of these streets, people are not known: such a layer is refused,
    and `lifecircle new` counts places instead. Central Helsinki and Monaco, where all buildings are mapped,
    have 95 and 56, and 3 to 5 with one building in twenty left; extracts of streets alone have none.

    `method = "grid"` reads the cells of a population grid: polygons (squares, hexagons) of any file, middles
    with `cell_metres`, or a GeoTIFF of people a pixel. Cells beyond the streets are left out, the others are
    counted whole. The people of a cell are split over the dwellings of the extract inside it by floor area,
    a building over two cells by its parts; the total of every cell is kept. A cell without dwellings keeps
    one point on land.

    Whatever is reckoned so is called estimated, with how, on the screen, the map, in the workbook, in
    `run.json` and over HTTP.
    """
    return [" ".join(paragraph.split()) for paragraph in paragraphs.split("\n\n")]


def cli_page() -> str:
    """Return the page on the command line: every command with its arguments and options."""
    group: Any = typer.main.get_command(app)
    lines = [
        "# The command line",
        MADE,
        "`lifecircle COMMAND`. Results go to stdout; progress and errors go to stderr. "
        "The program ends with 0 when all is well, 2 when something in what was given must be mended, 130 "
        "when it was interrupted, and 1 when the fault is ours.",
    ]
    for name, command in group.commands.items():
        lines += [f"## lifecircle {name}", " ".join((command.help or "").split())]
        if command.params:
            lines.append(
                markdown_table(("argument or option", "default", "meaning"), _parameter_rows(command))
            )
    return "\n\n".join(lines) + "\n"


def _key_rows(table: str, model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for path, description in study_keys():
        if _table_of(path) == table:
            key = path.rpartition(".")[2]
            yield f"`{key}`", _default(fields[key].default), description


def _table_of(path: str) -> str:
    return path.rpartition(".")[0]


def _title(table: str, model: type[BaseModel]) -> str:
    """Return how a table is written, as the docstring of its model begins."""
    written = re.match(r"``(.+?)``", model.__doc__ or "")
    return f"`{written[1]}`" if written else f"`{table}`" if table else "The study"


def _model_at(table: str) -> type[BaseModel]:
    """Return the model of a table of the study file, ``layer.people``."""
    model: type[BaseModel] = Study
    for key in filter(None, table.split(".")):
        field = next(field for name, field in model.model_fields.items() if (field.alias or name) == key)
        model = next(_models_in(field.annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ((), {}, "") or isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, tuple):
        items = (f"{item:g}" if isinstance(item, float) else f'"{item}"' for item in value)
        return f"`[{', '.join(items)}]`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _kind_text(schema: LayerSchema) -> str:
    place = {"point": "Points; areas are shown at a point inside them.", "polygon": "Polygons only."}
    rows = (_role_row(role, required=role.id in schema.required) for role in schema.roles)
    head = ("role", "holds", "recognised headers")
    return f"{place.get(schema.shape, 'Points or polygons.')}\n\n{markdown_table(head, rows)}"


def _role_row(role: Role, *, required: bool) -> tuple[str, ...]:
    unit = f" in {role.unit}" if role.unit else ""
    must = ", required" if required else ""
    return (
        f"`{role.id}`",
        f"{role.name.en} / {role.name.zh}: {role.holds}{unit}{must}",
        ", ".join(role.headers),
    )


def _parameter_rows(command: Any) -> Iterator[tuple[str, ...]]:
    for parameter in command.params:
        is_argument = parameter.param_type_name == "argument"
        name = parameter.name.upper() if is_argument else ", ".join(parameter.opts)
        # An option whose value is decided elsewhere has no default of its own and says what is shown.
        value = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
        default = "required" if parameter.required else "" if value in (None, False) else f"`{value}`"
        yield f"`{name}`", default, parameter.help or ""


def reference_page() -> str:
    """Return the page of the verbs of `geo`, from their signatures and docstrings."""
    parts = ["# Reference of the library", "", "Made from the code; `help(geo.nearest)` shows the same.", ""]
    for name in sorted(geo.__all__):
        thing = getattr(geo, name)
        text = inspect.getdoc(thing) or ""
        kind = "" if inspect.isclass(thing) else str(inspect.signature(thing))
        parts += [f"## geo.{name}", "", f"```text\n{name}{kind}\n```", "", f"```text\n{text}\n```", ""]
    return "\n".join(parts)


def main() -> None:
    """Write every page that differs and name it."""
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
