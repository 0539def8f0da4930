"""A study file with faults: what can be read of it all the same, the lines that mend it, and a mended copy.

Nothing is decided for its author. What follows from the file itself is mended in the copy (a key misspelt, a
file misnamed, limits out of order); what only the author knows stands in it as a remark.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from geo.errors import Fault, InputError
from geo.text import Text
from layers.catalogue.schema import kinds, nearest_names, role_ids
from layers.study.model import STUDY_FILE, Study, parse_study, study_text
from layers.study.paths import files_like

FIXED_FILE = "study.fixed.toml"
_MOST_STEPS = 200
_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "＝": "=", "｛": "{", "｝": "}", "［": "[", "］": "]", "，": ",", "＃": "#"}
)
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_LINE = re.compile(r'(\b[a-z_]+(?:\.[a-z_]+)? = (?:"[^"\n]*"|\{[^}\n]*\}|[\d.]+))')
_UNSAID = "待填写"


@dataclass(frozen=True, slots=True)
class MendingLine:
    """One line of TOML that mends a fault.

    Attributes
    ----------
    place
        The table it belongs to, as a fault names it: ``layer[2]``, or empty for the top of the file.
    line
        The line to paste.
    sure
        Whether it follows from the file itself, so that the mended copy holds it.
    """

    place: str
    line: str
    sure: bool


@dataclass(frozen=True, slots=True)
class ReadableStudy:
    """What can be read of a study file.

    Attributes
    ----------
    study
        The study, without what is at fault in it.
    faults
        Every fault of the file; none where it is sound.
    lines
        The lines that mend it.
    fixed
        The whole file with the sure ones applied and the others as remarks; comments are kept.
    """

    study: Study
    faults: tuple[Fault, ...]
    lines: tuple[MendingLine, ...]
    fixed: str


def read_what_can_be(path: Path) -> ReadableStudy:
    """Read a study, leaving out what is at fault in it.

    Parameters
    ----------
    path
        The folder, or the TOML file in it.

    Raises
    ------
    InputError
        With every fault, where not even one layer can be read.
    """
    file = path / STUDY_FILE if path.is_dir() else path
    text = study_text(file)
    try:
        return ReadableStudy(parse_study(text, file.parent, source=str(file)), (), (), text)
    except InputError as error:
        faults = error.faults
    plain, first = _with_plain_signs(text)
    if first:
        faults = (*faults, *_faults_of(plain, file))
    fixed, lines = _mended(plain, faults, file.parent)
    try:
        raw = tomllib.loads(fixed)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise InputError(faults) from None
    study = _reduced(raw, file.parent.resolve())
    if study is None:
        raise InputError(faults)
    return ReadableStudy(study, faults, (*first, *lines), fixed)


def with_remarks(fixed: str, lines: Iterable[MendingLine]) -> str:
    """Return a study file with lines that only its author can decide as remarks in their tables."""
    text = fixed
    for line in lines:
        text = _remarked(text, line)
    return text


def lines_of_faults(place: str, faults: Iterable[Fault]) -> tuple[MendingLine, ...]:
    """Return the lines that the remedies of a layer's faults name: ``sheet = "..."``, ``encoding = "big5"``.

    None of them is sure: they stand on what a file holds, not on what the study says.
    """
    found: dict[MendingLine, None] = {}
    for fault in faults:
        for line in _LINE.findall(fault.fix.en):
            names = fault.fix.en.partition(f"{line}: ")[2].split(", ")
            for name in [name for name in names if name][:5] if '"..."' in line else [""]:
                found[MendingLine(place, line.replace("...", name.strip()) if name else line, False)] = None
    return tuple(found)


def _faults_of(text: str, file: Path) -> tuple[Fault, ...]:
    try:
        parse_study(text, file.parent, source=str(file))
    except InputError as error:
        return error.faults
    return ()


def _with_plain_signs(text: str) -> tuple[str, tuple[MendingLine, ...]]:
    """Return the text with full-width signs made plain on the lines that are no TOML for them."""
    lines = text.splitlines()
    mended: list[MendingLine] = []
    for _ in range(_MOST_STEPS):
        try:
            tomllib.loads("\n".join(lines))
            break
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            named = re.search(r"at line (\d+)", str(error))
            at = int(named[1]) - 1 if named else -1
            if not 0 <= at < len(lines) or lines[at].translate(_SIGNS) == lines[at]:
                break
            lines[at] = lines[at].translate(_SIGNS)
            mended.append(MendingLine("", lines[at].strip(), True))
    return "\n".join(lines) + "\n", tuple(mended)


def _reduced(raw: Mapping[str, Any], folder: Path) -> Study | None:
    """Return the study without the keys and layers that are at fault; None where no layer is left."""
    rest: dict[str, Any] = copy.deepcopy(dict(raw))
    rest.pop("folder", None)
    layers = rest.get("layer")
    if not isinstance(layers, list):
        return None
    rest["layer"] = [layer for layer in layers if isinstance(layer, dict)]
    _without_strange_roles(rest["layer"])
    for _ in range(_MOST_STEPS):
        try:
            return _distinct(Study.model_validate({**rest, "folder": folder}))
        except ValidationError as error:
            if not _leave_out(rest, error.errors(include_url=False)[0], folder):
                return None
    return None


def _without_strange_roles(layers: list[dict[str, Any]]) -> None:
    """Take the roles out of ``columns`` and ``values`` that the kind of a layer has not."""
    for layer in layers:
        kind = layer.get("kind")
        known = role_ids(kind) if isinstance(kind, str) and kind in kinds() else ()
        for table in (layer.get("columns"), layer.get("values")):
            if isinstance(table, dict):
                for role in [role for role in table if role not in known]:
                    del table[role]


def _distinct(study: Study) -> Study | None:
    """Return the study with the later ones of layers of one id under names of their own."""
    seen: set[str] = set()
    layers = []
    for layer in study.layers:
        number, name = 2, layer.id
        while name in seen:
            name, number = f"{layer.id}-{number}", number + 1
        seen.add(name)
        layers.append(layer if name == layer.id else layer.model_copy(update={"id": name}))
    return study.model_copy(update={"layers": tuple(layers)})


def _leave_out(rest: dict[str, Any], detail: Any, folder: Path) -> bool:
    """Take out, or fill in, what an error of validation names; return whether anything changed."""
    place = list(detail["loc"])
    if detail["type"] == "missing":
        return _fill_in(rest, place, folder)
    for end in range(len(place), 0, -1):
        table, key = _down(rest, place[: end - 1]), place[end - 1]
        if isinstance(table, dict) and key in table:
            del table[key]
            return True
        if isinstance(table, list) and isinstance(key, int) and key < len(table):
            del table[key]
            return True
    return False


def _fill_in(rest: dict[str, Any], place: Sequence[str | int], folder: Path) -> bool:
    usual: dict[tuple[str | int, ...], object] = {
        ("name",): folder.name or "study",
        ("streets",): {"extract": "?"},
    }
    if tuple(place) in usual:
        table = _down(rest, place[:-1])
        table[place[-1]] = usual[tuple(place)]
        return True
    if place and place[0] == "layer" and len(place) > 1:
        layers, number = rest["layer"], int(place[1])
        if place[2:] == ["id"]:
            layers[number]["id"] = f"layer-{number + 1}"
        else:
            del layers[number]
        return bool(layers)
    table = _down(rest, place[:1])
    if isinstance(table, list) and len(place) > 1 and isinstance(place[1], int):
        del table[place[1]]
        return True
    return bool(place) and rest.pop(str(place[0]), None) is not None


def _down(tree: Any, place: Sequence[str | int]) -> Any:
    """Return what lies at a place of the parsed file; names of pydantic's branches lead nowhere."""
    for part in place:
        inside = isinstance(tree, dict) and part in tree
        listed = isinstance(tree, list) and isinstance(part, int) and part < len(tree)
        if inside or listed:
            tree = tree[part]
        elif isinstance(part, str) and isinstance(tree, dict | list):
            continue
        else:
            return None
    return tree


