"""The study: one folder, one ``study.toml``, parsed into frozen models that refuse what they do not know.

Every key carries its description (``Field(description=...)``), so that the documentation and the model
cannot drift apart: :func:`study_keys` lists them all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
)

from geo.errors import Fault, InputError, because
from geo.measures.access import AccessMeasure
from geo.text import Language, Text
from layers.study.checks import check_whole
from layers.study.faults import faults_of, with_layer_names
from layers.study.fields import Identifier, StudyTable, TextValue, Words
from layers.study.joins import JoinRow
from layers.study.outputs import USUAL_CRS, Export, OutputCrs
from layers.study.paths import resolve_source
from layers.study.siting.question import NamedSiteQuestion
from layers.study.sources import AnsweredCell, CategoryRule, LayerSource, NamedPlace, PeopleRule, Streets
from layers.study.templates import OfficeBook, OfficeReport

STUDY_FILE = "study.toml"
MAX_STUDY_BYTES = 1_000_000


class OwnCategory(StudyTable):
    """``[[category]]``: a category of the study's own, or more names for a built-in one."""

    id: Identifier = Field(description="id of the category")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")
    amap: tuple[Words, ...] = Field(default=(), description="Amap paths that mean it, from the left")
    osm: tuple[Words, ...] = Field(default=(), description="OSM tags that mean it, as key=value")


class OwnNameRule(StudyTable):
    """``[[name_rule]]``: words of a row's name that decide its category, whatever it is filed under."""

    category: Identifier = Field(description="id of the category it is")
    words: tuple[Words, ...] = Field(min_length=1, description="one of them stands in the name")
    over: tuple[Identifier, ...] = Field(
        default=(), description="ids of categories it may be filed under; any where left out"
    )
    unless: tuple[Words, ...] = Field(default=(), description="none of these stands in the name")


class OwnTier(StudyTable):
    """``[[tier]]``: a tier of the study's own."""

    id: Identifier = Field(description="id of the tier")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")
    minutes: Annotated[float, Field(gt=0, le=240)] | None = Field(
        default=None, description="how far a station of this tier reaches; the longest minutes if left out"
    )


class OwnFunction(StudyTable):
    """``[[function]]``: a function of the study's own catalogue."""

    id: Identifier = Field(description="id of the function")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")


class OwnNeedState(StudyTable):
    """``[[need_state]]``: a state of a case in a ledger, in the office's own words."""

    id: Identifier = Field(description="id of the state")
    zh: Words = Field(description="Chinese name")
    en: Words = Field(description="English name")
    names: tuple[Words, ...] = Field(default=(), description="other words for it in a sheet")
    closes: bool = Field(default=False, description="true: a case in this state is settled")


class CaseRow(StudyTable):
    """``[[case]]``: who travels, at which hour and on which date; every result is given for each case."""

    id: Identifier = Field(description="id of the case, unique in the study")
    name: Words | None = Field(
        default=None, description="name shown to people; made of profile and hour if left out"
    )
    profile: Words | None = Field(default=None, description="who travels; that of the study where left out")
    at: TextValue | None = Field(
        default=None,
        description="moment the services are used at: 'Tue 20:30', '周二 20:30' or a date and time",
    )
    on: date | None = Field(
        default=None, description="date: what is planned or built counts from the day it opens"
    )
    shift: Literal["in", "out", "all"] = Field(
        default="all", description="people within (in) or outside (out) the eight working hours, or all"
    )


