"""Whether a place is open, from what a sheet writes of it; what is not understood is unknown, never open.

Words of stopping, closing, building and planning outweigh any word of being open: 营业（8月起停业）,
拟启用 and 建成未开放 are not open. A date in the cell is the day of opening.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.types import Bools
from layers.catalogue.traditional import simplified
from layers.catalogue.vocabulary import Vocabulary
from layers.cells.values import by_distinct, day_of, flags, short_text

UNKNOWN = "unknown"

_NUMERAL = "[十〇零○一二三四五六七八九]"
_DAY = re.compile(
    r"(?:19|20)\d{2} ?[-/.年] ?\d{1,2}(?: ?[-/.月] ?\d{0,2})? ?日?|"
    rf"{_NUMERAL}{{4}}年{_NUMERAL}{{1,3}}月(?:{_NUMERAL}{{1,3}}日)?"
)
_FILLING = re.compile(
    r"预计|预期|约|于|将|起|正式|已经|目前|现|中(?=$|[,，;；()（）])|[\s,，。.;；:：()（）\[\]【】]+"
)
_MARKS = re.compile(r"[\s,，。.;；:：()（）\[\]【】]+")
_NOT_YET = re.compile(
    r"(?:未|将|尚未|暂未|还未|待|即将|等待|计划|拟)(?:正式|全面|对外)?(?:开放|启用|投用|投入使用|运营|营业|开业|建成|使用|开馆|运行|交付|交房|入住)"
)
_STOPPED = re.compile(
    r"(?:暂停|停止|中止|终止|暂不|不再|不|停)(?:对外)?(?:开放|营业|运营|服务|使用|运行)|"
    r"关停|停业|停用|停运|停办|停止|关闭|关门|关张|撤销|撤并|歇业|注销|吊销|腾退|拆除|拆迁|搬离|废弃|暂停|"
    r"closed|disused|abandoned|demolished"
)
_BUILDING = re.compile(r"在建|施工|装修|改造|建设中|修缮|翻新|扩建|未完工|未竣工|construction|renovation")
_PLANNED = re.compile(r"规划|计划|筹建|筹备|筹|拟建|拟|待建|待定|未建|预留|planned|proposed")
_DOUBT = re.compile(r"[停关闭筹拟撤拆歇废未不待否无暂将]|[?？]")
_OPENS = re.compile(
    r"^(?:开放|启用|投用|投入使用|运营|营业|开业|建成|竣工|完工|使用|开馆|交付|交房|入住|运行)?$"
)
_SHORT = {"关": "closed", "停": "closed", "停了": "closed", "关了": "closed", "建": "building"}
_FINISHED = re.compile(r"完成|完毕|结束|恢复|重新|重启|复工|复业|后|完工|竣工|至|到|前")


@dataclass(frozen=True, slots=True)
class Statuses:
    """The state of each row (None where its cell is empty), the cells not understood, and days in them."""

    values: NDArray[np.object_]
    bad: Bools
    opens_on: NDArray[np.object_]


def read_statuses(cells: pd.Series[Any], states: Vocabulary) -> Statuses:
    """Return the state of every row; ``unknown`` is not among the ids, such cells are bad.

    Parameters
    ----------
    cells
        The column.
    states
        The vocabulary of states.

    Examples
    --------
    >>> from layers.catalogue.vocabulary import vocabulary
    >>> found = read_statuses(pd.Series(["已关停", "规划2026年6月", "营业（装修中）"]), vocabulary("status"))
    >>> found.values.tolist(), str(found.opens_on[1]), found.bad.tolist()
    (['closed', 'planned', None], '2026-06-01', [False, False, True])
    """
    pairs, bad = by_distinct(cells, lambda text: _read(text, states))
    values = np.array([None if pair is None else pair[0] for pair in pairs], dtype=object)
    days = np.array([None if pair is None else pair[1] for pair in pairs], dtype=object)
    return Statuses(values, bad, days)


def asks_yes_or_no(header: str) -> bool:
    """Tell whether a header asks a question: 是否启用, 开放与否.

    Examples
    --------
    >>> asks_yes_or_no("是否启用"), asks_yes_or_no("启用状态")
    (True, False)
    """
    plain = simplified(header)
    return plain.startswith("是否") or plain.endswith("与否")


def read_answers(cells: pd.Series[Any], header: str, states: Vocabulary) -> Statuses:
    """Return the state of every row of a column of yes and no: no is planned under 是否建成, else closed.

    Examples
    --------
    >>> from layers.catalogue.vocabulary import vocabulary
    >>> found = read_answers(pd.Series(["是", "否", "未启用", "部分"]), "是否启用", vocabulary("status"))
    >>> found.values.tolist(), found.bad.tolist()
    (['open', 'closed', 'planned', None], [False, False, False, True])
    """
    otherwise = "planned" if re.search("建成|竣工|完工|投用", simplified(header)) else "closed"
    answers, _ = flags(cells)
    said = np.array([answer is not None for answer in answers], dtype=np.bool_)
    words = read_statuses(cells, states)
    values = words.values.copy()
    values[said] = np.where(answers[said].astype(np.bool_), "open", otherwise)
    return Statuses(values, words.bad & ~said, words.opens_on)


def _read(text: str, states: Vocabulary) -> tuple[str, date | None] | None:
    short = simplified(short_text(text) or "").lower()
    if not short:
        return None
    days = _DAY.findall(short)
    opens_on = day_of(days[0].strip()) if len(days) == 1 else None
    if len(days) > 1 or (days and opens_on is None):
        return None
    rest = _DAY.sub("", short) if days else short
    words = _FILLING.sub("", rest) if days else _MARKS.sub("", rest)
    state = _state(words, rest, states, dated=opens_on is not None)
    if state is None:
        return None
    return state, (opens_on if state in ("planned", "building") else None)


def _state(words: str, rest: str, states: Vocabulary, *, dated: bool) -> str | None:
    """Return the state a text without its date names; None where it names none, or more than one."""
    if dated and _OPENS.match(words):
        # A day alone, or "opens in June": until that day it is planned.
        return "planned"
    if words in _SHORT:
        return _SHORT[words]
    exact = states.by_name.get(words) or states.by_name.get(words.removeprefix("已"))
    if exact is not None and not dated:
        return exact
    if _FINISHED.search(words):
        return None
    found = set()
    left = words
    for state, pattern in (
        ("planned", _NOT_YET),
        ("closed", _STOPPED),
        ("building", _BUILDING),
        ("planned", _PLANNED),
    ):
        if pattern.search(left):
            found.add(state)
            left = pattern.sub("", left)
    if "building" in found and found == {"building", "planned"}:
        # 筹建中, 拟改造: the less far one holds.
        found = {"planned"}
    if len(found) > 1:
        return None
    says_open = states.find(left) == "open" if left else False
    if found:
        state = found.pop()
        return state if not left or (len(left) <= 6 and not says_open and not _says_open(left)) else None
    if _DOUBT.search(rest) or dated:
        return exact if exact is not None and exact != "open" else None
    return states.find(rest)


def _says_open(text: str) -> bool:
    return re.search("开放|营业|运营|启用|投用|正常|在用", text) is not None
