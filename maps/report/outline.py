"""The chapters of a report, every number of which stands in the workbook it is made of.

The outline is the one that offices use: 概况, 方法与数据, 现状评估, 短板, 项目, 附表. A chapter takes the
tables that there are; a table without a row, or a figure without a number, has no place and no heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from geo.text import Language, Text
from layers.write.read_back import WrittenBook
from layers.write.table import Column, Sheet, Table
from layers.write.word.blocks import (
    Block,
    Chapter,
    ChartBlock,
    Paragraph,
    PictureBlock,
    Report,
    Section,
    TableBlock,
)
from maps.book import columns
from maps.book.charts import find, with_area_chart, with_curve_chart, with_week_chart
from maps.book.gaps import GAPS_LIST, MOST_LEFT_OUT, PROJECTS

_NUMBERED = re.compile(r"^\d+\.\s*")
_RUN = re.compile(r"([0-9a-f]{8})\b")
_CHINESE = "一二三四五六七八九十"
_MOST_ROWS = 40
_MOST_ANNEX_COLUMNS = 14
TITLES: Final = {
    "overview": Text("Overview", "概况"),
    "method": Text("Method and data", "方法与数据"),
    "assessment": Text("Assessment", "现状评估"),
    "gaps": Text("Gaps", "短板"),
    "projects": Text("Projects", "项目"),
    "annex": Text("Annex", "附表"),
}
"""What the chapters are called; a template names them so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A section made of one table of the workbook, with the columns it leaves to the annex."""

    key: str
    title: Text
    without: tuple[Column, ...] = ()
    chart: bool = False


_SHORT_OF = (
    columns.AREA[0],
    columns.REQUIRED,
    *columns.UNKNOWN,
    *columns.SPEEDS,
    columns.WITHOUT_ROOM,
    columns.ROOM_UNKNOWN,
)
_ASSESSED: Final = (
    _Part(key="reach", title=Text("Reach and capacity", "可达与容量"), without=_SHORT_OF),
    _Part(key="overall", title=Text("Over all categories", "各类合计指标")),
    _Part(key="compliance", title=Text("Distance of the standard", "服务半径"), without=_SHORT_OF),
    _Part(key="area_rules", title=Text("In every area", "分片区配置要求"), without=_SHORT_OF),
    _Part(key="quotas", title=Text("Per thousand residents", "千人指标")),
    _Part(key="by_area", title=Text("By area", "分区比较"), without=_SHORT_OF, chart=True),
    _Part(key="groups", title=Text("By group", "分人群"), without=_SHORT_OF),
    _Part(key="tiers", title=Text("By tier of station", "分服务站点层级")),
    _Part(key="functions", title=Text("Functions", "功能")),
    _Part(key="cases", title=Text("Case by case", "分情景")),
    _Part(key="hours", title=Text("Through the week", "一周逐时"), chart=True),
    _Part(key="shifts", title=Text("By shift", "8 小时内与 8 小时外")),
    _Part(key="fairness", title=Text("How evenly it is shared", "公平性")),
)
_LEFT_TO_WORKBOOK: Final[dict[str, tuple[Column, ...]]] = {
    "clauses": (columns.TIER, columns.VERIFIED, Column("", MOST_LEFT_OUT)),
    "causes": (columns.TIER,),
    "gaps": (columns.AREA[0], columns.ROOM_SHARE, columns.VERIFIED, columns.COUNTED[1]),
}
"""Columns of the lists of gaps that an upright page has no room for."""
_ANNEX: Final = ("reach", "by_area", "causes", "gaps", "denominators", "optional_services")


def language_of(book: WrittenBook) -> Language:
    """Return the language a workbook is written in."""
    facts = book.tables.get("facts")
    headers = [] if facts is None or facts.table is None else [c.header.zh for c in facts.table.columns]
    return "en" if headers[:1] == ["Figure"] else "zh"


def values_of_book(book: WrittenBook) -> dict[str, str]:
    """Return the named values of a workbook, as they stand on its sheet of key figures."""
    sheet = book.tables.get("facts")
    if sheet is None or sheet.table is None:
        return {}
    frame = sheet.table.frame
    pairs = zip(frame.iloc[:, 0], frame.iloc[:, 1], strict=True)
    values = {str(name): "" if value is None else str(value) for name, value in pairs}
    run = run_of(book)
    return {**values, "运行编号": run, "Run": run}


def run_of(book: WrittenBook) -> str:
    """Return the short id of the run that wrote a workbook."""
    found = _RUN.search(book.comments)
    return found[1] if found else ""


def report_of(
    book: WrittenBook, plans: Mapping[str, WrittenBook] | None = None, *, filled_in: bool = False
) -> Report:
    """Return the report of a run.

    Parameters
    ----------
    book
        ``assessment.xlsx``, as it was written or as the office has filled it in.
    plans
        ``siting.xlsx`` of plans of the same study, by their names.
    filled_in
        Whether the workbook was changed since the run, which the report then says.
    """
    language, values = language_of(book), values_of_book(book)
    made = {
        "overview": _overview(book, values, language),
        "method": _method(book, language, filled_in=filled_in),
        "assessment": _assessment(book, language),
        "gaps": _gaps(book, language),
        "projects": _projects(book, plans or {}, language),
        "annex": _annex(book, language),
    }
    chapters: list[Chapter] = []
    for name, blocks in made.items():
        numbered = tuple(_numbered(blocks, language))
        if numbered:
            title = _chapter_title(TITLES[name], len(chapters), language, annex=name == "annex")
            wide = name == "annex"
            chapters.append(Chapter(name=TITLES[name].to(language), title=title, blocks=numbered, wide=wide))
    study = values.get(Text("Study", "项目名称").to(language), book.title)
    return Report(
        title=Text(f"{study}: report", f"{study.removesuffix('评估')}评估报告").to(language),
        office=values.get(Text("Office", "编制单位").to(language), book.author),
        made_on=values.get(Text("Date", "编制日期").to(language), ""),
        run=run_of(book),
        chapters=tuple(chapters),
        values=values,
    )


def _chapter_title(title: Text, number: int, language: Language, *, annex: bool) -> str:
    if annex:
        return title.to(language)
    return f"{number + 1}  {title.en}" if language == "en" else f"{_CHINESE[number]}、{title.zh}"


def _numbered(blocks: Iterator[Block], language: Language) -> Iterator[Block]:
    """Yield blocks with the numbers of their sections; one that nothing follows is left out."""
    made, number = list(blocks), 0
    for position, block in enumerate(made):
        if not isinstance(block, Section):
            yield block
            continue
        follows = made[position + 1] if position + 1 < len(made) else None
        if follows is None or isinstance(follows, Section):
            continue
        mark = f"（{_CHINESE[number]}）" if language == "zh" and number < len(_CHINESE) else f"{number + 1}. "
        yield Section(f"{mark}{block.title}")
        number += 1


def _overview(book: WrittenBook, values: Mapping[str, str], language: Language) -> Iterator[Block]:
    sheet = book.tables.get("facts")
    if sheet is None or sheet.table is None:
        return
    yield Paragraph(_extent(values, sheet.table, language))
    frame = sheet.table.frame
    said = {Text("Conclusion", "结论").to(language), Text("To be heeded", "须知").to(language)}
    plain = [
        not any(str(name).startswith(word) for word in said)
        and "_" not in str(name)
        and ": " not in str(name)
        for name in frame.iloc[:, 0]
    ]
    caption = Text("The study", "评估基本情况").to(language)
    yield TableBlock(caption, replace(sheet.table, frame=frame[plain]))


def _extent(values: Mapping[str, str], table: Table, language: Language) -> str:
    """Return who and what was looked at, by which standard, as a sentence."""
    units = dict(zip(table.frame.iloc[:, 0], table.frame.iloc[:, 2], strict=True))

    def told(name: Text, words: Text) -> str:
        value, unit = values.get(name.to(language)), units.get(name.to(language)) or ""
        return "" if not value else words.to(language).format(value=value, unit=unit)

    parts = [
        told(Text("People counted", "统计人口"), Text("{value} {unit} are counted", "统计人口{value}{unit}")),
        told(Text("Places", "设施数"), Text("{value} places", "设施{value}{unit}")),
        told(
            Text("Stations", "服务站点数"), Text("among them {value} stations", "其中服务站点{value}{unit}")
        ),
        told(Text("Grid cells", "网格数"), Text("{value} grid cells", "网格{value}{unit}")),
        told(Text("Areas", "片区数"), Text("{value} areas", "片区{value}{unit}")),
        told(Text("Streets", "路网长度"), Text("{value} km of streets", "道路{value}{unit}")),
    ]
    standard = [
        told(Text("Standard", "评估标准"), Text("The standard is {value}", "评估依据《{value}》")),
        told(
            Text("Requirements of the standard", "标准要求项数"),
            Text("with {value} requirements", "该标准列有{value}项要求"),
        ),
        told(
            Text("Requirements assessed", "已评估项数"),
            Text("of which {value} could be assessed", "本次评估其中{value}项"),
        ),
        told(Text("Travel", "出行方式"), Text("people travel: {value}", "出行方式为{value}")),
    ]
    comma, stop = Text(", ", "，").to(language), Text(". ", "。").to(language)
    sentences = (comma.join(filter(None, each)) for each in (parts, standard))
    return "".join(f"{sentence}{stop}" for sentence in sentences if sentence).strip()


_FILLED_IN: Final = Text(
    "The workbook was filled in or changed after the run; the report shows it as it stands.",
    "评估工作簿在运行之后经过填写或修改，本报告以工作簿现有内容为准。",
)


def _method(book: WrittenBook, language: Language, *, filled_in: bool) -> Iterator[Block]:
    words = Text(
        "Reach is counted in minutes by the named traveller along real streets; the distance of the standard "
        "in metres, apart from it. Capacity is heeded where it limits. The table says what was counted, how, "
        "and what the figures rest on without being certain.",
        "可达率按所列出行方式沿实际道路的出行时间（分钟）计算；服务半径覆盖率按标准规定的距离（米）检验，两者分别列出。"
        "设定容量限制的设施同时计算容量内覆盖率。下表说明统计口径、计算方法和影响结论的事项。",
    )
    sheet = book.tables.get("notes")
    if sheet is not None and sheet.table is not None:
        yield Paragraph(words.to(language))
        if filled_in:
            yield Paragraph(_FILLED_IN.to(language))
        yield TableBlock(Text("Data and method", "数据与方法说明").to(language), sheet.table)
    sources = book.tables.get("sources")
    if sources is not None and sources.table is not None:
        yield TableBlock(Text("Data used", "数据来源").to(language), _without(sources.table, ()))


def _assessment(book: WrittenBook, language: Language) -> Iterator[Block]:
    yield Section(Text("Conclusions", "总体结论").to(language))
    for line in book.first:
        if _NUMBERED.match(line):
            yield Paragraph(_NUMBERED.sub("", line), point=True)
    sheet = book.tables.get("conclusion")
    if sheet is not None and sheet.table is not None:
        caption = Text("Verdict on each requirement", "各项要求评估结果").to(language)
        note = Text(
            "In italics: rests on a clause that was not checked against the published text.",
            "斜体：所据条文未与标准原文核对。",
        )
        sure = sheet.table.frame[sheet.table.doubt].all()
        yield TableBlock(caption, sheet.table, note="" if sure else note.to(language))
    picture = book.picture
    if picture is not None:
        first = picture.legend[0][1].to(language) if picture.legend else ""
        caption = first.rpartition("：")[0] or first.rpartition(":")[0]
        places = Text("Stations and centres", "服务站点分布图")
        whole = (Text(f"{caption} by area", f"{caption}分布图") if caption else places).to(language)
        legend = tuple((colour, words.to(language)) for colour, words in picture.legend)
        yield PictureBlock(whole, picture.png, picture.width, picture.height, legend)
    for part in _ASSESSED:
        yield Section(part.title.to(language))
        yield from _part(book, part, language)


def _part(book: WrittenBook, part: _Part, language: Language) -> Iterator[Block]:
    sheet = book.tables.get(part.key)
    if sheet is None or sheet.table is None:
        return
    if part.chart:
        drawn = with_week_chart(sheet.table) if part.key == "hours" else with_area_chart(sheet.table)
        if drawn.chart is not None:
            yield ChartBlock(drawn.chart.title.to(language), drawn)
    if part.key == "hours":
        # A row an hour is a figure; its numbers stand in the workbook.
        return
    table = _without(sheet.table, part.without)
    if part.key == "by_area":
        table = _first_columns(table)
    yield TableBlock(_caption(sheet, language), table, most=_MOST_ROWS)


def _caption(sheet: Sheet, language: Language) -> str:
    """Return what a table is called: the title of its sheet without the name of the study."""
    title = sheet.title.to(language)
    return title.rpartition(" · ")[2] if " · " in title else re.split(r": |：", title)[-1]


def _without(table: Table, left_out: Iterable[Column], *, blank: Iterable[Column] = ()) -> Table:
    """Return a table without some columns and those without a value; some may be `blank`."""
    names, may_be_blank = ({name for column in some for name in column.header} for some in (left_out, blank))
    kept = tuple(
        column
        for column in table.columns
        if not names & {*column.header} and (may_be_blank & {*column.header} or _filled(table, column))
    )
    return replace(table, columns=kept)


def _filled(table: Table, column: Column) -> bool:
    values = table.frame[column.key]
    return bool((values.notna() & (values.astype(str).str.strip() != "")).any())


def _first_columns(table: Table) -> Table:
    """Return case, rank, name, people and the mean of a table of polygons; the shares stand in the annex."""
    wanted = (columns.CASE, columns.RANK, columns.AREA[1], columns.MEAN_COVERAGE)
    keys = {found.key for column in wanted if (found := find(table, column)) is not None}
    counts = [column.key for column in table.columns if column.kind in ("count", "amount")]
    kept = tuple(each for each in table.columns if each.key in keys or each.key in counts)
    return replace(table, columns=kept)


def _gaps(book: WrittenBook, language: Language) -> Iterator[Block]:
    for key, title in (
        ("clauses", Text("What is short", "短板清单")),
        ("causes", Text("Why", "未覆盖原因")),
        ("gaps", Text("Where", "分区短板")),
    ):
        sheet = book.tables.get(key)
        if sheet is not None and sheet.table is not None:
            yield Section(title.to(language))
            table = _without(sheet.table, _LEFT_TO_WORKBOOK[key])
            yield TableBlock(_caption(sheet, language), table, most=_MOST_ROWS)
    if "clauses" not in book.tables:
        # Why the list is empty is said on its sheet: that nothing is short is said only where it was sought.
        for line in book.remarks.get(GAPS_LIST.to(language), ()):
            yield Paragraph(line)


def _projects(book: WrittenBook, plans: Mapping[str, WrittenBook], language: Language) -> Iterator[Block]:
    sheet = book.tables.get("projects")
    if sheet is not None and sheet.table is not None:
        yield Section(Text("Projects and remedies", "补短板项目清单").to(language))
        note = Text(
            "The same people may gain by several rows; they are not summed.",
            "同一人口可因多项受益，不作合计。",
        )
        table = _without(sheet.table, (), blank=[column for column in PROJECTS if column.to_fill])
        yield TableBlock(_caption(sheet, language), table, most=_MOST_ROWS, note=note.to(language))
    for name, plan in plans.items():
        yield Section(Text(f"Siting plan {name}", f"选址方案：{name}").to(language))
        for key in ("answer", "chosen", "curve", "years"):
            yield from _plan_table(plan.tables.get(key), language)


def _plan_table(sheet: Sheet | None, language: Language) -> Iterator[Block]:
    if sheet is None or sheet.table is None:
        return
    curve = sheet.table.key == "curve"
    if curve and (drawn := with_curve_chart(sheet.table)).chart is not None:
        yield ChartBlock(drawn.chart.title.to(language), drawn)
    coordinates = tuple(column for column in sheet.table.columns if column.kind == "degrees")
    yield TableBlock(_caption(sheet, language), _without(sheet.table, coordinates), most=_MOST_ROWS)


def _annex(book: WrittenBook, language: Language) -> Iterator[Block]:
    for key, sheet in book.tables.items():
        if re.sub(r"_\d+$", "", key) in _ANNEX and sheet.table is not None:
            yield Section(_caption(sheet, language))
            table = _without(sheet.table, ())
            table = replace(table, columns=table.columns[:_MOST_ANNEX_COLUMNS])
            yield TableBlock(_caption(sheet, language), table, most=100)