# The mended copy -----------------------------------------------------------------------------------


def _mended(text: str, faults: Sequence[Fault], folder: Path) -> tuple[str, list[MendingLine]]:
    """Return the file with what is sure applied, and all lines."""
    try:
        document = tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError):
        return text, []
    lines: list[MendingLine] = []
    for fault in faults:
        table_place, _, key = fault.source.rpartition(".")
        if not fault.source or "/" in fault.source:
            continue
        table = _table_at(document, table_place)
        if not isinstance(table, dict):
            continue
        try:
            line = _mend(table, table_place, key, fault, folder)
        except (TOMLKitError, ValueError, KeyError, TypeError):
            continue
        if line is not None:
            lines.append(line)
    fixed = tomlkit.dumps(document)
    for line in lines:
        if not line.sure:
            fixed = _remarked(fixed, line)
    return fixed, lines


def _table_at(document: Any, place: str) -> Any:
    tree: Any = document
    for name, number in _PART.findall(place):
        try:
            tree = tree[int(number) - 1] if number else tree[name]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _mend(table: Any, place: str, key: str, fault: Fault, folder: Path) -> MendingLine | None:
    what = fault.what.en.partition(", in the layer")[0]
    value = table.get(key)
    found: object = None
    if what == "unknown key" or what.endswith(f" has no '{key}'"):
        return _renamed(table, place, key, fault)
    if what == "there is no such file" and isinstance(value, str):
        found = _near_file(folder, value)
    elif what == "minutes must rise and differ" and isinstance(value, list):
        found = sorted(set(value))
    elif key == "kind" and isinstance(value, str):
        near = nearest_names(value, kinds(), count=1)
        found = near[0] if near else None
    elif key in ("licence", "attribution") and value is None:
        found = _UNSAID
    elif what.startswith("the id of") and isinstance(value, str):
        found = f"{value}-2"
    elif key == "name" and not place and value is None:
        found = folder.resolve().name
    if found is None:
        return _proposed(place, key, fault)
    table[key] = found
    return MendingLine(place, f"{key} = {tomlkit.item(found).as_string()}", True)


