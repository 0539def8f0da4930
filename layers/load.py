"""All layers of a study as checked frames in WGS84, with a report on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import Fault, InputError
from geo.joins.barriers import Barriers, no_barriers
from geo.network.entrances import Approaches, Entrances, no_entrances
from geo.network.network import StreetNetwork
from geo.text import Text
from geo.types import Floats
from layers.answers import answered_table
from layers.catalogue.categories import categories
from layers.catalogue.schema import FrameName, kinds_of_frame, schema_of
from layers.catalogue.vocabulary import vocabulary
from layers.cell_names import cell_names
from layers.grid import square_grid
from layers.joins import JOINED_FRAMES, DecidedJoin, decided_joins
from layers.lines.extract import extract_of
from layers.osm.basemap import read_basemap
from layers.osm.entrances import read_entrances
from layers.osm.features import read_extract_layers
from layers.osm.kept import barriers_of, entered_buildings_of, named_streets_of, street_ends_of
from layers.placing.known import KnownPlaces, known_places
from layers.placing.order import reading_order
from layers.published import with_published_known
from layers.read.files import read_file
from layers.read.optional import need
from layers.read.raster import RASTER_SUFFIXES, read_population
from layers.read.raw_table import RawTable
from layers.rows.frames import Box, box_of, join_frames, make_frame, no_outlines, widened
from layers.rows.ledger import Ledger
from layers.rows.read_layer import LoadedLayer, failed_layer, read_layer
from layers.rows.report import CrsReport, LayerReport
from layers.rows.roles import Words
from layers.spread import place_of, spread_people
from layers.study.model import Study
from layers.study.paths import without_password
from layers.study.sources import LayerSource

Extent = Sequence[float]
Held = TypeVar("Held")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Layers:
    """The layers of a study, frames of a kind joined; every frame is there, if need be without rows.

    Attributes
    ----------
    facilities
        Stations, centres, merchants and other places that offer a service.
    demand
        People.
    grids, areas
        Polygons; generated grids among them.
    land
        Polygons of residential land.
    candidates, needs
        Possible sites; wishes (positions are never to be shown one by one).
    resources, venues, services, firms
        What is offered, rooms that can be booked, services at a window, enterprises.
    reports
        One a layer, in the order of the study.
    barriers
        What is not walked across between a place and its street; none where the extract cannot be read.
    entrances
        Rows of the study's own entrances.
    approaches
        Outlines of the facilities, candidates and homes that are areas; the study's own entrances and
        those of the extract.
    street_ends
        float64 [n, 2]: where the streets stop because the extract was cut there, degrees of WGS84.
    street_box
        West, south, east and north of the streets in degrees; None where they are not known.
    decided
        The joins to the streets that the study decides.
    own_faults
        What is wrong with the study and seen only now that its layers are read.
    """

    facilities: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    land: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    needs: gpd.GeoDataFrame
    resources: gpd.GeoDataFrame
    venues: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    firms: gpd.GeoDataFrame
    reports: tuple[LayerReport, ...]
    barriers: Barriers
    entrances: gpd.GeoDataFrame
    approaches: Approaches
    street_ends: Floats
    street_box: Box | None = None
    decided: tuple[DecidedJoin, ...] = ()
    own_faults: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What makes layers unusable, of all layers."""
        return tuple(fault for report in self.reports for fault in report.faults)

    def rows_of(self, layer_id: str, kind: str) -> gpd.GeoDataFrame:
        """Return the accepted rows of one layer, from the frame that its kind is joined in."""
        frame: gpd.GeoDataFrame = getattr(self, schema_of(kind).frame)
        return frame[(frame["layer"] == layer_id).to_numpy()]

    def report(self, layer_id: str) -> LayerReport:
        """Return the report of a layer; a KeyError where there is none."""
        for report in self.reports:
            if report.id == layer_id:
                return report
        raise KeyError(layer_id)


