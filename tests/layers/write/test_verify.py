"""Files of a run against the hashes in its record."""

import json

import pytest

from geo.errors import InputError
from layers.write.verify import hashes_of, verify, with_hashes


@pytest.fixture
def out(tmp_path):
    """Two files and their record; the hash of the empty file is known to everybody."""
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "b.csv").write_text("1")
    record = with_hashes('{"study": "某"}', hashes_of(tmp_path, ["a.csv", "b.csv"]))
    (tmp_path / "run.json").write_text(record, "utf-8")
    return tmp_path


def test_the_record_keeps_what_it_held(out):
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["study"] == "某"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert record["outputs"]["a.csv"] == empty


def test_files_as_they_were_written(out):
    (out / "mine.txt").write_text("not of the run")
    assert verify(out) == 2


def test_every_changed_and_lost_file_is_named_at_once(out):
    (out / "a.csv").write_text("changed")
    (out / "b.csv").unlink()
    with pytest.raises(InputError) as error:
        verify(out)
    assert [fault.what.en for fault in error.value.faults] == [
        "the file is not as the run wrote it",
        "the file is missing",
    ]


@pytest.mark.parametrize(
    "record", [None, "", "[]", "null", "{}", '{"outputs": 3}', '{"outputs": {"../a": "0"}}', "[" * 100_000]
)
def test_no_record_to_go_by(out, record):
    (out / "run.json").unlink()
    if record is not None:
        (out / "run.json").write_text(record)
    with pytest.raises(InputError, match="no record"):
        verify(out)
