"""Which encoding a text is in, found from its bytes; where two fit, a question rather than a guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.errors import InputError
from geo.text import Text
from layers.catalogue.schema import all_roles
from layers.read.raw_table import input_error

SAMPLE_BYTES = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = ("gb18030", "big5hkscs")
_SURE = 0.85
_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Guess:
    """One way to read the bytes, and how much of it is what people commonly write (0 to 1)."""

    encoding: str
    share: float
    headers: int
    sample: str


def find_encoding(data: bytes, source: str) -> str:
    """Return the encoding of a text, or ask.

    A byte order mark decides; then valid UTF-8; then zero bytes at every second place (UTF-16). Between
    GB18030 and Big5 the share of common characters decides (the first-level rows of GB 2312, the
    frequent characters of Big5) together with headers this project knows.

    Parameters
    ----------
    data
        The whole file.
    source
        What to call it in a fault.

    Raises
    ------
    InputError
        Where no encoding, or more than one, fits. The message shows each reading.

    Examples
    --------
    >>> find_encoding("名称,经度,纬度".encode("gb18030"), "shops.csv")
    'gb18030'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if _is_utf8(data):
        wide = _wide(data)
        return wide or "utf-8"
    if wide := _wide(data):
        return wide
    guesses = [guess for encoding in _CHINESE if (guess := _guess(data, encoding)) is not None]
    guesses.sort(key=lambda guess: (guess.headers, guess.share), reverse=True)
    if guesses and _is_clear(guesses):
        return guesses[0].encoding
    raise _question(data, guesses, source)


def decode(data: bytes, encoding: str, source: str) -> str:
    """Return the text, or say at which byte the encoding does not fit.

    Raises
    ------
    InputError
        Where the encoding is not known, or the bytes are not in it.
    """
    try:
        text = data.decode(encoding)
    except LookupError:
        what = Text("no such encoding", "没有这种编码")
        fix = Text("Use utf-8, gb18030, big5 or utf-16", "可用 utf-8、gb18030、big5 或 utf-16")
        raise input_error(source, what, fix, code="encoding", value=encoding) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = Text(
            f"not {encoding} at byte {error.start} (line {line})",
            f"第 {error.start} 字节（第 {line} 行）不是 {encoding} 编码",
        )
        fix = Text(
            "Save it again as UTF-8, or remove 'encoding' if the study names one",
            "请另存为 UTF-8；若项目中写有 encoding，可去掉以自动识别",
        )
        raise input_error(source, what, fix, code="encoding") from None
    return text.removeprefix("\ufeff")


def garbled_reading(texts: Iterable[str]) -> tuple[str, str, str] | None:
    """Return a garbled text, what it was meant to be and how, if Chinese was read as Western text.

    Names such as ``ÖÐÐÄ`` are GBK bytes read as Latin-1, ``ä¸­å¿ƒ`` are UTF-8 bytes read as Windows-1252.
    Nothing is converted: the finding is shown with its reading.

    Examples
    --------
    >>> garbled_reading(["Café", "ÖÐÐÄ"])
    ('ÖÐÐÄ', '中心', 'gb18030 read as latin-1')
    """
    for text in texts:
        if text.isascii() or any("\u2e80" <= letter <= "\uffef" for letter in text):
            continue
        for wrong in ("latin-1", "cp1252"):
            for right in ("utf-8", "gb18030"):
                meant = _reread(text, wrong, right)
                if meant is not None:
                    return text, meant, f"{right} read as {wrong}"
    return None


def _reread(text: str, wrong: str, right: str) -> str | None:
    try:
        meant = text.encode(wrong).decode(right)
    except UnicodeError:
        return None
    wide = [letter for letter in meant if not letter.isascii()]
    common = sum(_is_common(letter) for letter in wide)
    return meant if len(wide) >= 2 and common == len(wide) else None


def _is_common(letter: str) -> bool:
    try:
        code = letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(data: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: every second byte of its commas is zero."""
    sample = np.frombuffer(data[: SAMPLE_BYTES // 2 * 2], dtype=np.uint8)
    sample = sample[: sample.size // 2 * 2]
    if sample.size < 4:
        return None
    even, odd = (sample[::2] == 0).mean(), (sample[1::2] == 0).mean()
    if max(even, odd) < 0.05 or max(even, odd) < 4 * min(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return encoding if "\n" in text and "\x00" not in text else None


def _guess(data: bytes, encoding: str) -> Guess | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    sample = text[:SAMPLE_BYTES]
    wide = re.findall(r"[^\x00-\x7f]", sample[:200_000])
    share = sum(_level_one(letter, encoding) for letter in wide) / max(1, len(wide))
    first = sample[:4000]
    known = sum(header in first for header in _chinese_headers())
    shown = next((line for line in sample.splitlines() if not line.isascii()), "")
    return Guess(encoding, share, known, shown[:40])


def _level_one(letter: str, encoding: str) -> bool:
    """Return whether a character is among the common ones of its encoding, or plain punctuation."""
    code = letter.encode(encoding, errors="replace")
    if len(code) != 2:
        return False
    if encoding == "gb18030":
        return code[1] >= 0xA1 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3)
    return 0xA1 <= code[0] <= 0xC6


def _chinese_headers() -> list[str]:
    traditional = ["名稱", "經度", "緯度", "地址", "電話", "類型", "類別", "營業時間", "編號", "人數"]
    return traditional + [
        header for role in all_roles().values() for header in role.headers if not header.isascii()
    ]


def _is_clear(guesses: list[Guess]) -> bool:
    best = guesses[0]
    if len(guesses) == 1:
        return best.share >= _SURE or best.headers > 0
    second = guesses[1]
    if best.headers != second.headers:
        return True
    return best.share >= _SURE and best.share - second.share >= _MARGIN


def _question(data: bytes, guesses: list[Guess], source: str) -> InputError:
    western = data[:SAMPLE_BYTES].decode("cp1252", errors="replace")
    line = next((line for line in western.splitlines() if not line.isascii()), "")
    readings = [f"{guess.encoding}: {guess.sample!r}" for guess in guesses] + [f"cp1252: {line[:40]!r}"]
    what = Text("the encoding cannot be told from the bytes", "无法判断文件编码")
    fix = Text('Add encoding = "..." for the reading that is right', "请在图层中用 encoding 指明正确的一种")
    return input_error(source, what, fix, code="encoding", value="; ".join(readings))
