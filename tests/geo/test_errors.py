"""How a fault reads as one line."""

from __future__ import annotations

from geo.errors import Fault
from geo.text import Text


def test_a_question_is_not_followed_by_a_full_stop() -> None:
    fault = Fault(
        Text("thousands or fractions?", "是千分位还是小数？"), Text("Answer", "请答复"), source="a.csv"
    )
    assert fault.to("en") == "a.csv: thousands or fractions? Answer"
    assert fault.to("zh") == "a.csv：是千分位还是小数？请答复"


def test_what_stands_there_ends_the_finding() -> None:
    fault = Fault(Text("not a day?", "不是日期？"), Text("Mend it", "请更正"), value="2026.1")
    assert fault.to("en") == "not a day? (2026.1). Mend it"
    assert fault.to("zh") == "不是日期？（2026.1）。请更正"
