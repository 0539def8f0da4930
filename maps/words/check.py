"""What a check says on the screen: the streets, each layer with its faults, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geo.errors import Fault
from geo.text import Language, Text
from layers.answers import Answered
from layers.catalogue.schema import all_roles, schema_of
from layers.rows.report import LayerReport
from layers.settings import profile_of
from layers.study.mend import FIXED_FILE, MendingLine, said_of
from layers.study.portable import portable_name
from maps.result import CheckResult
from maps.words.joins import doubtful_words, far_words, isolated_words, not_joined_words
from maps.words.people import estimate_words

_SHOWN = 20
"""So many faults of one kind are listed."""

HOW_KNOWN: Final = {
    "study": Text("mapped by the study", "项目指定"),
    "recognised": Text("recognised, to be confirmed", "自动识别，请确认"),
    "value": Text("one value for every row", "固定值"),
}
"""How it is known which role a column fills."""

_FOUND: Final = {
    "encoding": Text("Encoding", "编码"),
    "delimiter": Text("Delimiter", "分隔符"),
    "sheet": Text("Sheet", "工作表"),
    "header row": Text("Header row", "表头所在行"),
    "format": Text("Format", "格式"),
    "layer": Text("Layer of the file", "文件内图层"),
    "table": Text("Table", "数据表"),
    "merged cells spread": Text("Merged cells filled", "已填充的合并单元格"),
    "tables side by side": Text("Tables side by side", "并排表格"),
    "headings and totals skipped": Text("Headings and totals skipped", "跳过的小标题与合计行"),
    "pixels": Text("Pixels", "像元数"),
    "value": Text("Value", "像元值"),
}
_FOUND_VALUES: Final = {
    ("value", "people a pixel"): Text("people a pixel", "每像元人口"),
    ("delimiter", ","): Text("comma", "逗号"),
    ("delimiter", ";"): Text("semicolon", "分号"),
    ("delimiter", "\t"): Text("tab", "制表符"),
}
_UNUSABLE = Text("cannot be used", "无法使用")
_REJECTED = Text("rejected", "剔除")
_NOTED = Text("to be looked at", "请核对")
_SOUND = Text("The study can be run.", "项目可以运行。")
_UNSOUND = Text("The study cannot be run until the faults are mended.", "请先修正以上错误。")
_BELOW = Text("The study cannot be run until the faults below are mended.", "请先修正以下错误，方可运行。")
_PASTE = Text(
    f"lines to paste into the study ({FIXED_FILE} holds them)", f"可粘贴到项目文件的内容（见 {FIXED_FILE}）"
)
_NOTHING = Text("", "")


def found_words(report: LayerReport) -> list[tuple[Text, Text]]:
    """Return what the reader determined of a layer's file: what it is about, and what was found."""
    return [
        (_FOUND.get(key, Text(key, key)), _FOUND_VALUES.get((key, value), Text(value, value)))
        for key, value in report.details.items()
    ]


def check_text(result: CheckResult) -> str:
    """Return what is printed, in the study's language; the verdict stands apart."""
    language = result.study.language
    parts = [
        result.study.name,
        streets_words(result).to(language),
        "\n".join(_fault_lines(_UNUSABLE, result.faults, language)),
        "\n".join(_mending(result.lines, language)),
        "\n".join(_joins(result, language)),
        *(_layer(report, language) for report in result.reports),
    ]
    return "\n\n".join(part for part in parts if part)


def _joins(result: CheckResult, language: Language) -> list[str]:
    """Return how the layers are joined to the streets, and what the study decides of that, a line each."""
    names = {report.id: report.name for report in result.reports}
    joins = result.joins
    said = [
        *doubtful_words(joins, names),
        *not_joined_words(joins, names, result.study.max_snap_metres),
        *isolated_words(joins, names),
        *far_words(joins, names),
        *result.decided,
    ]
    title = _JOINS.to(language)
    return [title, *(f"  {each.to(language)}" for each in said)] if said else []


_JOINS = Text("Joins to the streets", "接入道路")


def verdict(result: CheckResult, *, faults_follow: bool = False) -> Text:
    """Return whether the study can be run; the faults stand above that, or follow it."""
    if result.sound:
        return _SOUND
    return _BELOW if faults_follow else _UNSOUND


def answers_text(answered: Answered, file: str, language: Language) -> str:
    """Return how many answers a study now holds, and what is wrong with the others."""
    used, unused = answered.used, answered.unused
    lines = [Text(f"{used:,} answers are in {file}", f"已将 {used:,} 条答复写入 {file}").to(language)]
    if unused:
        count = Text(f"{len(unused):,} answers could not be used:", f"{len(unused):,} 条答复无法采用：")
        lines += [count.to(language), *(f"  {fault.to(language)}" for fault in unused)]
    return "\n".join(lines)


