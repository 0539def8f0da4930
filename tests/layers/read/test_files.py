"""What is said of a file that a library cannot read: in Chinese no word of the library's English."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import layers.read.files as files
from geo.errors import InputError
from layers.read.archive import unpacked
from layers.read.files import read_file
from layers.read.raster import read_population
from layers.study.model import parse_study
from layers.study.sources import LayerSource
from tests.support.words import english_left_over

Write = Callable[[Path], object]


def _no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")


def _layer() -> LayerSource:
    return LayerSource(id="a", kind="station", source="a.csv", licence="own", attribution="us")


DAMAGED: dict[str, tuple[Write, str]] = {
    "a.xlsx": (_no_workbook, "无法读取工作簿"),
    "b.shp": (lambda path: path.write_bytes(struct.pack(">i", 9994) + b"\0" * 20), "无法读取"),
    "c.parquet": (lambda path: path.write_bytes(b"PAR1" + b"\0" * 40), "无法读取"),
    "d.zip": (lambda path: path.write_bytes(b"PK\3\4junk"), "压缩包损坏或已加密"),
    "e.csv": (lambda path: path.mkdir(), "无法读取：该路径是文件夹"),
    "f.geojson": (lambda _: None, "无法读取：文件不存在"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_told_in_the_readers_language(tmp_path: Path, name: str) -> None:
    write, said = DAMAGED[name]
    write(tmp_path / name)
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / name, _layer())
    (fault,) = caught.value.faults
    assert fault.what.zh == said
    assert english_left_over(fault.what.zh) == []
    assert len(fault.what.en.partition(": ")[2]) > 3


def test_what_no_reader_expects_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("xl/workbook.xml")

    monkeypatch.setattr(files, "_read", fail)
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "a.csv", _layer())
    assert caught.value.faults[0].what.zh == "无法读取，文件似已损坏"


def test_a_raster_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"II*\0" + b"\0" * 40)
    with pytest.raises(InputError) as caught:
        read_population(tmp_path / "a.tif", [0.0, 0.0, 1.0, 1.0])
    assert caught.value.faults[0].what.zh == "不是可读取的 GeoTIFF 文件"


def test_a_study_that_is_no_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        parse_study('name = "x"\nlayer = \n', tmp_path)
    assert caught.value.faults[0].what.zh == "不是有效的 TOML：第 2 行"


def test_a_locked_archive_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "name\n")
    data = (tmp_path / "a.zip").read_bytes()
    # The flag of a password, in the header of the file and in the directory.
    locked = data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    (tmp_path / "a.zip").write_bytes(locked.replace(b"\x14\x03\x14\x00\x00", b"\x14\x03\x14\x00\x01"))
    with pytest.raises(InputError) as caught, unpacked(tmp_path / "a.zip", None, (".csv",)):
        pass
    assert caught.value.faults[0].what.zh == "压缩包损坏或已加密"
