"""Help and messages in the user's language."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from api.cli.help_words import CHINESE, in_chinese
from api.cli.main import app, language_of_machine
from tests.support.paths import ROOT
from tests.support.words import faults_of


def sentences(command: Any) -> Iterator[str]:
    """Every sentence of help of a command and of those below it."""
    yield from filter(None, (command.help, command.epilog))
    yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from sentences(below)


def test_sentences_of_help_have_their_chinese_but_for_the_newest():
    """A sentence without one is shown in English: one in twenty may wait."""
    shown = set(sentences(typer.main.get_command(app)))
    waiting = sorted(shown - set(CHINESE))
    assert len(waiting) <= 0.05 * len(shown), waiting


@pytest.mark.parametrize("chinese", CHINESE.values())
def test_the_chinese_keeps_to_the_glossary(chinese):
    assert list(faults_of(chinese)) == []


def test_the_help_of_a_command_is_chinese_throughout():
    command = typer.main.get_command(app)
    in_chinese(command)
    shown = command.commands["serve"].get_help(
        command.commands["serve"].context_class(command.commands["serve"])
    )
    assert "用法：" in shown
    assert "监听端口" in shown
    assert "Show this message" not in shown


def said(*words: str, **environment: str) -> str:
    program = "import sys; from api.cli import start; start()"
    run = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=ROOT, capture_output=True, text=True,
        env={"PATH": "", "HOME": "/none", "LANG": "en_US.UTF-8", "PYTHONIOENCODING": "utf-8"} | environment,
    )  # fmt: skip
    assert "Traceback" not in run.stderr
    return run.stdout + run.stderr


@pytest.mark.parametrize(
    ("words", "environment", "chinese"),
    [
        (["check", "nowhere"], {}, False),
        (["check", "nowhere"], {"LANG": "zh_CN.UTF-8"}, True),
        (["check", "nowhere"], {"LC_ALL": "zh_CN.UTF-8"}, True),
        (["--language", "zh", "check", "nowhere"], {}, True),
        (["check", "nowhere", "--language=en"], {"LANG": "zh_CN.UTF-8"}, False),
        (["run", "--help", "--language", "zh"], {}, True),
    ],
)
def test_the_language_is_that_of_the_system_or_the_one_asked_for(words, environment, chinese):
    assert any("一" <= sign <= "鿿" for sign in said(*words, **environment)) is chinese


def test_a_language_that_is_not_spoken_is_a_sentence():
    assert "zh or en, not 'fr'" in said("profiles", "--language", "fr")


def test_the_first_of_the_variables_that_is_set_decides(monkeypatch):
    for name, value in (("LC_ALL", ""), ("LC_MESSAGES", "zh_CN.UTF-8"), ("LANG", "en_US.UTF-8")):
        monkeypatch.setenv(name, value)
    assert language_of_machine() == "zh"
    monkeypatch.setenv("LC_ALL", "C")
    assert language_of_machine() == "en"
