from pathlib import Path

import pytest

from geo.errors import InputError
from layers.study.paths import files_like, is_database, resolve_source, without_password


def test_relative_path_stays_inside(tmp_path: Path) -> None:
    assert resolve_source(tmp_path, "data/a.csv") == tmp_path / "data" / "a.csv"
    assert resolve_source(tmp_path, "data/../a.csv") == tmp_path / "a.csv"


@pytest.mark.parametrize("written", ["../a.csv", "data/../../a.csv", "/etc/../etc/passwd"])
def test_traversal_is_refused_unless_declared(tmp_path: Path, written: str) -> None:
    with pytest.raises(InputError, match="outside = true"):
        resolve_source(tmp_path, written)
    assert resolve_source(tmp_path, written, outside=True).is_absolute()


def test_plain_absolute_path_is_taken(tmp_path: Path) -> None:
    assert resolve_source(tmp_path / "study", str(tmp_path / "a.csv")) == tmp_path / "a.csv"


def test_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "study"
    inside.mkdir()
    (inside / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="leads out"):
        resolve_source(inside, "link.csv")


@pytest.mark.parametrize(
    "written",
    [
        "/vsicurl/http://a/b.geojson",
        "https://a/b.csv",
        "PG:dbname=x",
        "<OGRVRTDataSource/>",
        "a\x00b",
        '{"a":1}',
    ],
)
def test_addresses_and_virtual_files_are_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(InputError, match="not a path"):
        resolve_source(tmp_path, written, outside=True)


def test_password_is_never_shown() -> None:
    assert "secret" not in without_password("postgresql://u:secret@h/d?password=secret")
    assert is_database("POSTGRES://h/d")


def test_a_missing_sheet_is_not_taken_for_another_because_of_its_ending(tmp_path):
    for name in ("服务站点.csv", "人口数据.csv", "people.xlsx"):
        (tmp_path / name).write_text("x")
    assert files_like(tmp_path / "人囗数据.csv") == ("人口数据.csv",)
    assert files_like(tmp_path / "people.csv") == ("people.xlsx",)
    assert files_like(tmp_path / "台账.csv") == ()
    assert files_like(tmp_path / "nowhere" / "people.csv") == ()
