"""A siting question in a file of its own: read as it is written, and what is wrong with it said."""

from __future__ import annotations

import pytest

from geo.errors import InputError
from layers.study.siting.file import is_question_file, read_question


def test_name_and_fields_are_read_as_written(tmp_path):
    file = tmp_path / "问题.toml"
    file.write_text('[[site]]\nname = "三处"\nnew = 3\ngrid_floor = "80%"\n', "utf-8")
    written = read_question(file)
    assert (written.name, written.fields) == ("三处", {"new": 3, "grid_floor": {"*": 0.8}})
    assert is_question_file(str(file))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not one siting question"),
        ('[[site]]\nname = "a"\nnew = 1\n[[site]]\nname = "b"\nnew = 1\n', "not one siting question"),
        ('name = "Town"\n[[site]]\nname = "a"\nnew = 1\n', "not one siting question"),
        ("[[site]]\nnew = 1\n", "q.toml: name: missing"),
        ('[[site]]\nname = "a"\nnew = -1\n', "q.toml: site[1].new: must be >= 0"),
        ('[[site]]\nname = "a"\n', "Add new = 3 or budget = 500000"),
        ("[[site]\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path, text, said):
    file = tmp_path / "q.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as raised:
        read_question(file)
    assert said in str(raised.value)


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path):
    with pytest.raises(InputError, match="the question cannot be read"):
        read_question(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes(b"# \xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_question(tmp_path / "gbk.toml")
