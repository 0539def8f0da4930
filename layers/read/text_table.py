"""CSV and TSV: encoding, delimiter and header row found, every line accounted for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from geo.errors import Fault, because
from geo.text import Text
from layers.catalogue.headers import SEARCHED_ROWS, find_headers, title_units
from layers.read.encodings import decode, find_encoding
from layers.read.raw_table import (
    MAX_COLUMNS,
    MAX_ROWS,
    RawTable,
    duplicate_header_notes,
    input_error,
    unique_headers,
)

MAX_FILE_BYTES = 2 << 30
MAX_LINE_BYTES = 4 << 20
_DELIMITERS = (",", "\t", ";", "|", "，", "；")
_UNIT_SEPARATOR = "\x1f"
_UTF8 = ("utf-8", "utf-8-sig", "ascii")


@dataclass(frozen=True, slots=True)
class TextOptions:
    """What the study says about a text table; None where it is to be found."""

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    mapped: tuple[str, ...] = ()


def read_text_table(path: Path, options: TextOptions, *, source: str = "") -> RawTable:
    """Read a CSV or TSV file; every cell stays text.

    Parameters
    ----------
    path
        The file.
    options
        What the study says.
    source
        What to call the file in a fault; its name where left out.

    Raises
    ------
    InputError
        Where the encoding cannot be told, a line is longer than 4 MB, or there is no row.
    """
    source = source or path.name
    data = _bytes_of(path, source)
    encoding = options.encoding or find_encoding(data, source)
    if encoding.lower() in _UTF8:
        marked = data.startswith(b"\xef\xbb\xbf")
        data = data.removeprefix(b"\xef\xbb\xbf")
        if options.encoding is not None or marked:
            # A byte order mark alone says nothing of the bytes after it.
            decode(data, "utf-8", source)
    else:
        data = decode(data, encoding, source).encode("utf-8", errors="surrogatepass")
    _check_lines(data, source)
    head = data[: 1 << 20].decode("utf-8", errors="ignore")
    written = delimiter = options.delimiter or find_delimiter(head)
    if not delimiter.isascii():
        # The parser takes one byte between cells; this one stands in no text.
        data, delimiter = data.replace(delimiter.encode("utf-8"), _UNIT_SEPARATOR.encode()), _UNIT_SEPARATOR
        head = data[: 1 << 20].decode("utf-8", errors="ignore")
    first = list(islice(_parsed(head, delimiter), SEARCHED_ROWS))
    header_row, found_headers = _headers(first, options, source)
    headers, repeated = unique_headers(_cut(found_headers))
    table, broken = _read_rows(data, delimiter, header_row, headers, source)
    rows = _row_numbers(table.num_rows, header_row, [row.number for row in broken])
    broken = [row for row in broken if row.text.strip(delimiter + " \r\n")]
    details = {"encoding": encoding, "delimiter": written, "header row": str(header_row)}
    cells = _frame(table)
    return RawTable(
        cells=cells,
        rows=rows,
        source=source,
        details=details,
        broken=tuple(_broken_fault(row, source) for row in broken),
        broken_text=tuple(row.text for row in broken),
        notes=duplicate_header_notes(repeated, source),
        units=title_units(first, header_row - 1, options.mapped, first[header_row:]),
    )


def find_delimiter(head: str) -> str:
    r"""Return what stands between the cells: the mark that cuts most lines into the same number of cells.

    Examples
    --------
    >>> find_delimiter('name;place\nshop;"121.3,31.2"\n')
    ';'
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in islice(_parsed(head, delimiter), SEARCHED_ROWS) if any(row)]
        wide = [width for width in widths if width > 1]
        if wide:
            common = max(set(wide), key=wide.count)
            score = (wide.count(common) / len(widths), common)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _bytes_of(path: Path, source: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            what = Text("a text table over 2 GB", "文本表超过 2 GB")
            fix = Text("Cut it, or use GeoParquet", "请拆分，或改用 GeoParquet")
            raise input_error(source, what, fix, code="too_large")
        data = path.read_bytes()
    except OSError as error:
        what = because(Text("cannot be read", "无法读取"), error)
        raise input_error(source, what, Text("Check the file", "请检查文件"), code="unreadable") from None
    if not data.strip():
        fix = Text("Export it again", "请重新导出")
        raise input_error(source, Text("the file is empty", "文件为空"), fix, code="empty")
    return data


def _check_lines(data: bytes, source: str) -> None:
    """Refuse lines no table has, before any parser holds them: one unclosed quote, or one hostile line."""
    start = 0
    while len(data) - start > MAX_LINE_BYTES:
        end = data.rfind(b"\n", start, start + MAX_LINE_BYTES)
        if end < 0:
            number = data.count(b"\n", 0, start) + 1
            what = Text(f"line {number} is longer than 4 MB", f"第 {number} 行超过 4 MB")
            fix = Text("This is not a table of places; export it again", "这不是点位表，请重新导出")
            raise input_error(source, what, fix, code="long_line")
        start = end + 1


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield []


def _headers(first: Sequence[Sequence[str]], options: TextOptions, source: str) -> tuple[int, list[str]]:
    """Return the row of the headers, counted from 1, and the headers."""
    if options.header_row is not None and options.header_row > len(first):
        what = Text(
            f"there is no row {options.header_row} to hold headers", f"没有第 {options.header_row} 行"
        )
        fix = Text("Mend header_row", "请修改 header_row")
        raise input_error(source, what, fix, code="header_row")
    at = None if options.header_row is None else options.header_row - 1
    index, headers = find_headers(first, options.mapped, at)
    return index + 1, headers


def _cut(headers: Sequence[str]) -> list[str]:
    return [header[:200] for header in headers[:MAX_COLUMNS]]


def _read_rows(
    data: bytes, delimiter: str, header_row: int, headers: list[str], source: str
) -> tuple[pa.Table, list[pa_csv.InvalidRow]]:
    broken: list[pa_csv.InvalidRow] = []

    def keep_broken(row: pa_csv.InvalidRow) -> str:
        broken.append(row)
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            # One thread: only then does the parser tell the number of a broken row.
            read_options=pa_csv.ReadOptions(
                use_threads=False, column_names=headers, skip_rows=header_row, block_size=4 * MAX_LINE_BYTES
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_broken,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(headers, pa.large_string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        what = because(Text("cannot be cut into rows", "无法解析为表格"), error)
        fix = Text("Look for an unclosed quotation mark", "请检查未闭合的引号")
        raise input_error(source, what, fix, code="unreadable") from None
    if table.num_rows > MAX_ROWS:
        what = Text(f"more than {MAX_ROWS:,} rows", f"超过 {MAX_ROWS:,} 行")
        raise input_error(source, what, Text("Cut it", "请拆分"), code="too_large")
    return table, broken


def _row_numbers(
    count: int, header_row: int, broken: list[int]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the number of each row in the file, the broken ones left out."""
    numbers = np.arange(header_row + 1, header_row + 1 + count + len(broken), dtype=np.int64)
    return np.setdiff1d(numbers, np.asarray(broken, dtype=np.int64), assume_unique=True)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _broken_fault(row: pa_csv.InvalidRow, source: str) -> Fault:
    what = Text(
        f"{row.actual_columns} cells where the header has {row.expected_columns}",
        f"该行有 {row.actual_columns} 格，表头为 {row.expected_columns} 格",
    )
    fix = Text("Put text that holds the delimiter in quotation marks", "含分隔符的文字请加引号")
    return Fault(what, fix, source=source, row=row.number, value=row.text[:80], code="broken_row")
