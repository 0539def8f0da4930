"""`lifecircle sheet`: a PDF whose map is drawn in lines and letters, or a clear word why there is none."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from api.outputs import write_results
from api.run import run_study
from api.sheet import make_sheet
from geo.errors import InputError, OutputError
from maps.page.packing import document_of
from tests.support.browser import IN_BROWSER
from tests.support.map_town import HEAD, write_map_town
from tests.support.town import lifecircle

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of a town in Chinese, with an office and a review number."""
    head = HEAD.replace('language = "en"', 'language = "zh"\noffice = "嘉定"\nreview_number = "沪S(2026)1"')
    folder = write_map_town(tmp_path_factory.mktemp("town"), head)
    write_results(run_study(folder), only=("map.html",))
    return folder


def words(file: Path) -> str:
    """All text of the only page, without blanks; a few characters such as 人 are not read back from a PDF."""
    with pypdfium2.PdfDocument(file) as document:
        assert len(document) == 1
        return "".join(document[0].get_textpage().get_text_bounded().split())


def largest_picture(file: Path) -> float:
    """The most pixels of any picture of the page."""
    with pypdfium2.PdfDocument(file) as document:
        pictures = document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=9)
        return max(
            (float(picture.get_px_size()[0] * picture.get_px_size()[1]) for picture in pictures), default=0.0
        )


def darkest_share(file: Path) -> float:
    """How much of the page has the colour of the unserved, of all its pixels."""
    with pypdfium2.PdfDocument(file) as document:
        image = document[0].render(scale=0.5).to_pil().convert("RGB")
    seen = image.get_flattened_data() if hasattr(image, "get_flattened_data") else image.getdata()
    near = sum(all(abs(a - b) <= 4 for a, b in zip(pixel, (154, 99, 53), strict=True)) for pixel in seen)
    return near / (image.width * image.height)


@pytest.mark.parametrize(("size", "width"), [("a3", 1191), ("A4", 842)])
@pytest.mark.parametrize("series", [False, True])
def test_a_sheet_carries_what_it_must_and_its_map(
    town: Path, tmp_path: Path, size: str, width: int, *, series: bool
) -> None:
    file = make_sheet(town, size=size, series=series, output=tmp_path / "sheet.pdf")
    with pypdfium2.PdfDocument(file) as document:
        assert document[0].get_width() == pytest.approx(width, abs=1)
    said = words(file)
    for part in ("Town", "沪S(2026)1", "嘉定", f"({size.upper()})", "例尺1:", "Web墨卡托", "OpenStreetMap"):
        assert part in said, part
    assert "图书馆" in said, "what could not be assessed is among the caveats"
    assert largest_picture(file) < 60_000
    assert darkest_share(file) > 0.03


def test_service_minutes_and_case_are_those_asked_for(town: Path, tmp_path: Path) -> None:
    file = make_sheet(
        town, service="station", minutes=3, case="evening", size="a4", output=tmp_path / "s.pdf"
    )
    said = words(file)
    assert "服务站点·3分钟" in said
    assert "50%" in said
    series = words(make_sheet(town, series=True, size="a4", output=tmp_path / "n.pdf"))
    # Each at its own minutes: a clinic and a station within five.
    assert "28%" in series
    assert "260" in series


def test_the_file_lies_beside_the_map_unless_it_is_named(town: Path) -> None:
    done = lifecircle("sheet", town / "out", "--size", "a4")
    assert (done.returncode, done.stdout.strip()) == (0, str(town / "out" / "sheet.pdf"))


def test_what_is_not_on_the_map_is_refused_at_once(town: Path) -> None:
    with pytest.raises(InputError) as raised:
        make_sheet(town, size="a5", service="spa", minutes=4, case="night")
    assert [fault.source for fault in raised.value.faults] == ["--size", "--service", "--minutes", "--case"]
    assert "3, 5, 10" in raised.value.faults[2].fix.en


def test_without_a_map_or_a_browser_a_sentence_says_so(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_map_town(tmp_path / "new")
    with pytest.raises(InputError, match="there is no map of a run"):
        make_sheet(tmp_path / "new")
    (tmp_path / "other.html").write_text("<p>")
    with pytest.raises(InputError, match="no map of lifecircle"):
        make_sheet(tmp_path / "other.html")
    with pytest.raises(InputError, match="no Chromium, Chrome or Edge"):
        make_sheet(town, browser=tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("layers.write.printed_page.PLACES", ())
    with pytest.raises(InputError, match="Sheet for print"):
        make_sheet(town)


def test_a_browser_that_prints_nothing_leaves_no_file(town: Path, tmp_path: Path) -> None:
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(OutputError, match="no display"):
        make_sheet(town, browser=broken, output=tmp_path / "sheet.pdf")
    assert not (tmp_path / "sheet.pdf").exists()


def test_a_page_that_is_no_map_has_no_document() -> None:
    packed = '<script type="text/plain" id="lifecircle-data">{}</script>'
    for text in ("", packed.format("AAAA"), packed.format("é"), packed.format("")):
        assert document_of(text) is None
