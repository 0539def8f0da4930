"""The row of the headers, and the role each header stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.schema import PLACE_ROLES, LayerSchema, Role, all_roles, nearest_names

SEARCHED_ROWS = 30
_BRACKETS = re.compile(r"[(\[{【〔].*?[)\]}】〕]")
_FILLING = re.compile(r"[\s_\-*:：、，,。.'\"“”]+")
_UNIT = re.compile(r"[(\[【〔/]\s*([^)\]】〕/]+?)\s*[)\]】〕]?\s*$")


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
    >>> plain_header(" 联系 电话*"), plain_header("人数（人）"), plain_header("ＬＯＮ")
    ('联系电话', '人数', 'lon')
    """
    text = unicodedata.normalize("NFKC", header).lower().strip()
    bare = _FILLING.sub("", _BRACKETS.sub("", text))
    return bare or _FILLING.sub("", text)


def header_unit(header: str) -> str:
    """Return the unit a header names in brackets, or an empty text.

    Examples
    --------
    >>> header_unit("建筑面积（㎡）"), header_unit("人口(万人)"), header_unit("名称")
    ('m2', '万人', '')
    """
    match = _UNIT.search(unicodedata.normalize("NFKC", header))
    return match[1].strip() if match else ""


@lru_cache(maxsize=1)
def _known_headers() -> frozenset[str]:
    return frozenset(plain_header(header) for role in all_roles().values() for header in role.headers)


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
    scores = [sum(plain_header(cell) in wanted for cell in row if cell) for row in rows[:SEARCHED_ROWS]]
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

    Offices set headers in two rows: a group above (坐标) and its parts below (经度, 纬度), the other headers
    in either row. Where a cell of the lower row is empty, the upper one counts.

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
    >>> find_headers([["名称", "坐标", "", "人数"], ["", "经度", "纬度", ""], ["甲", "121", "31", "5"]])
    (1, ['名称', '经度', '纬度', '人数'])
    """
    if at is not None:
        return at, list(rows[at])
    first = find_header_row(rows, mapped)
    wanted = {plain_header(header) for header in mapped} | _known_headers()
    if first + 1 < len(rows) and _is_second_row(rows[first], rows[first + 1], wanted):
        return first + 1, _stacked(rows[first], rows[first + 1])
    above = rows[first - 1] if first else []
    if sum(bool(cell) for cell in above) > 1 and _is_second_row(above, rows[first], None):
        return first, _stacked(above, rows[first])
    return first, list(rows[first]) if rows else []


def _is_second_row(above: Sequence[str], below: Sequence[str], wanted: set[str] | None) -> bool:
    """Return whether a row goes on with the headers above it: nothing but headers, and gaps to be filled."""
    filled = [cell for cell in below if cell]
    gaps = any(cell and not (below[i] if i < len(below) else "") for i, cell in enumerate(above))
    known = wanted is None or all(plain_header(cell) in wanted for cell in filled)
    return bool(filled) and gaps and known


def _stacked(above: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(above), len(below))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (above, below))
    return [low or high for high, low in zip(upper, lower, strict=True)]


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
