"""One layer from its rows to a checked frame in WGS84, a step a line, with the report of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coordinates.crs import WGS84
from geo.errors import InputError
from geo.network.network import StreetNetwork
from geo.text import Text
from layers.catalogue.headers import ColumnMap, match_columns
from layers.catalogue.schema import PLACE_ROLES, schema_of
from layers.placing.by_name import PLACE_ID, PLACE_LAYER, NamedPlaces, nowhere, place_by_name
from layers.placing.known import KnownPlaces
from layers.plots import OUTLINE, measure_plots
from layers.read.raw_table import RawTable
from layers.rows.category_column import Unknown, add_category, category_is_settled
from layers.rows.checks import (
    check_extent,
    far_from,
    note_doubles,
    note_garbled,
    note_missing_hours,
    note_shortened,
    stop_at_doubles,
)
from layers.rows.coordinates import DeclaredCrs, differs, parse_crs
from layers.rows.demand import NEEDED, count_people
from layers.rows.filling_rows import below_one_another, reject_totals, without_filling_rows
from layers.rows.frames import empty_frame, make_frame, no_outlines, outlines_of, row_keys, to_points
from layers.rows.ledger import Ledger
from layers.rows.limits import set_limits
from layers.rows.not_open import close_by_name, plan_what_opens_later, settle_homes
from layers.rows.places import (
    check_degrees,
    keep_points,
    note_rough,
    place_rows,
    tell_coordinates,
    tell_names,
)
from layers.rows.polygons import shape_polygons
from layers.rows.population import as_cells, leave_out_beyond
from layers.rows.report import CrsReport, LayerReport, PeopleEstimate
from layers.rows.roles import HOURS_STATE, Words, read_roles
from layers.study.paths import without_password
from layers.study.sources import LayerSource


@dataclass(frozen=True, slots=True, eq=False)
class LoadedLayer:
    """A layer's accepted rows and its report; the frame is empty where the layer is unusable.

    `outlines` holds, by id of the row, the areas of facilities and candidates, which are points in the frame,
    and of homes; cells of a population grid have no edge that anybody sees.
    """

    frame: gpd.GeoDataFrame
    report: LayerReport
    outlines: gpd.GeoSeries = field(default_factory=no_outlines)


def read_layer(
    layer: LayerSource,
    table: RawTable,
    words: Words,
    *,
    extent: Sequence[float] | None = None,
    streets: StreetNetwork | None = None,
    max_snap_metres: float = 0.0,
    known: Sequence[KnownPlaces] = (),
) -> LoadedLayer:
    """Check the rows of one layer and turn them into its frame.

    Parameters
    ----------
    layer
        What the study says about it.
    table
        Its rows as read.
    words
        What the words in it may mean.
    extent
        West, south, east, north of the streets, to tell what lies outside.
    streets, max_snap_metres
        The streets, where they are known: what is no polygon of its own kind (a grid, a district) and
        farther than so many metres from all of them lies outside.
    known
        The places that the columns of ``place`` may name, in their order.
    """
    schema = schema_of(layer.kind)
    table = below_one_another(table)
    columns = match_columns(
        [str(header) for header in table.cells.columns],
        schema,
        layer.columns,
        layer.values,
        table.source,
        settled=("category",) if category_is_settled(layer) else (),
    )
    headers = {match.role: match.header for match in columns.matches if match.how != "value"}
    ledger = Ledger(without_filling_rows(table, columns), headers=headers)
    ledger.faults += columns.faults
    ledger.notes += ledger.table.notes
    geometry, crs, named = _placed(ledger, columns, layer, known)
    needed = NEEDED[layer.people.method] if schema.kind == "demand" else ()
    roles = read_roles(ledger, columns, schema, words, needed=needed)
    reject_totals(ledger)
    stop_at_doubles(ledger, columns, (*needed, *PLACE_ROLES))
    unknown = add_category(ledger, columns, layer, words, roles)
    if schema.ledger:
        # What stands in a polygon counts for it, and has no point of its own.
        roles[PLACE_LAYER], roles[PLACE_ID] = named.layer, named.id
        geometry = _without_polygons(geometry)
    shapes = geometry
    geometry, estimate = _shaped(ledger, geometry, roles, columns, layer)
    note_shortened(ledger, columns.header("id"))
    _check_keys(ledger, roles)
    if layer.people.method == "grid":
        leave_out_beyond(ledger, geometry, extent)
    far = None
    if streets is not None and schema.shape != "polygon" and layer.people.method != "grid":
        far = far_from(streets, shapes, max_snap_metres)
    check_extent(ledger, geometry, extent, crs.used, far=far)
    _look(ledger, roles, geometry, layer)
    if not ledger.accepted.any() and not ledger.faults:
        _stop_empty(ledger)
    frame = (
        empty_frame(schema.frame)
        if ledger.faults
        else make_frame(
            ledger, layer.id, layer.kind, roles, geometry, unused=() if schema.ledger else columns.unused
        )
    )
    report = _report(ledger, layer, columns, crs, unknown)
    return LoadedLayer(
        frame,
        replace(report, estimate=None if ledger.faults else estimate),
        outlines_of(ledger, frame, shapes) if not ledger.faults and _has_edges(layer) else no_outlines(),
    )


def _has_edges(layer: LayerSource) -> bool:
    schema = schema_of(layer.kind)
    return schema.shape != "polygon" and layer.people.method != "grid"


def failed_layer(layer: LayerSource, error: InputError) -> LoadedLayer:
    """Return the layer whose source could not be read at all."""
    report = LayerReport(
        layer.id, layer.kind, layer.name, without_password(layer.source), faults=error.faults
    )
    return LoadedLayer(empty_frame(schema_of(layer.kind).frame), report)


def _placed(
    ledger: Ledger, columns: ColumnMap, layer: LayerSource, known: Sequence[KnownPlaces]
) -> tuple[gpd.GeoSeries, CrsReport, NamedPlaces]:
    """Return where every row is: by its own coordinates, else where the place stands that it names."""
    needed = not schema_of(layer.kind).ledger
    if needed and not layer.place:
        return (*_to_wgs84(ledger, columns, layer), nowhere(len(ledger.table.cells)))
    # What is wrong with coordinates keeps no row out that may be placed by name, or needs no place.
    own = Ledger(ledger.table)
    geometry, crs = nowhere(len(ledger.table.cells)).geometry, CrsReport(layer.crs or "")
    if ledger.table.geometry is not None or any(columns.header(role) for role in PLACE_ROLES):
        geometry, crs = _to_wgs84(own, columns, layer)
    ledger.faults += own.faults
    ledger.notes += own.notes
    unplaced = geometry.isna().to_numpy()
    named = place_by_name(ledger.table.cells, layer.place, known, unplaced)
    geometry = geometry.where(~unplaced, named.geometry)
    tell_names(ledger, named, needed=needed)
    tell_coordinates(ledger, own, geometry.notna().to_numpy())
    if needed:
        keep_points(ledger, named.geometry)
    return geometry, crs, named


def _without_polygons(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    shapes = geometry.to_numpy(dtype=object).copy()
    shapes[~shapely.is_missing(shapes) & (shapely.get_type_id(shapes) != 0)] = None
    return gpd.GeoSeries(shapes, crs=WGS84)


def _to_wgs84(ledger: Ledger, columns: ColumnMap, layer: LayerSource) -> tuple[gpd.GeoSeries, CrsReport]:
    placed = place_rows(ledger, columns)
    nowhere = gpd.GeoSeries(np.full(len(ledger.table.cells), None, dtype=object), crs=WGS84)
    declared = _declared(ledger, layer)
    if declared is None:
        return nowhere, CrsReport(layer.crs or "", ledger.table.crs or "")
    check_degrees(ledger, placed, declared)
    note_rough(ledger, placed, declared)
    if ledger.faults:
        return nowhere, CrsReport(layer.crs or "", ledger.table.crs or "", declared.name)
    converted, origin = placed.to_wgs84(declared, ledger.accepted)
    lost = ledger.accepted & converted.isna().to_numpy()
    what = Text(f"cannot be converted from {declared.name}", f"无法由 {declared.name} 转换")
    fix = Text("Check the coordinates", "请检查坐标")
    ledger.reject(lost, what, fix, code="bad_coordinate")
    steps = origin.steps if origin else ()
    accuracy = origin.accuracy_metres if origin else None
    note = _evidence(ledger, layer, declared)
    return converted, CrsReport(layer.crs or "", ledger.table.crs or "", declared.name, steps, accuracy, note)


def _declared(ledger: Ledger, layer: LayerSource) -> DeclaredCrs | None:
    system = layer.crs or ledger.table.crs
    if system is None:
        ledger.stop(
            Text("the coordinate system is not declared", "未声明坐标系"),
            Text(
                'Add crs = "EPSG:4326" (GPS, OpenStreetMap), "gcj02" (Amap, Tencent), "bd09" (Baidu) or '
                '"EPSG:4490" (survey); nothing is guessed',
                '请添加 crs："EPSG:4326"（GPS、OSM）、"gcj02"（高德、腾讯）、"bd09"（百度）或 '
                '"EPSG:4490"（测绘）；不会自动猜测',
            ),
            code="no_crs",
        )
        return None
    try:
        return parse_crs(system)
    except InputError as error:
        ledger.faults += [replace(fault, source=ledger.table.source) for fault in error.faults]
        return None


def _evidence(ledger: Ledger, layer: LayerSource, declared: DeclaredCrs) -> Text:
    """Return what speaks for the coordinate system, and note where the file says another one."""
    in_file = ledger.table.crs
    if in_file is None:
        return Text("declared by the study; the file says nothing", "由项目声明；文件未注明")
    if layer.crs is None:
        return Text("stated by the file; the study says nothing", "由文件注明；项目未声明")
    if declared.shift is not None and not differs(declared, in_file):
        return Text("declared by the study; no file can state it", "由项目声明；文件本身无法注明该坐标系")
    if not differs(declared, in_file):
        return Text("the study and the file agree", "项目声明与文件一致")
    file_system = in_file if len(in_file) < 40 else "another system"
    what = Text(
        f"the file says {file_system}, the study {declared.name}",
        f"文件注明 {file_system}，项目声明 {declared.name}",
    )
    fix = Text(
        "The study is believed; check with 'lifecircle doctor'", "以项目为准；可用 lifecircle doctor 核对"
    )
    ledger.note(what, fix, code="crs_differs")
    return what


def _shaped(
    ledger: Ledger, geometry: gpd.GeoSeries, roles: pd.DataFrame, columns: ColumnMap, layer: LayerSource
) -> tuple[gpd.GeoSeries, PeopleEstimate | None]:
    """Return points or polygons as the kind asks, people counted while the footprints are there.

    The cells of a population grid stay polygons: their people are spread when all layers are read.
    """
    schema = schema_of(layer.kind)
    estimate = None
    if ledger.faults:
        return geometry, estimate
    if schema.shape == "polygon":
        return shape_polygons(ledger, geometry, layer), estimate
    if schema.kind == "demand":
        people, estimate = count_people(ledger, roles, geometry, layer.people)
        roles["people"] = pd.Series(people)
        settle_homes(ledger, roles, people)
        _fill(roles, "group", "residents")
        _fill(roles, "shift", "all")
        if layer.people.method == "grid":
            side = layer.cell_metres if "cell_metres" in layer.model_fields_set else None
            return as_cells(ledger, geometry, side), estimate
    if schema.kind == "candidate":
        measure_plots(roles, geometry)
    points, wide = to_points(geometry)
    if OUTLINE in roles:
        # Plots and buildings are entered where they are nearest to a street.
        wide &= roles[OUTLINE].isna().to_numpy()
    if schema.kind != "demand" and ledger.table.keys is None:
        areas = shapely.get_dimensions(np.asarray(geometry.array, dtype=object)) == 2
        what = Text(
            "an area: shown at a point inside it, reached at its entrances or outline",
            "面：以内部一点显示，由出入口或边界到达",
        )
        ledger.note_rows(
            areas,
            what,
            Text("Give entrances where none are mapped", "如未标注出入口请补充"),
            code="area_as_point",
        )
        wide &= ~areas
        what = Text("a line, taken at a point of it", "线，取其中一点")
        ledger.note_rows(
            wide,
            what,
            Text("Give the entrance where it matters", "如有必要请改用出入口坐标"),
            code="line_as_point",
        )
    if schema.facility:
        close_by_name(ledger, roles)
        _fill(roles, "status", "open")
        plan_what_opens_later(ledger, roles)
        set_limits(ledger, roles, columns, layer)
        _fill(roles, HOURS_STATE, "missing")
    return points, estimate


def _fill(roles: pd.DataFrame, role: str, value: str) -> None:
    """Write the schema's own default where a sheet says nothing."""
    if role not in roles:
        roles[role] = pd.Series([value] * len(roles), dtype=object)
    else:
        roles[role] = pd.Series([value if old is None else old for old in roles[role]], dtype=object)