class Accessibility(StudyTable):
    """``[accessibility]``: measures of accessibility for every demand point; without the table none."""

    measures: tuple[AccessMeasure, ...] = Field(
        default=("nearest", "k_nearest_mean", "cumulative", "gravity"),
        min_length=1,
        description="nearest, k_nearest_mean (minutes); cumulative, gravity (supply within the catchment); "
        "2sfca, e2sfca, gaussian_2sfca (capacity per 1,000 people; every facility must give its capacity)",
    )
    categories: tuple[Words, ...] = Field(
        default=(), description="categories to measure; all that are assessed where left out"
    )
    minutes: Annotated[float, Field(gt=0, le=240)] | None = Field(
        default=None, description="catchment in minutes; the longest minutes of the study where left out"
    )
    k: int = Field(default=3, ge=1, le=50, description="how many nearest k_nearest_mean takes")
    supply: Literal["places", "capacity"] = Field(
        default="places", description="what cumulative and gravity add up: places, or their capacity"
    )
    decay: Literal["gaussian", "exponential", "power"] = Field(
        default="gaussian",
        description="decay of gravity: exp(-t²/2s²), 2^(-t/h), or t^-power with t in minutes, 1 at least",
    )
    decay_minutes: Annotated[float, Field(gt=0, le=240)] | None = Field(
        default=None, description="s of gaussian, h of exponential; a third of the catchment where left out"
    )
    power: float = Field(default=1.0, gt=0, le=10, description="exponent of the power decay")
    weights: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        default=(1.0, 0.68, 0.22),
        min_length=1,
        max_length=24,
        description="e2sfca: weights of equally wide zones of the catchment, the nearest first",
    )


