"""A siting question in a file of its own: one ``[[site]]`` table, as the map saves it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geo.errors import Fault, InputError, because
from geo.text import Text
from layers.study.faults import faults_of
from layers.study.siting.door_words import file_words, in_words
from layers.study.siting.question import CODE, NamedSiteQuestion

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenQuestion:
    """The name of a question, and its fields as they were written."""

    name: str
    fields: dict[str, object]


def is_question_file(text: str) -> bool:
    """Whether what names a question is a file that holds one.

    Examples
    --------
    >>> is_question_file("三处新站.toml"), is_question_file("three new ones")
    (True, False)
    """
    return text.lower().endswith(".toml")


def read_question(file: Path) -> WrittenQuestion:
    """Read a siting question from a file.

    Raises
    ------
    InputError
        Where the file cannot be read, holds no question or several, or with every fault of the question.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            what = Text("the file is too large for a question", "文件过大，不是选址问题")
            raise InputError([_fault(file, what, Text("Give the file of a question", "请指定选址问题文件"))])
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = because(Text("the question cannot be read", "无法读取选址问题文件"), error)
        raise InputError([_fault(file, what, Text("Check the name", "请检查文件名"))]) from None
    except UnicodeDecodeError:
        what, fix = Text("not UTF-8", "不是 UTF-8 编码"), Text("Save it as UTF-8", "请另存为 UTF-8")
        raise InputError([_fault(file, what, fix)]) from None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what = because(Text("not valid TOML", "不是有效的 TOML"), error)
        raise InputError([_fault(file, what, Text("Mend the line named", "请修改所指的行"))]) from None
    return parse_question(data, file)


def parse_question(data: Mapping[str, Any], file: Path) -> WrittenQuestion:
    """Return the question of a table that was read; errors name the file and the field."""
    tables, further = data.get("site"), sorted(set(data) - {"site"})
    if not isinstance(tables, list) or len(tables) != 1 or not isinstance(tables[0], dict) or further:
        what = Text("not one siting question", "不是单个选址问题")
        fix = Text(
            "Write one [[site]] table and nothing beside it; several questions stand in the study.toml",
            "请只写一个 [[site]] 表；多个问题请写入 study.toml",
        )
        raise InputError([_fault(file, what, fix)])
    try:
        question = NamedSiteQuestion.model_validate(tables[0])
    except ValidationError as error:
        words = file_words(1)
        faults = [in_words(fault, words) for fault in faults_of(error, NamedSiteQuestion)]
        raise InputError(
            [replace(fault, source=f"{file.name}: {fault.source}", code=CODE) for fault in faults]
        ) from None
    fields = question.model_dump(exclude_unset=True, exclude={"name"})
    return WrittenQuestion(name=question.name, fields=fields)


def _fault(file: Path, what: Text, fix: Text) -> Fault:
    return Fault(what, fix, source=str(file), code=CODE)
