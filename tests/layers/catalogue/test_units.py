import pytest

from layers.catalogue.units import factor, looks_like_unit, unit_of, units_above, without_unit


@pytest.mark.parametrize(
    ("written", "unit", "times"),
    [
        ("万人", "people", 10_000),
        ("仟人", "people", 1_000),
        ("十万人", "people", 100_000),
        ("万", "people", 10_000),
        ("10^4人", "people", 10_000),
        ("×10⁴", "people", 10_000),
        ("1,000人", "people", 1_000),
        ("k", "people", 1_000),
        ("萬元", "as written", 10_000),
        ("千户", "dwellings", 1_000),
        ("km²", "m2", 1_000_000),
        ("亩", "m2", 2000 / 3),
        ("坪", "m2", 400 / 121),
        ("万平方米", "m2", 10_000),
        ("％", "share", 0.01),
    ],
)
def test_factors(written: str, unit: str, times: float) -> None:
    assert factor(written, unit) == pytest.approx(times)


@pytest.mark.parametrize(
    ("written", "unit"),
    [("户", "people"), ("万辆", "people"), ("104人", "people"), ("万", "m2"), ("x" * 99, "people")],
)
def test_what_is_no_unit_of_a_thing_has_no_factor(written: str, unit: str) -> None:
    assert factor(written, unit) is None


@pytest.mark.parametrize("remark", ["2020年", "七普", "含流动人口", "百度热力", ""])
def test_remarks_are_no_units(remark: str) -> None:
    assert not looks_like_unit(remark)


def test_units_of_headers_and_lines() -> None:
    assert [unit_of(header) for header in ("人口 单位：万人", "人口_万人", "水平")] == ["万人", "万人", ""]
    assert without_unit("人口 单位：万人") == "人口"
    assert units_above(["单位：万人、公顷", "编制单位：某某局"]) == ("万人", "公顷")