class Study(StudyTable):
    """A study as its author wrote it; paths are resolved by :meth:`path_of`."""

    folder: Path = Field(description="the study's folder; not a key of the file")
    name: Words = Field(description="title of the study")
    language: Language = Field(default="en", description="language of the results: zh or en")
    minutes: tuple[Annotated[float, Field(gt=0, le=240)], ...] = Field(
        default=(5.0, 10.0, 15.0), min_length=1, max_length=24, description="limits in minutes, rising"
    )
    profile: Words = Field(default="walk", description="travel profile: a built-in one or a .toml file")
    standard: Words = Field(
        default="demo", description="standard of requirements: a built-in one or a .toml file"
    )
    at: TextValue | None = Field(
        default=None, description="moment the services are used at; without it opening hours are not asked"
    )
    on: date | None = Field(
        default=None, description="date: what is planned or built counts from the day it opens; none: never"
    )
    holidays: Annotated[
        str, StringConstraints(pattern=r"^([A-Z]{2}|.{1,400}\.([cC][sS][vV]|[tT][oO][mM][lL]))$")
    ] = Field(
        default="CN",
        description="whose public holidays (PH) opening hours mean: a country, two capitals, or a file of "
        "days off and worked weekends, .csv (date,kind with off or working) or .toml (off, working)",
    )
    week: bool = Field(default=False, description="true: also count coverage at every hour of a week")
    choices: int = Field(
        default=3,
        ge=1,
        le=20,
        description="how many of the nearest facilities are named for each point; all in reach are counted",
    )
    mean_of: Annotated[int, Field(ge=1, le=50)] | None = Field(
        default=None, description="how many nearest a mean of the standard takes; its own number if left out"
    )
    accessibility: Accessibility | None = Field(
        default=None, description="measures of accessibility; none where left out"
    )
    provided: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default={}, description="amounts there are today, by the key of the standard's quota or its category"
    )
    targets: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(
        default={},
        description="share of people to be covered, by the key of a requirement or its category: "
        "targets = { clinic = 0.85 }; the workbook says whether it is met, and lists what is below it",
    )
    cost_unit: Words | None = Field(
        default=None, description="unit of the candidates' costs and budgets, such as 万元, beside every cost"
    )
    conditions: tuple[Words, ...] = Field(
        default=(),
        max_length=24,
        description="ids of the standard's conditions that hold for the whole study, such as inner_ring; "
        "areas may say theirs in a column 区位 (setting)",
    )
    office: Words | None = Field(default=None, description="who made the study (编制单位), on every sheet")
    max_snap_metres: float = Field(
        default=200.0, gt=0, le=5000, description="points farther from a street are reported, not joined"
    )
    out: Words = Field(default="out", description="folder of the results, inside the study's folder")
    crs_out: OutputCrs = Field(
        default=USUAL_CRS,
        description="coordinate system of the files for a GIS: EPSG:4490 (CGCS2000), EPSG:4549 ...",
    )
    streets: Streets = Field(description="where the streets come from")
    layers: tuple[LayerSource, ...] = Field(
        alias="layer", min_length=1, max_length=200, description="the layers, at least one"
    )
    categories: tuple[OwnCategory, ...] = Field(
        default=(), alias="category", description="categories of the study's own"
    )
    name_rules: tuple[OwnNameRule, ...] = Field(
        default=(), alias="name_rule", description="names that decide the category of a row"
    )
    tiers: tuple[OwnTier, ...] = Field(default=(), alias="tier", description="tiers of the study's own")
    functions: tuple[OwnFunction, ...] = Field(
        default=(), alias="function", description="functions of the study's own"
    )
    need_states: tuple[OwnNeedState, ...] = Field(
        default=(), alias="need_state", description="states of cases in the study's own words"
    )
    cases: tuple[CaseRow, ...] = Field(
        default=(), max_length=24, alias="case", description="who travels when; one case where left out"
    )
    joins: tuple[JoinRow, ...] = Field(
        default=(), max_length=1000, alias="join", description="joins to the streets that the study decides"
    )
    questions: tuple[NamedSiteQuestion, ...] = Field(
        default=(), max_length=50, alias="site", description="siting questions, asked by name"
    )
    book: OfficeBook | None = Field(
        default=None, description="the office's own workbook; none where left out"
    )
    report: OfficeReport | None = Field(
        default=None, description="the office's own report; our own layout where left out"
    )
    export: Export | None = Field(
        default=None, description="further formats for the layers of a run; none where left out"
    )
    review_number: Words | None = Field(
        default=None, description="map review number (审图号), printed on every map"
    )

    @property
    def extract(self) -> Path:
        """Absolute path of the file of the streets: an extract, or lines (`layers.lines.extract`)."""
        return resolve_source(self.folder, self.streets.file, outside=self.streets.outside)

    @property
    def elevation(self) -> Path | None:
        """Absolute path of the file of elevations; None where the streets are taken as level."""
        written = self.streets.elevation
        return resolve_source(self.folder, written, outside=self.streets.outside) if written else None

    @property
    def holidays_file(self) -> Path | None:
        """Absolute path of the calendar of holidays; None where it is a country's."""
        return resolve_source(self.folder, self.holidays) if "." in self.holidays else None

    @property
    def book_template(self) -> Path | None:
        """Absolute path of the office's own workbook; None where there is none."""
        return None if self.book is None else resolve_source(self.folder, self.book.template)

    @property
    def report_template(self) -> Path | None:
        """Absolute path of the office's own report; None where there is none."""
        return None if self.report is None else resolve_source(self.folder, self.report.template)

    @property
    def out_folder(self) -> Path:
        """Absolute path of the folder of the results."""
        return resolve_source(self.folder, self.out)

    @property
    def attributions(self) -> tuple[str, ...]:
        """Attributions of streets, elevations and layers, each once."""
        heights = self.streets.elevation_attribution
        named = [
            self.streets.attribution,
            *([heights] if heights else []),
            *map(self.attribution_of, self.layers),
        ]
        return tuple(dict.fromkeys(named))

    def path_of(self, layer: LayerSource) -> Path | None:
        """Return the absolute path of a layer's file; None where it has none."""
        return resolve_source(self.folder, layer.source, outside=layer.outside) if layer.is_file else None

    def layer(self, layer_id: str) -> LayerSource:
        """Return the layer of that id; a KeyError where there is none."""
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def attribution_of(self, layer: LayerSource) -> str:
        """Return the attribution of a layer: its own, else that of the streets."""
        return layer.attribution or self.streets.attribution


def read_study(path: Path) -> Study:
    """Read and check a study.

    Parameters
    ----------
    path
        The folder, or the TOML file in it.

    Raises
    ------
    InputError
        With every fault of the file at once; ``source`` is the key, layers counted from 1
        (``layer[2].columns.lon``).
    """
    file = path / STUDY_FILE if path.is_dir() else path
    return parse_study(study_text(file), file.parent, source=str(file))


