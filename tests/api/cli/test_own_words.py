"""A category is named by its id, its name or a word of the study's own, alike in every command."""

from __future__ import annotations

import pytest

from tests.support.town import STUDY, lifecircle, write_town

ACCESS = '\n[accessibility]\nmeasures = ["nearest"]\ncategories = ["{word}"]\nminutes = 15\n'


def town(tmp_path, word):
    own = STUDY.replace('kind = "station"', 'kind = "facility"').replace('"station"', f'"{word}"')
    return write_town(tmp_path / "town", study=own + ACCESS.format(word=word))


@pytest.mark.parametrize("word", ["rest_stop", "小哥驿站", "小哥之家乙"])
def test_a_category_is_named_alike_everywhere(tmp_path, word):
    folder = town(tmp_path, word)
    for command in (("check",), ("run",), ("site", "--new", "1", "--category", word)):
        ended = lifecircle(command[0], folder, *command[1:])
        assert ended.returncode == 0, ended.stderr


def test_a_service_that_no_layer_has_is_refused_with_those_there_are(tmp_path):
    ended = lifecircle("site", town(tmp_path, "小哥驿站"), "--new", "1", "--category", "小哥释站")
    assert ended.returncode == 2
    assert "rest_stop" in ended.stderr
    assert "Traceback" not in ended.stderr
