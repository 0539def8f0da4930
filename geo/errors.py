"""Faults said in the user's words, and the few errors that carry them."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass

from geo.text import Language, Text, printable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what the user gave, where it is, and what to do.

    Attributes
    ----------
    what, fix
        What was found, and what the user can do about it.
    source
        The file, the layer or the key of the study (``layer[2].columns.lon``).
    sheet, row, column
        The place inside the file; ``row`` counts as the user's own program does, from 1.
    value
        What stands there, shortened where it is long.
    code
        A stable name of the kind of fault, for tables and tests.
    """

    what: Text
    fix: Text
    source: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    code: str = ""

    def place(self, language: Language = "en") -> str:
        """Return where the fault is, as one phrase.

        Examples
        --------
        >>> Fault(Text("", ""), Text("", ""), source="shops.csv", row=7, column="lon").place()
        'shops.csv, row 7, column lon'
        """
        row, column, sheet = ("row", "column", "sheet") if language == "en" else ("行", "列", "工作表")
        parts = [
            self.source,
            f"{sheet} {self.sheet}" if self.sheet else "",
            f"{row} {self.row}" if self.row is not None else "",
            f"{column} {self.column}" if self.column else "",
        ]
        return (", " if language == "en" else "，").join(part for part in parts if part)

    def to(self, language: Language) -> str:
        """Return place, finding and remedy as one line."""
        place, what, fix = self.place(language), self.what.to(language), self.fix.to(language)
        if language == "en":
            found = f"{what} ({self.value})" if self.value else what
            stop = " " if found.endswith("?") else ". "
            return printable(f"{place}: {found}{stop}{fix}".removeprefix(": "))
        found = f"{what}（{self.value}）" if self.value else what
        stop = "" if found.endswith("？") else "。"
        return printable(f"{place}：{found}{stop}{fix}".removeprefix("："))


class LifecircleError(Exception):
    """Base of every error this project raises on purpose."""


class InputError(LifecircleError, ValueError):
    """What the user gave cannot be used; carries every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.to("en") for fault in self.faults))

    def to(self, language: Language) -> str:
        """Return all faults, one a line, in the language asked for."""
        return "\n".join(fault.to(language) for fault in self.faults)


class OutputError(LifecircleError, OSError):
    """A result cannot be written where the user wants it; says so in both languages."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)

    def to(self, language: Language) -> str:
        """Return what is wrong and what to do, in the language asked for."""
        return self.said.to(language)


_KINDS = {
    errno.ENOENT: "文件不存在",
    errno.EACCES: "没有访问权限",
    errno.EPERM: "没有访问权限",
    errno.EISDIR: "该路径是文件夹",
    errno.ENOTDIR: "上级路径不是文件夹",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EROFS: "磁盘只读",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EIO: "磁盘读写出错",
}
_PLACE = re.compile(r"\b(?:line|row) ?#?(\d+)", re.IGNORECASE)


def because(what: Text, error: BaseException | str) -> Text:
    """Return a finding with what the system or a library says of it.

    Libraries speak English alone. In Chinese the kind of the error is said, or the line it names, and
    nothing more where neither is known.

    Examples
    --------
    >>> because(Text("cannot be read", "无法读取"), FileNotFoundError(errno.ENOENT, "No such file"))
    Text(en='cannot be read: No such file', zh='无法读取：文件不存在')
    >>> because(Text("not TOML", "不是有效的 TOML"), "Expected a value (at line 3, column 4)").zh
    '不是有效的 TOML：第 3 行'
    >>> because(Text("cannot be read", "无法读取"), "unexpected end of data").zh
    '无法读取'
    """
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    reason = " ".join(told.split())[:200] or type(error).__name__
    place = _PLACE.search(reason)
    chinese = _KINDS.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    if not chinese and place is not None:
        chinese = f"第 {place[1]} 行"
    return Text(f"{what.en}: {reason}", f"{what.zh}：{chinese}" if chinese else what.zh)
