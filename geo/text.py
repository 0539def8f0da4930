"""Words shown to people, in the two languages the interface speaks."""

from __future__ import annotations

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