def _renamed(table: Any, place: str, key: str, fault: Fault) -> MendingLine:
    """Give a misspelt key its name; one that is nothing becomes a remark."""
    near = re.match(r"(?:Did you mean|Known:) ([\w.]+)(?:, |\?|$)", fault.fix.en)
    value = table[key]
    if near is None or near[1] in table:
        del table[key]
        return MendingLine(place, f"# {key} = {_shown(value)}", False)
    # Only a table that is rebuilt keeps the order; the key moves to its end, with its value as it was.
    del table[key]
    table[near[1]] = value
    return MendingLine(place, f"{near[1]} = {_shown(value)}", True)


def _shown(value: Any) -> str:
    written = getattr(value, "as_string", None)
    return str(written()) if callable(written) else str(value)


def _near_file(folder: Path, written: str) -> str | None:
    """Return the one file beside a misnamed one that is most like it, as the study would write it."""
    near = files_like(folder / written)
    return str(Path(written).with_name(near[0])) if near else None


def _proposed(place: str, key: str, fault: Fault) -> MendingLine | None:
    """Return the line that a remedy names, for the author to decide on."""
    lines = _LINE.findall(fault.fix.en)
    if lines:
        return MendingLine(place, lines[0], False)
    near = re.match(r"(?:Known|There are|Did you mean): ?(\S+?)[,?]?(?: |$)", fault.fix.en)
    return MendingLine(place, f'{key} = "{near[1]}"', False) if near and key else None


def _remarked(text: str, line: MendingLine) -> str:
    """Return the text with a remark under the head of its table; at the top where there is no such line."""
    lines = text.splitlines()
    remark = line.line if line.line.startswith("#") else f"# ? {line.line}"
    at = _head_of(lines, line.place)
    if remark not in lines:
        lines.insert(at, remark if at else f"{remark}    # {line.place}".rstrip(" #"))
    return "\n".join(lines) + "\n"


def _head_of(lines: Sequence[str], place: str) -> int:
    match = re.match(r"^(\w+)\[(\d+)\]", place)
    heads: Callable[[str], bool]
    if match is None:
        heads, number = (lambda text: text.strip() == f"[{place}]"), 1
    else:
        heads, number = (lambda text: text.replace(" ", "").startswith(f"[[{match[1]}]]")), int(match[2])
    found = [index for index, text in enumerate(lines) if heads(text)]
    return found[number - 1] + 1 if len(found) >= number else 0


def layer_place(text: str, layer_id: str) -> str:
    """Return the place of a layer in the text of its study: ``layer[2]``; empty where it is not found."""
    try:
        layers = tomllib.loads(text).get("layer")
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    ids = [layer.get("id") if isinstance(layer, dict) else None for layer in layers or ()]
    return f"layer[{ids.index(layer_id) + 1}]" if layer_id in ids else ""


def said_of(line: MendingLine) -> Text:
    """Return where a line goes, in words."""
    where = line.place or STUDY_FILE
    return Text(f"{where}: {line.line}", f"{where}：{line.line}")


__all__ = [
    "FIXED_FILE",
    "MendingLine",
    "ReadableStudy",
    "layer_place",
    "lines_of_faults",
    "read_what_can_be",
    "said_of",
    "with_remarks",
]
