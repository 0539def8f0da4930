"""The page on results: every file, layer, sheet and column, its unit, and how it is computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.streets import MADE, markdown_table
from geo.text import Text
from layers.write.geodata.features import DICTIONARY, Field
from layers.write.table import Column, Kind
from maps.book import columns
from maps.book.columns import how_of
from maps.book.compare import COMPARE_SHEETS
from maps.book.conclusion import NAME as CONCLUSION
from maps.book.conclusion import VERDICTS
from maps.book.sheets import SHEETS
from maps.book.siting import SITING_SHEETS
from maps.book.spec import SheetSpec, TableSpec
from maps.geodata.fields import fields_of
from maps.geodata.run import NAMES
from maps.geodata.siting import COMPARE_NAMES, SITING_NAMES
from maps.geodata.tables import LONG_NAMES

_UNITS: dict[Kind, Text] = {
    "count": Text("whole number", "整数"),
    "amount": Text("number", "数"),
    "share": Text("percent; in files 0 to 1", "百分比，文件中为 0–1"),
    "minutes": Text("min", "分钟"),
    "metres": Text("m", "米"),
    "ratio": Text("number", "数"),
    "degrees": Text("degrees", "度"),
    "yes": Text("yes or no", "是/否"),
}
_HEAD = ("column", "English", "中文", "unit", "how it is computed", "算法")
_OF_LAYER: dict[str, tuple[tuple[str, str], ...]] = {
    "grid_coverage": (("polygon", ""), ("of_requirement_in_polygon", "REQUIREMENT_")),
    "area_coverage": (("polygon", ""), ("of_requirement_in_polygon", "REQUIREMENT_")),
    "facilities": (("facilities", ""),),
    "demand": (("demand", ""), ("of_category", "CATEGORY_"), ("of_requirement_at_point", "REQUIREMENT_")),
    "isochrones": (("rings", ""),),
    "cut_off": (("cut_off", ""),),
    "land": (("land", ""), ("of_requirement_on_land", "REQUIREMENT_")),
}
_MEASURE = Field(
    key="CATEGORY_MEASURE",
    name=Text("a measure of accessibility, where the study asks for it", "可达性指标，项目设定时列出"),
    how=Text("by the formula on the sheet of notes", "公式见“数据与说明”"),
)
_WIDE: dict[str, tuple[tuple[str, Text, Text], ...]] = {
    "by_area": (
        ("REQUIREMENT", columns.REACH_SHARE.header, how_of("", "reach_share")),
        ("REQUIREMENT", columns.ROOM_SHARE.header, how_of("", "room_share")),
        ("REQUIREMENT", columns.METRES_SHARE.header, how_of("", "metres_share")),
    ),
    "cases": (
        ("CASE", columns.REACH_SHARE.header, how_of("", "reach_share")),
        ("CASE", columns.ROOM_SHARE.header, how_of("", "room_share")),
    ),
    "causes": (("CAUSE", Text("people", "人数"), how_of("", "cause")),),
    "hours": (("REQUIREMENT", Text("share covered at the hour", "整点覆盖率"), how_of("", "share")),),
}
_OF_A_PLACE = (
    ("MINUTES", Text("People within MINUTES min", "MINUTES 分钟内人口"), how_of("places", "within")),
    ("GROUP", Text("MINUTES min: GROUP", "MINUTES 分钟内：GROUP"), how_of("places", "within_group")),
    ("TIER", Text("nearest TIER", "最近TIER"), how_of("places", "nearest_station")),
    ("TIER", Text("nearest TIER (min)", "最近TIER（分钟）"), how_of("places", "nearest_minutes")),
)
_WIDE |= dict.fromkeys(("partners", "stations", "candidate_circles", "places"), _OF_A_PLACE)
_WIDE |= {"function_matrix": (("FUNCTION", Text("FUNCTION", "FUNCTION"), how_of("function_matrix", "has")),)}
_WIDE |= {"accessibility": (("CATEGORY: MEASURE", Text("(unit)", "（单位）"), _MEASURE.how),)}
_WIDE_SHEETS_ALONE = frozenset(_WIDE) - {"accessibility", "places", "function_matrix"}
"""Tables whose files are long: only their sheets have a column for each requirement, case or hour."""
_WIDE |= {"land": _WIDE["by_area"], "hours_if_open": _WIDE["hours"]}
_WIDE_SHEETS_ALONE |= {"land", "hours_if_open"}


def results_page() -> str:
    """Return the page on results."""
    return "\n\n".join([*_files(), *_geodata(), *_book(), *_plans()]) + "\n"


def _files() -> Iterator[str]:
    yield "# Results"
    yield MADE
    yield (
        "Every layer, sheet, table and column that a run and a plan write, its unit, and how it is computed. "
        "Words are those of the study's language; keys of layers in files are the same in both. The same "
        "definitions stand in each `results.gpkg` (table 数据字典 or dictionary), as descriptions of the "
        "columns of `results.parquet`, and in `fields.csv` beside shapefiles."
    )
    yield markdown_table(
        ("file", "what it holds"),
        (
            ("`map.html`", "the map; carries the tables below"),
            ("`assessment.xlsx`", "all sheets below; `coverage.xlsx` those marked short, of the first case"),
            ("`*.csv`", "UTF-8 with a byte order mark, all rows, the same columns in every run"),
            (
                "`results.gpkg`",
                "GeoPackage 1.2 in `crs_out`: layers, long tables as attributes, styles for QGIS",
            ),
            ("`results.parquet`", "every demand point once for each case, GeoParquet"),
            ("`results.shp.zip`, `results.dxf`", "the same layers, where `[export] formats` asks for them"),
            ("`run.json`", "the record: [run.schema.json](run.schema.json)"),
            (
                "`siting/NAME/`",
                "`siting.xlsx`, `siting.gpkg`, `siting.html`, `change.toml`, `run.json` of a plan",
            ),
        ),
    )


def _geodata() -> Iterator[str]:
    yield "## Layers: results.gpkg"
    yield (
        "One wide layer a case: those of further cases end in `_CASE`. `REQUIREMENT` stands for the key of a "
        "requirement (`pharmacy`, `clinic_c15`), `CATEGORY` for that of a service. Shares are written with "
        "three decimals, minutes with two, metres with one. People of small groups are merged."
    )
    for key, (name, about) in NAMES.items():
        yield f"### {name.en} / {name.zh}"
        yield f"{about.en}. {about.zh}。"
        fields = [
            _prefixed(field, prefix)
            for table, prefix in _OF_LAYER[key]
            for field in fields_of(table).values()
        ]
        yield _fields_table([*fields, _MEASURE] if key == "demand" else fields)
    ids = list(fields_of("ids").values())
    for key, (name, about) in LONG_NAMES.items():
        yield f"### {name.en} / {name.zh} (no places)"
        yield f"{about.en}. {about.zh}。"
        yield _fields_table([*ids, *(_field(key, column) for column in _csv_columns(key))])
    yield f"### {DICTIONARY.name.en} / {DICTIONARY.name.zh} (no places)"
    yield f"{DICTIONARY.about.en}. {DICTIONARY.about.zh}。"
    yield _fields_table(DICTIONARY.fields)
    yield "## Points: results.parquet"
    yield "Column `case` and all columns of the layer demand; ids stay ids."
    yield _fields_table(fields_of("case").values())


def _book() -> Iterator[str]:
    yield "## Sheets: assessment.xlsx, and CSV"
    yield f"### {CONCLUSION.en} / {CONCLUSION.zh}"
    yield _columns_table("conclusion", VERDICTS)
    for sheet in SHEETS:
        for table in sheet.tables:
            yield _title(sheet, table)
            yield _columns_table(table.key, _every(table), _WIDE.get(table.key, ()))
    for sheet in SHEETS:
        for table in sheet.csv:
            yield f"### {table.key}.csv"
            wide = () if table.key in _WIDE_SHEETS_ALONE else _WIDE.get(table.key, ())
            yield _columns_table(table.key, _every(table), wide)


def _plans() -> Iterator[str]:
    for title, sheets in (("siting.xlsx", SITING_SHEETS), ("compare.xlsx", COMPARE_SHEETS)):
        yield f"## Sheets: {title}"
        for sheet in sheets:
            for table in sheet.tables:
                yield _title(sheet, table)
                yield _columns_table(table.key, _every(table))
    yield "## Layers: siting.gpkg, compare.gpkg"
    yield markdown_table(
        ("layer", "what its rows are"),
        (
            (f"{name.en} / {name.zh}", f"{about.en}. {about.zh}。")
            for name, about in (*SITING_NAMES.values(), *COMPARE_NAMES.values())
        ),
    )
    yield "Each has those of these columns that its rows can have."
    yield _fields_table(fields_of("plan").values())


def _title(sheet: SheetSpec, table: TableSpec) -> str:
    alone = table.caption == sheet.name
    name = (
        sheet.name
        if alone
        else Text(f"{sheet.name.en}: {table.caption.en}", f"{sheet.name.zh}：{table.caption.zh}")
    )
    return f"### {name.en} / {name.zh}{' (short, too)' if sheet.short else ''}"


def _every(table: TableSpec) -> tuple[Column, ...]:
    return table.every or (() if callable(table.columns) else table.columns)


def _csv_columns(key: str) -> tuple[Column, ...]:
    return next(_every(table) for sheet in SHEETS for table in sheet.csv if table.key == key)


def _prefixed(field: Field, prefix: str) -> Field:
    return Field(key=prefix + field.key, name=field.name, unit=field.unit, how=field.how)


def _field(table: str, column: Column) -> Field:
    unit = _UNITS.get(column.kind, Text("", ""))
    return Field(key=column.key, name=column.header, unit=unit, how=how_of(table, column.key))


def _fields_table(fields: Iterable[Field]) -> str:
    return markdown_table(
        _HEAD,
        (
            (f"`{each.key}`", each.name.en, each.name.zh, _both(each.unit), each.how.en, each.how.zh)
            for each in fields
        ),
    )


def _columns_table(key: str, shown: Iterable[Column], wide: Iterable[tuple[str, Text, Text]] = ()) -> str:
    rows = [
        (
            f"`{each.key}`",
            each.header.en,
            each.header.zh,
            _both(_UNITS.get(each.kind, Text("", ""))),
            how.en,
            how.zh,
        )
        for each in shown
        for how in [how_of(key, each.key)]
    ]
    for of, header, how in wide:
        named = (
            header
            if of in header.en or "MINUTES" in header.en
            else Text(f"{of}: {header.en}", f"{of} {header.zh}")
        )
        rows.append((f"one a {of.lower()}", named.en, named.zh, "", how.en, how.zh))
    return markdown_table(_HEAD, rows)


def _both(text: Text) -> str:
    return text.en if text.en == text.zh else f"{text.en} / {text.zh}"