def _check_keys(ledger: Ledger, roles: pd.DataFrame) -> None:
    if ledger.table.keys is None and "id" not in roles:
        return
    keys = pd.Series(row_keys(ledger, roles), dtype=object)
    kept = pd.Series(ledger.accepted)
    again = keys[kept][keys[kept].duplicated(keep=False)]
    if len(again):
        value = str(again.iloc[0])
        rows = ledger.table.rows[keys.index[keys == value]][:5]
        what = Text(
            f"{again.nunique():,} identifiers stand more than once", f"{again.nunique():,} 个编号重复"
        )
        fix = Text(
            f"Rows {', '.join(map(str, rows))}: make them unique, or map columns.id to another column",
            f"第 {'、'.join(map(str, rows))} 行：请改为唯一，或将 columns.id 指向其他列",
        )
        ledger.stop(what, fix, code="duplicate_id", value=value)


def _look(ledger: Ledger, roles: pd.DataFrame, geometry: gpd.GeoSeries, layer: LayerSource) -> None:
    if ledger.faults:
        return
    note_garbled(ledger, roles)
    if schema_of(layer.kind).facility:
        note_doubles(ledger, roles, geometry)
        note_missing_hours(ledger, roles)


def _stop_empty(ledger: Ledger) -> None:
    read = len(ledger.table.cells) + len(ledger.table.broken)
    what = (
        Text(f"none of the {read:,} rows can be used", f"{read:,} 行均不可用")
        if read
        else Text("the layer has no rows", "图层没有数据行")
    )
    fix = (
        Text("See the faults of its rows", "请查看各行的问题")
        if read
        else Text(
            "Add rows below the headers, check sheet and header_row, or take the layer out of the study",
            "请在表头下补充数据，核对 sheet 与 header_row，或从项目中删除该图层",
        )
    )
    ledger.stop(what, fix, code="empty_layer")


def _report(
    ledger: Ledger, layer: LayerSource, columns: ColumnMap, crs: CrsReport, unknown: Unknown
) -> LayerReport:
    table = ledger.table
    return LayerReport(
        id=layer.id,
        kind=layer.kind,
        name=layer.name,
        source=without_password(layer.source),
        read=len(table.cells) + len(table.broken),
        accepted=int(ledger.accepted.sum()),
        rejected=int(ledger.rejected.sum()) + len(table.broken),
        left_out=int(ledger.left_out.sum()),
        faults=tuple(ledger.faults),
        row_faults=tuple(
            sorted((*table.broken[:1000], *ledger.row_faults), key=lambda fault: fault.row or 0)
        ),
        notes=tuple(ledger.notes),
        questions=tuple(ledger.questions),
        mapping=columns.matches,
        unused=columns.unused,
        crs=crs,
        details=dict(table.details),
        rejects=ledger.rejects(),
        unknown_categories=unknown,
        taken_categories=ledger.taken,
    )
