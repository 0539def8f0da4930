"""Workbooks of other programs: what they show, merge and hide is read as that of XLSX is."""

from __future__ import annotations

import base64
import zipfile
import zlib
from pathlib import Path

import pytest

from geo.errors import InputError
from layers.read.sheets import read_workbook

OLD_EXCEL = zlib.decompress(
    base64.b85decode(
        "c-rk)O-NKx6#mYee^DDv0}Vus%*;jFCJKF1P_7#62Z{*GpMgTr7>d$`SvJrn3R)Gl5JU*VtVN|o6m41rMlGTu(4<<lsGy>S`"
        "a0*lH>NcU2g)+u_qgYrd+xpGo;mm2`|iBQBRQkJ*9yn*6KdeWlof)1hK{&|l9e#H-LgbX@*o$>#eza8$P4NB;da)efUKdc_Z"
        "SQedhas@UUS)lgNU}b#fs+<8`Xyf5+AC`%eiOZBA09ws9(8Co0KkAdR6=0Q5sRrX{FWNca(Nx#Eh1&b@F(ZQKD_xObIu2%nQ"
        "|2A|DSWkB^-tyRQ!$;s+X9|ILOXZzlS{D_0w9i^UsSN0G-%*oQAxG4MILSML?O`uWupSpRLdK9E9x&hP@=u=bH8VgecX;L!!"
        "9{ime1%rA>g^e#5RN3!ftDcm<}$Hxw4BVGOV%&su=gNCEy+k;jhIvfpItgSk{8p<l==subu$G2|x@T~2grJEp=X)_k7oTFPI"
        "%m@0!<xfwxG}f7WRnx6Uy!|3rE}p}}aT&pbv$aK?hqRRIh*e5YsMVz^7b?x;1ZG}Zm+uIhd$i9<Z7t<_)+nBuD`v=LEGOP?y"
        ";YPLH&?PeP&?L{H}K5tMG3!{nk7>F^q_(&=)!rykeTG<92u{a7W{I21dXucyXCy?7GV+@D&{D)YZ4urt{G0O?3#yb9>*4?ut"
        "jQ1qT}Isk=lAb*nhpOzCL1W#9rCZgVL(?W~9rI5n}U<W79}s(@>i}$ELk{M_wl0u5)Y}YV%T4<ZCC}yvtED96#TvN2GNRYK&"
        "am5Mz9J{=j_X3{BI8nlqF#XCzJ<Riuil3l}b2xNzaZ#a{yHCDy*U%jL}HT<`+Ucb!QtQ|@Py{}$WO&d(wKTe=Bt%;V@tD}R>"
        "2M@d^W$1%z8g@T<tdmJrjR6knM&R@Qu)6Cy9=Yiqhw}sN3e<~e6|M2|Z0iFE|zy"
    )
)
"""A .xls of ours: 名称, 经度, 纬度, 人口（万人） over two rows of one merged number, and a hidden sheet."""

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (("office", "office"), ("table", "table"), ("text", "text"))
)
MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def write_ods(path: Path, *rows: str) -> Path:
    body = "".join(rows)
    content = (
        f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="表">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return path


def row(*values: str | float, state: str = "", kind: str = "float") -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        if isinstance(value, str)
        else f'<table:table-cell office:value-type="{kind}" office:value="{value}"/>'
        for value in values
    )
    visibility = f' table:visibility="{state}"' if state else ""
    return f"<table:table-row{visibility}>{cells}</table:table-row>"


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(OLD_EXCEL)
    table = read_workbook(tmp_path / "a.xls")
    assert table.cells["名称"].tolist() == ["甲0", "甲1"]
    assert table.cells["人口（万人）"].tolist() == ["0.35", "0.35"]
    assert table.spread["人口（万人）"].tolist() == [False, True]
    assert [note.code for note in table.notes] == ["hidden_sheet"]


def test_percents_and_hidden_rows_of_an_open_document(tmp_path: Path) -> None:
    rows = row("名称", "入住率"), row("甲", 0.827, kind="percentage"), row("乙", 0.5, state="filter")
    table = read_workbook(write_ods(tmp_path / "a.ods", *rows))
    assert table.cells["入住率"].tolist() == ["82.7%", "0.5"]
    assert table.hidden is not None
    assert table.hidden.tolist() == [False, True]
    assert [note.code for note in table.notes] == ["hidden_rows"]


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.xlsb"])
@pytest.mark.parametrize("cut", [0, 9, 600, 3000])
def test_damaged_files_are_refused_by_name(tmp_path: Path, name: str, cut: int) -> None:
    (tmp_path / name).write_bytes(OLD_EXCEL[:cut])
    with pytest.raises(InputError, match=name):
        read_workbook(tmp_path / name)
