"""The row of the headers, and the role each header stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.schema import PLACE_ROLES, LayerSchema, Role, all_roles, nearest_names
from layers.catalogue.traditional import simplified
from layers.catalogue.units import looks_like_unit, plain_unit, unit_of, units_above, without_unit

SEARCHED_ROWS = 30
MAX_HEADER = 200
"""Characters of a header or a word that are looked at; what is longer is neither."""

_BRACKETS = re.compile(r"[(\[{【〔<《「][^()\[\]{}【】〔〕<>《》「」]*[)\]}】〕>》」]")
_FILLING = re.compile(r"[\s_\-*:：、，,。.'\"“”]+")
_ONLY_BRACKETS = re.compile(r"^\s*[(\[{【〔（］]([^()\[\]{}（）]*)[)\]}】〕）]\s*$")


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Which column fills a role, and how that is known.

    Attributes
    ----------
    role, header
        The role's id and the header as it stands in the file (or the constant of the study).
    how
        ``study``: the study maps it; ``recognised``: the header is one people commonly write, to be
        confirmed; ``value``: the study gives one value for every row.
    """

    role: str
    header: str
    how: Literal["study", "recognised", "value"]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The columns of a layer: which fill a role, which are left over, and what is wrong with them."""

    matches: tuple[ColumnMatch, ...]
    unused: tuple[str, ...]
    faults: tuple[Fault, ...]

    def header(self, role: str) -> str | None:
        """Return the header that fills a role, or None."""
        match = next((m for m in self.matches if m.role == role and m.how != "value"), None)
        return match.header if match else None


def plain_header(header: str) -> str:
    """Return a header without what differs from sheet to sheet: case, width, spaces, brackets, units.

    Examples
    --------
    >>> plain_header(" 聯繫 電話*"), plain_header("人数（人）"), plain_header("ＬＯＮ")
    ('联系电话', '人数', 'lon')
    """
    text = simplified(unicodedata.normalize("NFKC", header[:MAX_HEADER])).lower().strip()
    bare = _FILLING.sub("", _BRACKETS.sub("", text))
    return bare or _FILLING.sub("", text)


@lru_cache(maxsize=1)
def _known_headers() -> frozenset[str]:
    return frozenset(plain_header(header) for role in all_roles().values() for header in role.headers)


def _is_known(cell: str, wanted: set[str] | frozenset[str]) -> bool:
    return plain_header(cell) in wanted or plain_header(without_unit(cell)) in wanted


def find_header_row(rows: Sequence[Sequence[str]], mapped: Iterable[str] = ()) -> int:
    """Return the index of the row that holds the headers, under title rows and notes.

    The first row with the most cells that are headers people commonly write, or that the study maps.
    Without any such cell it is the first row that has more than one cell filled (or the first filled).

    Parameters
    ----------
    rows
        The first rows of the sheet, empty cells as empty texts.
    mapped
        The headers the study names.

    Examples
    --------
    >>> find_header_row([["嘉定区站点一览表", "", ""], ["名称", "经度", "纬度"], ["甲站", "121.2", "31.3"]])
    1
    """
    wanted = {plain_header(header) for header in mapped} | _known_headers()
    scores = [sum(_is_known(cell, wanted) for cell in row if cell) for row in rows[:SEARCHED_ROWS]]
    if scores and max(scores) > 0:
        return scores.index(max(scores))
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:SEARCHED_ROWS]]
    for least in (2, 1):
        for index, count in enumerate(filled):
            if count >= least:
                return index
    return 0


def find_headers(
    rows: Sequence[Sequence[str]], mapped: Iterable[str] = (), at: int | None = None
) -> tuple[int, list[str]]:
    """Return the index of the last row of the headers, and the headers.

    Offices set headers in two or three rows: a group above (坐标), its parts below (经度, 纬度), their units
    under them (（人）, ㎡), the other headers in any of the rows. The lowest filled cell counts, with the
    unit below it; a part that stands under several groups (人口 of 2024年, of 2025年) is told apart by them.

    Parameters
    ----------
    rows
        The first rows of the sheet.
    mapped
        The headers the study names.
    at
        The index of the row the study names; nothing is looked for then.

    Examples
    --------
    >>> find_headers([["名称", "坐标", "", "人数"], ["", "经度", "纬度", "(万人)"], ["甲", "121", "31", "5"]])
    (1, ['名称', '经度', '纬度', '人数(万人)'])
    """
    if at is not None:
        return at, list(rows[at])
    if not rows:
        return 0, []
    first = last = find_header_row(rows, mapped)
    wanted = {plain_header(header) for header in mapped} | _known_headers()
    headers = list(rows[first])
    while last + 1 < len(rows) and last < first + 2 and _is_second_row(headers, rows[last + 1], wanted):
        headers = _stacked(headers, rows[last + 1], wanted)
        last += 1
    while first and first > last - 2:
        above = rows[first - 1]
        is_title = any("单位" in cell for cell in above) or sum(bool(cell) for cell in above) < 2
        if is_title or not _is_second_row(above, headers, None):
            break
        headers = _grouped(above, headers)
        first -= 1
    return last, headers


def title_units(
    rows: Sequence[Sequence[str]],
    index: int,
    mapped: Iterable[str] = (),
    body: Iterable[Sequence[str]] = (),
) -> tuple[str, ...]:
    """Return the units that a table's title rows name, or a lonely cell between or below its rows.

    Parameters
    ----------
    rows, index
        The first rows of the sheet, and the index of the last row of the headers.
    mapped
        The headers the study names; rows that hold a header are no titles.
    body
        The rows below the headers.

    Examples
    --------
    >>> title_units([["人口表", "", "单位：万人"], ["名称", "经度", "人口"]], 1)
    ('万人',)
    """
    wanted = {plain_header(header) for header in mapped} | _known_headers()
    titles = [cell for row in rows[:index] if not any(_is_known(c, wanted) for c in row if c) for cell in row]
    lonely: list[str] = []
    for row in body:
        # The common row is full: its first two cells tell, and cost nothing.
        if row and not (row[0] and len(row) > 1 and row[1]):
            filled = [cell for cell in row if cell]
            if len(filled) == 1 and "单位" in filled[0]:
                lonely += filled
    return units_above([*titles, *lonely])


def _is_second_row(above: Sequence[str], below: Sequence[str], wanted: set[str] | None) -> bool:
    """Return whether a row goes on with the headers above it: headers, units or parts, and gaps."""
    filled = [cell for cell in below if cell]
    gaps = any(cell and not (below[i] if i < len(below) else "") for i, cell in enumerate(above))
    known = wanted is None or all(_is_known(cell, wanted) or _bare_unit(cell) for cell in filled)
    only_units = wanted is not None and _is_unit_row(filled)
    return bool(filled) and ((gaps and (known or _has_parts(above, below))) or only_units)


def _has_parts(above: Sequence[str], below: Sequence[str]) -> bool:
    """Return whether a row names the parts of a group above it, such as 男, 女 under 人口: words alone."""
    of_group = any(cell and not (above[i] if i < len(above) else "") for i, cell in enumerate(below))
    return of_group and not any(_NUMBER.fullmatch(cell.strip()) for cell in below if cell)


_TOTALS = frozenset(["合计", "小计", "总计", "总数", "计", "total"])
_NUMBER = re.compile(r"[-+]?[\d.,，]{1,40}\s?%?")
_UNIT_WORDS = frozenset(["单位", "计量单位", "unit", "units", "-", "—", "/"])
_PLACE_UNITS = frozenset(["度", "°", "deg", "degree", "degrees", "米", "m", "metres", "meters"])


def _is_unit_row(filled: Sequence[str]) -> bool:
    """Return whether a row below headers names their units: one at least, and remarks alone beside."""
    units = [bool(_bare_unit(cell)) for cell in filled]
    return any(units) and all(unit or _is_remark(cell) for cell, unit in zip(filled, units, strict=True))


def _is_remark(cell: str) -> bool:
    """Return whether a cell holds a remark in brackets, the unit of a coordinate, or the word unit."""
    plain = unicodedata.normalize("NFKC", cell[:MAX_HEADER]).strip()
    return _ONLY_BRACKETS.match(plain) is not None or simplified(plain.lower()) in _PLACE_UNITS | _UNIT_WORDS


def _bare_unit(cell: str) -> str:
    """Return the unit of a cell that holds nothing else, such as （人）, 万人; empty where it is none."""
    inside = _ONLY_BRACKETS.match(unicodedata.normalize("NFKC", cell[:MAX_HEADER]))
    text = inside[1] if inside else cell
    is_unit = not text.strip().isdecimal() and looks_like_unit(text)
    return plain_unit(text) if is_unit else ""


def _stacked(above: Sequence[str], below: Sequence[str], wanted: set[str]) -> list[str]:
    """Return two rows of headers as one: units join the header above, parts of a group are named by it."""
    result = []
    group = ""
    for high, low in zip_longest(above, below, fillvalue=""):
        group = high or group
        if low and high and (unit := _bare_unit(low)) and not unit_of(high):
            result.append(f"{high}({unit})")
        elif low and high and _is_remark(low):
            result.append(high)
        elif not low or not group or _is_known(low, wanted):
            result.append(low or high)
        else:
            result.append(_part_of(group, low, wanted))
    return result


def _part_of(group: str, part: str, wanted: set[str]) -> str:
    """Return the header of a part: 常住 under 人口 is 常住人口, 合计 is 人口, 男 is another than both."""
    if _is_known(part + group, wanted):
        return part + group
    return group if part.strip() in _TOTALS else f"{part} {group}"


def _grouped(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Return headers under a row of groups: one that repeats is named by the group above it."""
    result = []
    group = ""
    for high, low in zip_longest(above, below, fillvalue=""):
        group = high or group
        repeats = low and list(below).count(low) > 1 and group and group != low
        result.append(f"{group} {low}" if repeats else low or high)
    return result


