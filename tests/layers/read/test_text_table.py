from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from layers.read.text_table import TextOptions, find_delimiter, read_text_table


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["名称", "经度", "纬度", "地址"], ["甲", "121.3", "31.2", '"a,b"']]
    table = read_text_table(write(tmp_path, "\n".join(delimiter.join(r) for r in rows)), TextOptions())
    assert list(table.cells.columns) == ["名称", "经度", "纬度", "地址"]
    assert table.cells.iloc[0].tolist() == ["甲", "121.3", "31.2", "a,b"]
    assert table.details["delimiter"] == delimiter


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    text = '站点一览表,,\n\n名称,经度,纬度\n甲,1,2\n"乙\n二",3,4\n\n丙,5\n丁,6,7,8\n戊,9,10\n'
    table = read_text_table(write(tmp_path, text), TextOptions())
    named = dict(zip(table.cells["名称"], table.rows.tolist(), strict=True))
    assert {name: row for name, row in named.items() if name} == {"甲": 4, "乙\n二": 5, "戊": 9}
    assert [fault.row for fault in table.broken] == [7, 8]
    assert table.broken_text == ("丙,5", "丁,6,7,8")


def test_study_fixes_encoding_delimiter_and_header_row(tmp_path: Path) -> None:
    path = write(tmp_path, "junk;junk\nname;lon,x\n中;1\n".encode("big5"))
    table = read_text_table(path, TextOptions("big5", ";", 2))
    assert table.cells.to_dict("list") == {"name": ["中"], "lon,x": ["1"]}


def test_mapped_header_helps_to_find_its_row(tmp_path: Path) -> None:
    text = "report,2024\nDesignation,Ost,Nord\na,1,2\n"
    table = read_text_table(write(tmp_path, text), TextOptions(mapped=("Ost", "Nord")))
    assert table.details["header row"] == "2"


def test_repeated_and_empty_headers_stay_apart(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "name,name,,lon\na,b,c,1\n"), TextOptions())
    assert list(table.cells.columns) == ["name", "name (2)", "column 3", "lon"]
    assert [note.code for note in table.notes] == ["duplicate_header"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"name,lon\n" + b"x" * 50_000_000, "long_line"),
        (b'name,lon\n"' + b"x," * 3_000_000, "long_line"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text_table(write(tmp_path, data), TextOptions())
    assert caught.value.faults[0].code == code


def test_missing_header_row_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row 9"):
        read_text_table(write(tmp_path, "a,b\n1,2\n"), TextOptions(header_row=9))


def test_one_column_is_a_table_too() -> None:
    assert find_delimiter("wkt\nPOINT\n") == ","


CELLS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff", exclude_categories=("Cs",)),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_written_cells_come_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    table = read_text_table(write(tmp_path, "name,lon\n" + quoted + "\n"), TextOptions("utf-8", ",", 1))
    assert list(table.cells.itertuples(index=False, name=None)) == rows


def test_a_byte_order_mark_before_bytes_that_are_no_utf8_is_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfid,name,lon\n1,\xe7\xab,2\n3,\xb2\xb2\n")
    with pytest.raises(InputError, match=r"not utf-8 at byte 14 \(line 2\)"):
        read_text_table(path, TextOptions())
    assert capfd.readouterr().err == ""
