"""The readers on files as they are handed over; the folder is not part of the project."""

from pathlib import Path

import pytest

from layers.load import load_layers
from layers.study.model import parse_study
from tests.support.paths import SHARED_DATA

SHANGHAI = SHARED_DATA / "shanghai"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not SHANGHAI.is_dir(), reason="../shared/data is not there"),
]
COUNTS = {
    "medical": 2590,
    "kindergartens": 438,
    "primary_schools": 214,
    "secondary_schools": 219,
    "food": 4397,
    "bus_stops": None,
    "metro_stations": None,
    "theatres_cinemas": 255,
}


def study(tmp_path: Path, body: str):  # type: ignore[no-untyped-def]
    head = f'name = "x"\n[streets]\nextract = "{SHANGHAI}/shanghai_center.osm"\n'
    return parse_study(head + body, tmp_path)


def layer(name: str, source: Path, extra: str = 'kind = "facility"\ncrs = "EPSG:4326"\n') -> str:
    return f'[[layer]]\nid = "{name}"\nsource = "{source}"\nlicence = "t"\nattribution = "t"\n{extra}'


def test_every_row_of_every_sheet_is_accepted_and_understood(tmp_path: Path) -> None:
    body = "".join(layer(name, SHANGHAI / "poi" / f"{name}.csv") for name in COUNTS)
    layers = load_layers(study(tmp_path, body))
    for report in layers.reports:
        assert (report.rejected, report.unknown_categories) == (0, ())
        assert COUNTS[report.id] in (None, report.accepted + report.left_out)
    assert not layers.facilities.id.duplicated().any()


def test_animal_clinics_are_no_clinics(tmp_path: Path) -> None:
    frame = load_layers(study(tmp_path, layer("medical", SHANGHAI / "poi" / "medical.csv"))).facilities
    animals = frame[frame.name.str.contains("宠物医院|动物医院|宠物诊所")]
    assert set(animals.category) == {"veterinary"}
    assert (frame.category == "veterinary").sum() == 80


def test_districts_of_both_systems_meet_after_conversion(tmp_path: Path) -> None:
    body = layer("shifted", SHANGHAI / "districts_gcj02.json", 'kind = "area"\ncrs = "gcj02"\n')
    body += layer("unmoved", SHANGHAI / "districts_gcj02.json", 'kind = "area"\ncrs = "EPSG:4326"\n')
    body += layer("official", SHANGHAI / "districts_cgcs2000.geojson", 'kind = "area"\n')
    layers = load_layers(study(tmp_path, body))
    areas = layers.areas.to_crs(32651)
    shifted, unmoved, official = (
        areas[areas.layer == name].set_index("name").geometry for name in ("shifted", "unmoved", "official")
    )
    raw = layers.report("shifted")
    assert (raw.accepted, raw.crs.used, layers.report("official").crs.used) == (16, "gcj02", "EPSG:4490")
    for name in ("黄浦区", "徐汇区", "静安区"):
        right, wrong = (
            shape[name].symmetric_difference(official[name]).area / official[name].area
            for shape in (shifted, unmoved)
        )
        assert right < 0.1, name
        assert wrong > 2 * right, name
