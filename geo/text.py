"""Words shown to people, in the two languages the interface speaks."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in English and in Chinese.

    Examples
    --------
    >>> Text("The file is empty", "文件为空").to("zh")
    '文件为空'
    """

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the sentence in the language asked for."""
        return self.zh if language == "zh" else self.en


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text without what would steer a terminal or turn the line round: such signs are shown as �.

    Line breaks and tabs stay.

    Examples
    --------
    >>> printable("name\x1b[31m\n")
    'name�[31m\n'
    """
    return _CONTROL.sub("\ufffd", text)