def match_columns(
    headers: Sequence[str],
    schema: LayerSchema,
    columns: Mapping[str, str],
    values: Mapping[str, str],
    source: str,
    *,
    settled: Sequence[str] = (),
) -> ColumnMap:
    """Return which header fills which role.

    What the study maps comes first and must be there. Other roles are filled by the headers people
    commonly write for them, a header at most once, the order of the role's own list deciding.

    Parameters
    ----------
    headers
        The headers of the file, unique.
    schema
        What this kind of layer holds.
    columns, values
        The tables of the study.
    source
        What to call the file in a fault.
    settled
        Roles that need no column, whatever headers there are.
    """
    matches: list[ColumnMatch] = [ColumnMatch(role, value, "value") for role, value in values.items()]
    faults: list[Fault] = []
    by_plain: dict[str, str] = {}
    for header in headers:
        by_plain.setdefault(plain_header(header), header)
    for header in headers:
        by_plain.setdefault(plain_header(without_unit(header)), header)
    for role, wanted in columns.items():
        exact: str | None = wanted if wanted in headers else None
        mapped = exact or by_plain.get(plain_header(wanted))
        if mapped is None:
            faults.append(_missing_header(wanted, headers, source))
        else:
            matches.append(ColumnMatch(role, mapped, "study"))
    place_is_mapped = any(role in columns for role in PLACE_ROLES)
    for known in (*schema.roles, *(all_roles()[role] for role in PLACE_ROLES)):
        taken = {match.header for match in matches if match.how != "value"}
        done = {*settled, *(match.role for match in matches)}
        if known.id in done or known.id in columns or (known.id in PLACE_ROLES and place_is_mapped):
            continue
        if (fitting := _recognised(known, by_plain, taken)) is not None:
            matches.append(ColumnMatch(known.id, fitting, "recognised"))
    used = {match.header for match in matches if match.how != "value"}
    return ColumnMap(tuple(matches), tuple(h for h in headers if h not in used), tuple(faults))


def _recognised(role: Role, by_plain: Mapping[str, str], taken: set[str]) -> str | None:
    for header in role.headers:
        written = by_plain.get(plain_header(header))
        if written is not None and written not in taken:
            return written
    return None


def _missing_header(wanted: str, headers: Sequence[str], source: str) -> Fault:
    near = nearest_names(wanted, headers) or tuple(headers[:12])
    what = Text("no column has this header", "没有这一列")
    fix = Text(f"Columns there: {', '.join(near)}", f"现有列：{'、'.join(near)}")
    return Fault(what, fix, source=source, column=wanted, code="missing_column")
