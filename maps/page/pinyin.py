"""How the characters of a map's names are read, so that they are found by pinyin and by initials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pypinyin import Style, pinyin

_FIRST: Final = "\u4e00"
_LAST: Final = "\u9fff"


def readings(texts: Iterable[str | None]) -> dict[str, str]:
    """Return the readings of every Chinese character in some texts, without tones, parted by spaces.

    Examples
    --------
    >>> readings(["重庆", None, "Long Street"])
    {'庆': 'qing', '重': 'zhong chong tong'}
    """
    signs = sorted({sign for text in texts if text for sign in text if _FIRST <= sign <= _LAST})
    return {
        sign: " ".join(dict.fromkeys(pinyin(sign, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]))
        for sign in signs
    }