def streets_words(result: CheckResult) -> Text:
    """Return length, connected pieces and elevations of the streets; empty where there are none."""
    network = result.network
    if network is None:
        return _NOTHING
    extract, kilometres = result.study.extract.name, f"{network.street_metres / 1000:,.1f}"
    nodes, edges, pieces = network.node_count, network.edge_count, network.pieces.size
    joined = Text("all connected", "全部连通")
    if pieces > 1:
        joined = Text(f"{pieces:,} pieces that do not meet", f"{pieces:,} 个互不连通的部分")
    said = (_elevation_words(result), _timed_words(result), *result.street_notes)
    notes = [note for note in said if note.en]
    return Text(
        f"{extract}: {kilometres} km in {edges:,} stretches between {nodes:,} junctions, {joined.en}"
        + "".join(f". {note.en}" for note in notes),
        f"{extract}：{kilometres} 公里，{nodes:,} 个路口，{edges:,} 个路段，{joined.zh}"
        + "".join(f"。{note.zh}" for note in notes),
    )


def _timed_words(result: CheckResult) -> Text:
    """Return how many streets and gates are open at some hours only, and what is made of that."""
    total = result.timed_streets
    if not total:
        return _NOTHING
    return Text(
        f"{total:,} streets or gates are open at some hours only: passed where a case names no hour (`at`), "
        "unless they are closed all the time",
        f"{total:,} 处道路或大门仅在部分时段开放：情景未写时刻（`at`）时视为可通行，全天关闭的除外",
    )


def _elevation_words(result: CheckResult) -> Text:
    """Return what the elevations are and whether the traveller heeds them; empty where there are none."""
    study = result.study
    if study.elevation is None:
        return _NOTHING
    if result.elevation is None:
        name, profile = study.elevation.name, profile_of(study)
        return Text(
            f"{name}: not used, since the profile {profile.id} does not heed slopes",
            f"{name}：未使用，{profile.id} 不计坡度",
        )
    return result.elevation.sentence


def _mending(lines: Sequence[MendingLine], language: Language) -> list[str]:
    """Return the lines to paste into the study, those first that follow from the file itself."""
    if not lines:
        return []
    ordered = sorted(lines, key=lambda line: not line.sure)
    shown = [f"    {said_of(line).to(language)}" for line in ordered[:_SHOWN]]
    return [f"  {_PASTE.to(language)}", *shown]


def _layer(report: LayerReport, language: Language) -> str:
    accepted = 0 if report.faults else report.accepted
    counts = Text(
        f"{report.read:,} rows read, {accepted:,} accepted, "
        f"{report.rejected:,} rejected, {report.left_out:,} left out",
        f"读取 {report.read:,} 行，采用 {accepted:,}，剔除 {report.rejected:,}，略去 {report.left_out:,}",
    )
    kind, crs = schema_of(report.kind).name, report.crs
    title = Text(
        f"{report.name} ({kind.en}, {portable_name(report.source)}): {counts.en}",
        f"{report.name}（{kind.zh}，{portable_name(report.source)}）：{counts.zh}",
    )
    lines = [title.to(language)]
    if crs.used:
        coordinates = Text(
            f"  coordinates: {crs.used}. {crs.note.en}", f"  坐标系：{crs.used}。{crs.note.zh}"
        )
        lines.append(coordinates.to(language))
    if (people := estimate_words(report)) is not None:
        lines.append(Text(f"  people: {people.en}", f"  人口：{people.zh}").to(language))
    lines += _column_lines(report, language)
    lines += _category_lines(report, language)
    lines += _fault_lines(_UNUSABLE, report.faults, language)
    lines += _fault_lines(_REJECTED, report.row_faults, language)
    lines += _fault_lines(_NOTED, report.notes, language)
    return "\n".join(lines)


def _column_lines(report: LayerReport, language: Language) -> list[str]:
    roles = all_roles()
    columns = (
        # A role that the study names and nobody knows is a fault of its own, said below.
        (match.header, roles[match.role].name, HOW_KNOWN[match.how])
        for match in report.mapping
        if match.role in roles
    )
    words = (
        Text(f"  {header} -> {meaning.en} ({how.en})", f"  {header} → {meaning.zh}（{how.zh}）")
        for header, meaning, how in columns
    )
    return [text.to(language) for text in words]


def _category_lines(report: LayerReport, language: Language) -> list[str]:
    """Return what texts were taken for, the most frequent first, and how many were not understood."""
    by_name = Text(" by the name", "（按名称）")
    lines = [
        Text(
            f"  {taken.text} -> {taken.name.en}{by_name.en if taken.by_name else ''}: {taken.rows:,}",
            f"  {taken.text} → {taken.name.zh}{by_name.zh if taken.by_name else ''}：{taken.rows:,} 行",
        ).to(language)
        for taken in report.taken_categories[:_SHOWN]
    ]
    if (more := len(report.taken_categories) - _SHOWN) > 0:
        lines.append(Text(f"  and {more:,} more texts", f"  另有 {more:,} 种写法").to(language))
    if report.unknown_categories:
        rows = sum(count for _, count, _ in report.unknown_categories)
        kinds = len(report.unknown_categories)
        lines.append(
            Text(
                f"  categories not understood: {kinds:,} texts, {rows:,} rows",
                f"  未识别的设施类别：{kinds:,} 种写法，{rows:,} 行",
            ).to(language)
        )
    return lines


def _fault_lines(title: Text, faults: Sequence[Fault], language: Language) -> list[str]:
    colon = ": " if language == "en" else "："
    lines = [f"  {title.to(language)}{colon}{fault.to(language)}" for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"  ... {len(faults) - _SHOWN:,}")
    return lines