def load_layers(
    study: Study,
    *,
    extent: Extent | None = None,
    streets: StreetNetwork | None = None,
    strict: bool = True,
    cache: Path | None = None,
) -> Layers:
    """Read, check and convert every layer of a study.

    Parameters
    ----------
    study
        The study.
    extent
        West, south, east, north of the streets in WGS84, to lay a grid where there is no demand, and to tell
        what lies outside: what is farther away than a point may be from its street. Without it and without
        `streets` nothing counts as outside.
    streets
        The streets themselves, in place of `extent`: a point lies outside the study that is farther from
        every street than a point may be, wherever the box of the streets ends.
    strict
        Whether unusable layers raise; ``check`` reads them all the same and shows their reports.
    cache
        Where what is read from the extract beside its streets is kept.

    Raises
    ------
    InputError
        When strict, with the faults of all layers at once.
    """
    words = words_of(study)
    if streets is not None:
        extent = streets.bounds
    extracted = read_extract_layers(study)
    near = None if extent is None else widened(extent, study.max_snap_metres)
    loaded: dict[str, LoadedLayer] = {}
    for layer in reading_order(study.layers):
        if layer.source == "grid":
            loaded[layer.id] = _generate(study, layer, _joined(study, loaded, "demand"), extent, cache)
        else:
            # The cells of a population grid are counted whole: those beyond the streets are not.
            around = extent if layer.people.method == "grid" else near
            loaded[layer.id] = _load(study, layer, extracted, words, around, streets, loaded)
    outlines = gpd.GeoSeries(pd.concat([no_outlines(), *(each.outlines for each in loaded.values())]))
    entrances = _joined(study, loaded, "entrances")
    buildings = _of_extract(
        lambda: entered_buildings_of(extract_of(study), cache=cache), np.empty(0, dtype=object)
    )
    layers = Layers(
        facilities=_joined(study, loaded, "facilities"),
        demand=_joined(study, loaded, "demand"),
        grids=_joined(study, loaded, "grids"),
        areas=_joined(study, loaded, "areas"),
        land=_joined(study, loaded, "land"),
        candidates=_joined(study, loaded, "candidates"),
        needs=_joined(study, loaded, "needs"),
        resources=_joined(study, loaded, "resources"),
        venues=_joined(study, loaded, "venues"),
        services=_joined(study, loaded, "services"),
        firms=_joined(study, loaded, "firms"),
        reports=tuple(loaded[layer.id].report for layer in study.layers),
        entrances=entrances,
        approaches=Approaches(
            outlines=outlines,
            entrances=_entrances(study, entrances, mapped=len(outlines) + len(buildings) > 0),
            buildings=buildings,
            holding=_holding(loaded, outlines),
        ),
        barriers=_opened(
            _of_extract(lambda: barriers_of(extract_of(study), cache=cache), no_barriers()), entrances
        ),
        street_ends=_of_extract(lambda: street_ends_of(extract_of(study), cache=cache), np.empty((0, 2))),
        street_box=None if extent is None else (extent[0], extent[1], extent[2], extent[3]),
    )
    layers = _with_decided(study, layers)
    faults = (*layers.faults, *layers.own_faults)
    if strict and faults:
        raise InputError(faults)
    return layers


def words_of(study: Study) -> Words:
    """Return the categories and words a study understands, its own among them."""
    return Words(
        categories=categories().with_own(study.categories).with_rules(study.name_rules),
        tiers=vocabulary("tier").with_own(study.tiers),
        states=vocabulary("status"),
        groups=vocabulary("group"),
        shifts=vocabulary("shift"),
        functions=vocabulary("function").with_own(study.functions),
        need_states=vocabulary("need_state").with_own(study.need_states),
    )


def _load(
    study: Study,
    layer: LayerSource,
    extracted: dict[str, RawTable | InputError],
    words: Words,
    extent: Extent | None,
    streets: StreetNetwork | None,
    before: Mapping[str, LoadedLayer],
) -> LoadedLayer:
    try:
        table = answered_table(layer, _table_of(study, layer, extracted, extent))
        loaded = read_layer(
            layer,
            table,
            words,
            extent=extent,
            streets=streets,
            max_snap_metres=study.max_snap_metres,
            known=_places_named(layer, before),
        )
        return with_published_known(layer, _spread(study, layer, loaded, extent))
    except InputError as error:
        return failed_layer(layer, error)


def _places_named(layer: LayerSource, before: Mapping[str, LoadedLayer]) -> tuple[KnownPlaces, ...]:
    """Return the places that the columns of a layer may name.

    Raises
    ------
    InputError
        When one of those layers could not be read: every name would be unknown.
    """
    for rule in layer.place:
        if before[rule.layer].report.faults:
            what = Text(
                f"places of layer '{rule.layer}' are named, which cannot be used",
                f"按图层“{rule.layer}”落位，而该图层无法使用",
            )
            fix = Text("Mend that layer first", "请先修正该图层")
            raise InputError([Fault(what, fix, source=layer.source, code="place_layer")])
    return tuple(known_places(rule.layer, before[rule.layer].frame) for rule in layer.place)


def _spread(study: Study, layer: LayerSource, loaded: LoadedLayer, extent: Extent | None) -> LoadedLayer:
    """Return a population grid with its people where they live; other layers as they are."""
    rule = layer.people
    if rule.method != "grid" or not len(loaded.frame):
        return loaded
    split = rule.spread == "dwellings"
    place = place_of(extract_of(study), extent, default_levels=rule.default_levels, split=split)
    return spread_people(loaded, place)


