"""Write docs/study.md and docs/cli.md from the code, so that neither can say what the code does not do.

Run as ``python -m docs.make``; a test compares the files with what this module would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from api.cli.main import app
from layers.catalogue.schema import LayerSchema, Role, all_schemas
from layers.study.model import Study, study_keys

FOLDER = Path(__file__).resolve().parent

_MADE = "<!-- Written by `make docs` from the code: change the code, not this page. -->"


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    return {"study.md": study_page(), "cli.md": cli_page()}


def study_page() -> str:
    """Return the page on the study file: every key, and what each kind of layer may hold."""
    lines = [
        "# The study file",
        _MADE,
        "A study is one folder with one `study.toml`. Unknown keys are refused, and `lifecircle check` "
        "names every fault at once. `api/cli/demo.toml` is a study to copy.",
    ]
    for table in dict.fromkeys(_table_of(path) for path, _ in study_keys()):
        model = _model_at(table)
        lines += [
            f"## {_title(table, model)}",
            _table(("key", "default", "meaning"), _key_rows(table, model)),
        ]
    lines += [
        "## What a layer holds",
        'A column is recognised by its header; `columns = { role = "header" }` names it where it is not. '
        '`values = { role = "value" }` holds for every row. Where a row is, is said by `lon` and `lat`, by '
        "`coordinates`, by `geometry` (WKT), or by the geometry of the file itself.",
    ]
    for schema in all_schemas().values():
        lines += [f"### {schema.kind}: {schema.name.en} / {schema.name.zh}", _kind_text(schema)]
    return "\n\n".join(lines) + "\n"


def cli_page() -> str:
    """Return the page on the command line: every command with its arguments and options."""
    group: Any = typer.main.get_command(app)
    lines = [
        "# The command line",
        _MADE,
        "`lifecircle COMMAND`. Results go to stdout; progress and errors go to stderr. "
        "The program ends with 0 when all is well, 2 when something in what was given must be mended, 130 "
        "when it was interrupted, and 1 when the fault is ours.",
    ]
    for name, command in group.commands.items():
        lines += [f"## lifecircle {name}", " ".join((command.help or "").split())]
        if command.params:
            lines.append(_table(("argument or option", "default", "meaning"), _parameter_rows(command)))
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
    place = {"point": "Points; areas are taken at a point inside them.", "polygon": "Polygons only."}
    rows = (_role_row(role, required=role.id in schema.required) for role in schema.roles)
    head = ("role", "holds", "recognised headers")
    return f"{place.get(schema.shape, 'Points or polygons.')}\n\n{_table(head, rows)}"


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


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    ruled = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def main() -> None:
    """Write every page that differs and name it."""
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
