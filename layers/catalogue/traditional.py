"""Traditional characters as simplified ones, so that a header or a word is known in either script."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Return a text in simplified characters; what is none of them stays.

    Examples
    --------
    >>> simplified("營業時間"), simplified("经度"), simplified("lon")
    ('营业时间', '经度', 'lon')
    """
    return text if text.isascii() else str(_converter().convert(text))
