"""What is written in Chinese: full-width punctuation, and one word for each thing."""

from __future__ import annotations

import pytest

from geo.text import Text
from tests.support.words import chinese_texts, english_left_over, faults_of, script_texts, toml_texts

ROOMS = ("geo", "layers", "maps", "api")
TEXTS = chinese_texts(*ROOMS)
DATA = toml_texts("layers/catalogue/data", "layers/hours", "layers/new", "api/cli")
FIELDS = toml_texts("maps/geodata")
"""Words for columns; they name values that stand in a file, which are English."""

SCRIPTS = script_texts("maps/assets/page")


def test_texts_are_found():
    assert {"覆盖率", "备选点位"} <= {zh for _, zh in TEXTS}


def test_every_chinese_text_keeps_to_the_glossary():
    assert [f"{place}: {fault}" for place, zh in TEXTS for fault in faults_of(zh)] == []


def test_texts_of_data_are_found():
    found = {"未能取得标准原文。在补充条文之前，不能据此评估。", "便利店", "服务片区", "职工", "骑自行车"}
    assert found <= {zh for _, zh in DATA}


def test_every_chinese_text_of_the_data_keeps_to_the_glossary():
    assert {"可达率", "等效点位"} <= {zh for _, zh in FIELDS}
    assert [f"{place}: {fault}" for place, zh in (*DATA, *FIELDS) for fault in faults_of(zh)] == []


def test_no_english_is_left_over_in_the_data():
    assert [(place, word) for place, zh in DATA for word in english_left_over(zh)] == []


def test_the_scripts_of_the_page_keep_to_the_glossary():
    """Most words come from `maps/wording.py`; those of hours and round numbers are made in the page."""
    assert {"约{}万", "约{}", "周一"} <= {zh for _, zh in SCRIPTS}
    assert [f"{place}: {fault}" for place, zh in SCRIPTS for fault in faults_of(zh)] == []


def test_english_left_over_is_found():
    assert english_left_over("最近的park与GB 50180") == ["park"]


@pytest.mark.parametrize(
    ("zh", "fault"),
    [
        ("时限(分钟)", "half-width ("),
        ("人口,覆盖率", "half-width ,"),
        ("无法识别.", "half-width ."),
        ("最大缺口", "缺口: say 短板"),
        ("服务阵地", "服务阵地: say 服务站点"),
        ("附近的服务站", "服务站: say 服务站点"),
        ("新增商户", "商户: say 合作商户"),
        ("值为 None", "None in a sentence"),
        ("各情形下的覆盖", "情形: say 情景"),
        ("30米内没有街道", "内没有街道: say 道路"),
        ("未选点位", "未选: say 推荐"),
    ],
)
def test_what_is_wrong_is_found(zh, fault):
    assert any(found.startswith(fault) for found in faults_of(zh))


@pytest.mark.parametrize(
    "zh", ["服务站点", "合作商户", "95% 距道路不超过（米）", "见 gaps.csv", "步行 1.0 m/s"]
)
def test_what_is_right_is_left_alone(zh):
    assert faults_of(zh) == []


def test_words_in_braces_are_not_read_as_words():
    assert faults_of(Text("{None}", "{None}人").zh) == []
