import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from layers.read.encodings import decode, find_encoding, garbled_reading

SIMPLIFIED = "名称,经度,纬度\n嘉定区党群服务中心,121.25,31.38\n真仁堂药业连锁有限公司,121.26,31.37\n"
TRADITIONAL = "名稱,經度,緯度\n臺北市社區服務中心,121.5,25.0\n便利商店,121.6,25.1\n"


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        ("name,lon,lat\na,1,2\n", "ascii", "utf-8"),
    ],
)
def test_encoding_is_found_from_the_bytes(text: str, codec: str, found: str) -> None:
    data = text.encode(codec)
    assert find_encoding(data, "a.csv") == found
    assert decode(data, found, "a.csv") == text


def test_gbk_without_known_headers_is_found_by_its_characters() -> None:
    data = "上海市第一人民医院,虹口区,海宁路一百号\n".encode("gbk")
    assert find_encoding(data, "a.csv") == "gb18030"


def test_big5_without_known_headers_is_found_by_its_characters() -> None:
    data = "國立臺灣大學醫學院附設醫院在臺北市中正區常德街一號\n".encode("big5")
    assert find_encoding(data, "a.csv") == "big5hkscs"


@pytest.mark.parametrize("text", ["Café,1\nMédecin,2\n", "é\n"])
def test_western_text_is_a_question_with_its_readings(text: str) -> None:
    with pytest.raises(InputError, match="cannot be told from the bytes") as caught:
        find_encoding(text.encode("latin-1"), "a.csv")
    assert "cp1252" in caught.value.faults[0].value


def test_text_that_both_chinese_encodings_can_read_is_told_by_its_characters() -> None:
    data = "超市便民\n".encode("gbk")
    data.decode("big5hkscs")
    assert find_encoding(data, "a.csv") == "gb18030"


def test_one_character_common_in_both_encodings_is_a_question() -> None:
    data = "安\n".encode("gbk")
    assert data.decode("big5hkscs") != "安\n"
    with pytest.raises(InputError, match="cannot be told"):
        find_encoding(data, "a.csv")


def test_declared_encoding_that_does_not_fit_names_byte_and_line() -> None:
    with pytest.raises(InputError, match=r"not utf-8 at byte 7 \(line 2\)"):
        decode("name\na,中".encode("gbk"), "utf-8", "a.csv")


def test_unknown_encoding_is_told() -> None:
    with pytest.raises(InputError, match="no such encoding"):
        decode(b"a", "klingon", "a.csv")


@pytest.mark.parametrize(("codec", "wrong"), [("gbk", "latin-1"), ("utf-8", "latin-1")])
def test_garbled_names_are_recognised_and_shown(codec: str, wrong: str) -> None:
    text = "服务中心".encode(codec).decode(wrong)
    found = garbled_reading(["plain", text])
    assert found is not None
    assert found[:2] == (text, "服务中心")


def test_real_western_names_are_not_garbled() -> None:
    assert garbled_reading(["Café de Flore", "Ærø", "São João", "Müller & Söhne", "中心", "Größe"]) is None


@given(
    st.text(
        alphabet="的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动",
        min_size=12,
    )
)
def test_common_chinese_survives_every_way_of_writing_it(text: str) -> None:
    whole = f"名称,经度,纬度\n{text},1,2\n"
    for codec in ("utf-8", "gb18030", "utf-16"):
        data = whole.encode(codec)
        assert decode(data, find_encoding(data, "a"), "a") == whole


@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer_that_decodes_or_a_question(data: bytes) -> None:
    try:
        encoding = find_encoding(data, "a")
    except InputError:
        return
    decode(data, encoding, "a")
