"""Every Chinese text of some files, and what is wrong with it by the glossary of the project."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

INSTEAD = {
    r"服务阵地|服务站(?!点)|(?<!服务)站点": "服务站点",
    r"(?<!合作)商户|区域合伙人": "合作商户",
    r"服务人群": "人口数据",
    r"研究": "项目",
    r"到不了|可到达|无法到达": "可达 or 不可达",
    r"影响人数": "未覆盖人口",
    r"达标率": "服务半径覆盖率",
    r"缺口": "短板",
    r"必配": "应配 or 按需",
    r"差额": "盈缺（±）",
    r"未采用|不采用": "剔除 or 略去",
    r"入选|必选|未选(?=点位|原因)": "推荐 or 指定",
    r"情形": "情景",
    r"少数人群": "小规模特殊人群",
    r"(至|内无|与|内没有)街道": "道路",
    r"代价": "效益损失",
    r"建设中|规划中": "在建 or 规划",
    r"开放日期": "启用日期",
    r"人均服务": "每名工作人员服务",
    r"无可达人口|完全不可达": "不可达人口",
    r"最差\s*10%|起点": "最不利 10% 人口的界限值",
    r"名义覆盖": "不计开放时间的覆盖人口",
    r"因关门": "因未开放",
    r"步行绕远": "直线距离近但绕行过远",
    r"八小时|(?<!\d)8小时": "8 小时",
    r"一片区一阵地": "分片区配置要求",
    r"未核实|未经核实": "未与标准原文核对",
}
"""Words that are not to be shown, and the one of the glossary that is."""

_HALF_WIDTH = re.compile(r"(?<=[一-鿿）”}])\s?([,;:?!]|\.(?!\w)|[()])|([()])(?=[一-鿿])")
_PROPER = re.compile(
    r"(社区|老年|宠物|社区综合|社区卫生|退役军人)服务站(?!点)|轨道交通站点|一片区一阵地|党群服务阵地|国土空间规划城市体检"
)
"""Facilities as standards call them, which are none of our service stations."""
_NOT_WORDS = re.compile(r"\b(None|nan|NaN)\b")


def faults_of(zh: str) -> list[str]:
    """Return what is wrong with a Chinese text: half-width punctuation, words the glossary replaces.

    Words in braces stand for something that is filled in.
    """
    found = [f"half-width {next(filter(None, match.groups()))} in {zh}" for match in _HALF_WIDTH.finditer(zh)]
    plain = _PROPER.sub("", re.sub(r"{[^}]*}", "", zh))
    found += [
        f"{match[0]}: say {better} in {zh}"
        for word, better in INSTEAD.items()
        if (match := re.search(word, plain))
    ]
    return found + ["None in a sentence" for _ in _NOT_WORDS.finditer(plain)]


def chinese_texts(*places: str) -> list[tuple[str, str]]:
    """Return each Chinese text of a ``Text``, ``titled`` or ``_fault`` in some folders, and where it stands.

    What is filled into an f-string stands as ``{}``.
    """
    files = [file for place in places for file in _files(ROOT / place)]
    return [
        (f"{file.relative_to(ROOT)}:{node.lineno}", zh)
        for file in files
        for node, zh in _texts(ast.parse(file.read_text("utf-8")))
    ]


def script_texts(folder: str) -> list[tuple[str, str]]:
    """Return each Chinese text in quotation marks in the scripts of the page, and where it stands."""
    return [
        (f"{file.relative_to(ROOT)}:{number}", re.sub(r"\${[^}]*}", "{}", found[2]))
        for file in sorted((ROOT / folder).rglob("*.ts"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        for found in re.finditer(r"([\"'`])((?:(?!\1).)*[一-鿿]+(?:(?!\1).)*)\1", line)
    ]


def toml_texts(*places: str) -> list[tuple[str, str]]:
    """Return each Chinese value of a key ``zh`` in TOML files or folders of them, and where it stands."""
    return [
        (f"{file.relative_to(ROOT)}: {path}", zh)
        for place in places
        for file in _tomls(ROOT / place)
        for path, zh in _values(tomllib.loads(file.read_text("utf-8")), "")
    ]


def _values(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "zh" and isinstance(inner, str):
                yield path, inner
            else:
                yield from _values(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _values(inner, f"{path}[{number}]")


def english_left_over(zh: str) -> list[str]:
    """Return English words in a Chinese text that are neither a name, a number of a document nor a unit.

    What stands in backticks is typed as it is, and what begins with a dollar is filled in.
    """
    plain = re.sub(r"`[^`]*`|\$\w+", "", zh)
    return [word for word in re.findall(r"[A-Za-z][A-Za-z.-]+", plain) if not _NAME.fullmatch(word)]


_NAME = re.compile(
    r"GB|RESNA|GeoTIFF|GeoPackage|GeoJSON|doi|pep|fa|x\.?|DB\w*|TD|OSM|SDG|NASA|SEDAC|NEXI(-global)?|Gini|km|min|lifecircle|Walk|Score|Moreno|Bruno|Olivari|"
    r"Nature|Cities|Journal|of|Urban|Mobility|(j\.)?issn\.|pep\.|[FN]\d*|m|al\.?|[A-Z][a-z]+\.?"
)


def _tomls(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.toml"))


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def _texts(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        if name in ("Text", "titled"):
            chinese = node.args[1:2]
        elif name.endswith("fault"):
            chinese = node.args
        else:
            continue
        for argument in chinese:
            for zh in _words(argument):
                if re.search("[一-鿿]", zh):
                    yield node, zh


def _words(node: ast.expr) -> Iterator[str]:
    """Yield the words of an expression; each branch of a condition by itself."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        yield "".join(str(part) for part in parts)
    elif isinstance(node, ast.BinOp):
        yield from _words(node.left)
        yield from _words(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)