def _table_of(
    study: Study, layer: LayerSource, extracted: dict[str, RawTable | InputError], extent: Extent | None
) -> RawTable:
    if layer.source == "extract":
        table = extracted[layer.id]
        if isinstance(table, InputError):
            raise table
        return table
    if layer.is_database:
        need("psycopg", "postgis", layer.id)
        from layers.read.postgis import read_postgis

        return read_postgis(layer.source, table=layer.table, sql=layer.sql)
    path = study.path_of(layer)
    assert path is not None
    if path.suffix.lower() in RASTER_SUFFIXES:
        box = extent if extent is not None else read_basemap(extract_of(study)).bounds
        return read_population(path, box, source=layer.source)
    return read_file(path, layer, source=layer.source)


def _generate(
    study: Study,
    layer: LayerSource,
    demand: gpd.GeoDataFrame,
    extent: Extent | None,
    cache: Path | None,
) -> LoadedLayer:
    """Return a generated grid: over the demand where there is some, else over the streets."""
    try:
        if len(demand):
            box: Extent = box_of(demand.geometry)
        else:
            box = extent if extent is not None else read_basemap(extract_of(study)).bounds
        only = demand.geometry if len(demand) and not layer.keep_empty else None
        grid = square_grid(box, cell_metres=layer.cell_metres, points=only)
        streets = named_streets_of(extract_of(study), language=study.language, cache=cache)
    except InputError as error:
        named = [replace(fault, source=fault.source or f"layer {layer.id}") for fault in error.faults]
        return failed_layer(layer, InputError(named))
    names = grid["name"].to_numpy(dtype=object)
    ledger = Ledger(RawTable(pd.DataFrame(index=range(len(grid))), np.arange(1, len(grid) + 1), keys=names))
    called = cell_names(grid, streets, language=study.language)
    roles = pd.DataFrame({"name": pd.Series(called, dtype=object)})
    frame = make_frame(ledger, layer.id, layer.kind, roles, grid.geometry)
    note = Text(f"{layer.cell_metres:g} m cells, laid out in local metres", f"{layer.cell_metres:g} 米网格")
    report = LayerReport(
        id=layer.id,
        kind=layer.kind,
        name=layer.name,
        source=without_password(layer.source),
        read=len(grid),
        accepted=len(grid),
        crs=CrsReport(used="EPSG:4326", note=note),
    )
    return LoadedLayer(frame, report)


def _joined(study: Study, loaded: Mapping[str, LoadedLayer], name: FrameName) -> gpd.GeoDataFrame:
    """Return the rows of all layers whose kinds are joined in a frame, in the order of the study."""
    kinds = kinds_of_frame(name)
    frames = [loaded[layer.id].frame for layer in study.layers if layer.id in loaded and layer.kind in kinds]
    return join_frames(name, [frame for frame in frames if len(frame)])


def _opened(barriers: Barriers, own: gpd.GeoDataFrame) -> Barriers:
    """Return barriers that are open at the study's own entrances too."""
    gates = shapely.get_coordinates(own.geometry.to_numpy(dtype=object)).reshape(-1, 2)
    if not len(gates):
        return barriers
    openings = np.vstack([barriers.openings, gates])
    return Barriers(lines=barriers.lines, kind=barriers.kind, openings=openings)


def _with_decided(study: Study, layers: Layers) -> Layers:
    """Return the layers with the rows that ``[[join]]`` is about, or with what is wrong with it."""
    frames = [getattr(layers, name) for name in JOINED_FRAMES]
    unread = frozenset(report.id for report in layers.reports if report.faults)
    try:
        return replace(layers, decided=decided_joins(study, frames, unread=unread))
    except InputError as error:
        return replace(layers, own_faults=tuple(error.faults))


def _of_extract(read: Callable[[], Held], nothing: Held) -> Held:
    """Return what an extract holds; whoever opens its streets says what is wrong with it."""
    try:
        return read()
    except InputError:
        return nothing


def _entrances(study: Study, own: gpd.GeoDataFrame, *, mapped: bool) -> Entrances:
    """Return the study's own entrances and, where something lies behind them, those of the extract."""
    found = read_entrances(extract_of(study), language=study.language) if mapped else no_entrances()
    return Entrances(
        points=np.concatenate([own.geometry.to_numpy(dtype=object), found.points]),
        name=np.concatenate([own["name"].to_numpy(dtype=object), found.name]),
        owner=np.concatenate([own["owner"].to_numpy(dtype=object), found.owner]),
        private=np.concatenate([np.zeros(len(own), np.bool_), found.private]),
    )


def _holding(loaded: Mapping[str, LoadedLayer], outlines: gpd.GeoSeries) -> dict[str, str | None]:
    """Return the names of the services that are areas, by id: others may lie inside them."""
    held: dict[str, str | None] = {}
    for each in loaded.values():
        if schema_of(each.report.kind).frame == "facilities":
            frame = each.frame[each.frame["id"].isin(outlines.index)]
            held |= dict(zip(frame["id"], frame["name"].astype(object), strict=True))
    return held


def all_polygons(layers: Layers) -> gpd.GeoDataFrame:
    """Return grids and areas in one frame."""
    frames = [frame for frame in (layers.grids, layers.areas) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else layers.grids