def parse_study(text: str, folder: Path, *, source: str = STUDY_FILE) -> Study:
    """Check a study given as TOML text.

    Parameters
    ----------
    text
        The study file.
    folder
        The folder that relative sources are in.
    source
        What to call the text in a fault of its syntax.

    Raises
    ------
    InputError
        With every fault of the text at once.
    """
    raw = _parse(text, source)
    folder = folder.resolve()
    faults = [*check_whole(raw, folder)]
    try:
        study = Study.model_validate({**raw, "folder": folder})
    except ValidationError as error:
        faults = [*faults_of(error, Study), *faults]
    if faults:
        raise InputError(with_layer_names(faults, raw))
    return study


def study_keys() -> Iterator[tuple[str, str]]:
    """Yield every key of a study file with its description, in the order of the models.

    Examples
    --------
    >>> keys = dict(study_keys())
    >>> keys["layer.sheet"]
    'sheet of a workbook, by name or by number from 1'
    """
    tables: tuple[tuple[str, type[BaseModel]], ...] = (
        ("", Study),
        ("streets.", Streets),
        ("layer.", LayerSource),
        ("layer.category.", CategoryRule),
        ("layer.people.", PeopleRule),
        ("layer.place.", NamedPlace),
        ("layer.cells.", AnsweredCell),
        ("category.", OwnCategory),
        ("name_rule.", OwnNameRule),
        ("tier.", OwnTier),
        ("function.", OwnFunction),
        ("need_state.", OwnNeedState),
        ("case.", CaseRow),
        ("join.", JoinRow),
        ("accessibility.", Accessibility),
        ("site.", NamedSiteQuestion),
        ("book.", OfficeBook),
        ("report.", OfficeReport),
    )
    for prefix, model in tables:
        for name, field in model.model_fields.items():
            if name != "folder":
                yield prefix + (field.alias or name), field.description or ""


def study_text(file: Path) -> str:
    """Return the text of a study file.

    Raises
    ------
    InputError
        When it cannot be read, is too large, or is not UTF-8.
    """
    try:
        size = file.stat().st_size
        if size > MAX_STUDY_BYTES:
            what = Text(f"{size:,} bytes are too many for a study", f"文件过大（{size:,} 字节）")
            raise InputError([_fault(str(file), what, Text("Give the study.toml", "请指定 study.toml"))])
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = because(Text("the study cannot be read", "无法读取项目文件"), error)
        fix = Text("Give the folder that holds a study.toml", "请指定包含 study.toml 的文件夹")
        raise InputError([_fault(str(file), what, fix)]) from None
    except UnicodeDecodeError as error:
        what = Text(f"not UTF-8 (byte {error.start})", f"不是 UTF-8 编码（第 {error.start} 字节）")
        raise InputError([_fault(str(file), what, Text("Save it as UTF-8", "请另存为 UTF-8"))]) from None


_LINE = re.compile(r"at line (\d+)")


def _parse(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what = because(Text("not valid TOML", "不是有效的 TOML"), error)
        raise InputError([_fault(source, what, _toml_fix(text, error))]) from None


def _toml_fix(text: str, error: Exception) -> Text:
    """Return what to do about a line that is not TOML; signs of a Chinese keyboard are named."""
    named = _LINE.search(str(error))
    line = text.splitlines()[int(named[1]) - 1 :][:1] if named else []
    signs = sorted(set("".join(line)) & set("“”‘’＝｛｝［］"))
    if not signs:
        return Text("Mend the line named", "请修改所指的行")
    return Text(
        f'Mend the line named: it holds full-width signs ({" ".join(signs)}); TOML wants " = , [ ] {{ }}',
        f'请修改所指的行：其中有全角符号（{" ".join(signs)}），须改用半角 " = , [ ] {{ }}',
    )


def _fault(source: str, what: Text, fix: Text) -> Fault:
    return Fault(what, fix, source=source, code="study")
