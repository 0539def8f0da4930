import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from geo.errors import InputError
from layers.read.files import read_file
from layers.study.sources import LayerSource


def layer(**keys: object) -> LayerSource:
    return LayerSource.model_validate({"id": "a", "kind": "facility", "source": "a.zip", **keys})


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return path


def test_zipped_csv(tmp_path: Path) -> None:
    table = read_file(
        packed(tmp_path / "a.zip", a__csv="名称,经度\n甲,1\n".encode("gbk"), readme__md=b"x"), layer()
    )
    assert table.cells["名称"].tolist() == ["甲"]
    assert table.source == "a.zip"


def test_zipped_shapefile_brings_its_companions(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=gpd.points_from_xy([1], [2]), crs=4490)
    frame.to_file(tmp_path / "a.shp", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in sorted(tmp_path.glob("a.*")):
            if part.suffix != ".zip":
                archive.write(part, f"folder/{part.name}")
    table = read_file(tmp_path / "a.zip", layer())
    assert (table.crs, table.cells["name"].tolist()) == ("EPSG:4490", ["甲"])


def test_several_members_are_a_question(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", a__csv=b"name\nx\n", b__csv=b"name\ny\n")
    with pytest.raises(InputError, match=r"several layers.*a\.csv, b\.csv"):
        read_file(path, layer())
    assert read_file(path, layer(member="b.csv")).cells["name"].tolist() == ["y"]
    with pytest.raises(InputError, match=r"no such member.*b\.csv"):
        read_file(path, layer(member="c.csv"))


def test_names_written_on_a_chinese_windows_are_read(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("站点.csv".encode("gbk").decode("cp437"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "name\nx\n")
    data = (tmp_path / "a.zip").read_bytes()
    # Python marks such names as UTF-8 and so writes them; Windows writes the GBK bytes without the mark.
    utf8, gbk = info.filename.encode(), "站点.csv".encode("gbk")
    short = data.replace(utf8, gbk + b"_" * (len(utf8) - len(gbk)))
    short = short.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00")
    (tmp_path / "a.zip").write_bytes(short)
    from layers.read.archive import member_name

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert member_name(archive.infolist()[0]).startswith("站点.csv")


def test_bomb_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", a__csv=b"0" * 60_000_000)
    with pytest.raises(InputError, match="would unpack to") as caught:
        read_file(path, layer())
    assert caught.value.faults[0].code == "zip_bomb"


def test_member_that_climbs_out_is_written_nowhere_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../evil.csv", "name\nx\n")
    assert read_file(tmp_path / "a.zip", layer()).cells["name"].tolist() == ["x"]
    assert not list(tmp_path.parent.glob("evil.csv"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"no archive"])
def test_broken_archive_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(InputError, match="broken or locked"):
        read_file(tmp_path / "a.zip", layer())


@pytest.mark.parametrize("ending", [".et", ".numbers"])
def test_old_workbooks_are_to_be_saved_anew(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a{ending}").write_bytes(b"x")
    with pytest.raises(InputError, match=r"are not read.*save it as \.xlsx"):
        read_file(tmp_path / f"a{ending}", layer())


def test_unknown_ending_lists_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"'\.docx' are not read.*\.csv"):
        read_file(tmp_path / "a.docx", layer())
