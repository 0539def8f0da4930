import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalogue.vocabulary import vocabulary
from layers.cells.statuses import read_answers, read_statuses

STATES = vocabulary("status")
OPEN = ("开放", "已开放", "营业中", "正常", "启用", "建成", "运营")
NOT_OPEN = ("停", "关", "筹", "拟", "规划", "装修", "暂停", "未", "待", "施工", "撤")


@given(st.sampled_from(OPEN), st.sampled_from(NOT_OPEN), st.sampled_from(["", "（", "，", " ", "/"]))
def test_words_of_stopping_and_planning_never_mean_open(is_open: str, not_open: str, between: str) -> None:
    cells = pd.Series([is_open + between + not_open, not_open + between + is_open])
    assert "open" not in read_statuses(cells, STATES).values.tolist()


@given(st.text(max_size=20))
def test_any_other_text_is_open_only_by_a_word_for_it(text: str) -> None:
    state = read_statuses(pd.Series([text]), STATES).values[0]
    assert state is None or state in STATES.terms


@pytest.mark.parametrize("cell", ["2026.1", "规划2026.1", "2026年6月至2027年3月", "2026年13月"])
def test_a_date_that_may_be_two_is_none(cell: str) -> None:
    assert read_statuses(pd.Series([cell]), STATES).opens_on[0] is None


@pytest.mark.parametrize(
    ("header", "state"), [("是否启用", "closed"), ("开放与否", "closed"), ("是否建成", "planned")]
)
def test_no_is_not_open_whatever_was_asked(header: str, state: str) -> None:
    cells = pd.Series(["是", "否", "×", "未启用", "不详的"])
    found = read_answers(cells, header, STATES)
    assert found.values.tolist() == ["open", state, state, "planned", None]
    assert found.bad.tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("cell", ["存续", "存续（在营、开业、在册）", "正常开放"])
def test_words_of_registers_for_being_open(cell: str) -> None:
    assert read_statuses(pd.Series([cell, "吊销"]), vocabulary("status")).values.tolist() == [
        "open",
        "closed",
    ]
