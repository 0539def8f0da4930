"""Any file a study may name, read into one shape by its ending."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InputError, because
from geo.text import Text
from layers.read.archive import unpacked
from layers.read.raw_table import RawTable, input_error
from layers.read.sheets import BOOK_SUFFIXES, read_workbook
from layers.read.text_table import TextOptions, read_text_table
from layers.read.vector import PARQUET_SUFFIXES, VECTOR_SUFFIXES, read_parquet, read_vector
from layers.study.sources import LayerSource

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
SUFFIXES = (*TEXT_SUFFIXES, *BOOK_SUFFIXES, *VECTOR_SUFFIXES, *PARQUET_SUFFIXES)
ARCHIVES = (".zip", ".kmz")
_SAVE_AS = Text("Open it in Excel or WPS and save it as .xlsx", "请用 Excel 或 WPS 打开，另存为 .xlsx")
_OLD_EXCEL = {".et": _SAVE_AS, ".numbers": _SAVE_AS}


def read_file(path: Path, layer: LayerSource, *, source: str = "") -> RawTable:
    """Read a layer's file.

    Parameters
    ----------
    path
        The file.
    layer
        What the study says about it: sheet, header row, encoding, delimiter, table, member, columns.
    source
        What to call the file in a fault; its name where left out.

    Raises
    ------
    InputError
        Where the file cannot be read; what cannot be used in single rows stays in the table's ``broken``.
    """
    source = source or path.name
    try:
        return _read(path, layer, source)
    except InputError:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        # The border of the readers: whatever a library makes of a damaged file ends as one sentence, a
        # panic of a library in Rust (no Exception by its class) among them.
        raise _damaged(source, error) from None


def _read(path: Path, layer: LayerSource, source: str) -> RawTable:
    suffix = path.suffix.lower()
    if suffix in ARCHIVES:
        with unpacked(path, layer.member, SUFFIXES) as inner:
            return _read(inner, layer, source)
    if suffix in TEXT_SUFFIXES:
        delimiter = layer.delimiter or ("\t" if suffix == ".tsv" else None)
        mapped = tuple(layer.columns.values())
        return read_text_table(
            path, TextOptions(layer.encoding, delimiter, layer.header_row, mapped), source=source
        )
    if suffix in BOOK_SUFFIXES:
        return read_workbook(
            path,
            sheet=layer.sheet,
            header_row=layer.header_row,
            mapped=tuple(layer.columns.values()),
            source=source,
        )
    if suffix in PARQUET_SUFFIXES:
        return read_parquet(path, source=source)
    if suffix in VECTOR_SUFFIXES:
        return read_vector(path, table=layer.table, encoding=layer.encoding, source=source)
    what = Text(f"files ending in '{suffix}' are not read", f"不支持 {suffix or '无扩展名'} 文件")
    fix = _OLD_EXCEL.get(suffix) or Text(
        f"Use one of {', '.join((*SUFFIXES, *ARCHIVES))}", f"可用：{'、'.join((*SUFFIXES, *ARCHIVES))}"
    )
    raise input_error(source, what, fix, code="wrong_format")


def _damaged(source: str, error: BaseException) -> InputError:
    what = because(Text("cannot be read, it seems damaged", "无法读取，文件似已损坏"), error)
    fix = Text("Open it in its own program and save it again", "请用原软件打开并重新保存")
    return input_error(source, what, fix, code="unreadable")
