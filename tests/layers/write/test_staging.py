"""A set of results: all of it or none, whenever the process is killed."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from unittest.mock import Mock

import pytest
from pyogrio.errors import DataSourceError, FeatureError

from geo.errors import OutputError
from layers.write import staging
from layers.write.staging import check_writable, replace_all, staged
from tests.support.paths import ROOT

NAMES = ("a.txt", "b.txt", "c.txt")


def write(out: Path, word: str, names=NAMES, **more) -> tuple[Path, ...]:
    with staged(out) as folder:
        for name in names:
            (folder / name).write_text(word)
        return replace_all(folder, out, names, **more)


def words(out: Path) -> set[str]:
    return {(out / name).read_text() for name in NAMES}


def test_a_first_set_makes_the_folder_and_those_above(tmp_path):
    assert write(tmp_path / "x" / "out", "new") == tuple(tmp_path / "x" / "out" / name for name in NAMES)
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["out"]


def test_the_users_own_files_and_folders_stay(tmp_path):
    out = tmp_path / "out"
    write(out, "old")
    (out / "mine.xlsx").write_text("mine")
    (out / "siting" / "first").mkdir(parents=True)
    (out / "siting" / "first" / "plan.txt").write_text("plan")
    (out / "here").symlink_to("mine.xlsx")
    write(out, "new")
    assert words(out) == {"new"}
    assert (out / "mine.xlsx").read_text() == (out / "here").read_text() == "mine"
    assert (out / "siting" / "first" / "plan.txt").read_text() == "plan"


def test_a_file_that_the_new_set_does_not_have_is_gone_with_the_old_one(tmp_path):
    out = tmp_path / "out"
    write(out, "old", (*NAMES, "extra.csv"))
    write(out, "new", obsolete=("extra.csv",))
    assert sorted(path.name for path in out.iterdir()) == list(NAMES)


def test_a_set_that_is_not_finished_changes_nothing(tmp_path):
    out = tmp_path / "out"
    write(out, "old")
    with staged(out) as folder:
        (folder / "a.txt").write_text("new")
    assert words(out) == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_where_a_file_should_go_is_refused_by_name(tmp_path):
    out = tmp_path / "out"
    write(out, "old")
    (out / "b.txt").unlink()
    (out / "b.txt").mkdir()
    with pytest.raises(OutputError, match=r"b\.txt: results cannot be written here"):
        write(out, "new")
    assert (out / "a.txt").read_text() == "old"


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    write(tmp_path / "out", "new")
    assert (tmp_path / "out").is_symlink()
    assert words(tmp_path / "disk") == {"new"}


def test_a_name_may_hold_signs_of_patterns(tmp_path):
    out = tmp_path / "out[1]*"
    write(out, "old")
    write(out, "new")
    assert words(out) == {"new"}


def test_without_an_exchange_two_renames_do_it(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "_exchange", lambda *_: False)
    write(tmp_path / "out", "old")
    write(tmp_path / "out", "new")
    assert words(tmp_path / "out") == {"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_where_the_folder_cannot_be_renamed_its_files_are_replaced(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, "old", (*NAMES, "extra.csv"))
    busy = OSError(16, "Device or resource busy")
    monkeypatch.setattr(staging, "_replace_folder", lambda *_: (_ for _ in ()).throw(busy))
    write(out, "new", obsolete=("extra.csv",))
    assert words(out) == {"new"}
    assert not (out / "extra.csv").exists()


def test_files_replaced_one_by_one_come_back_when_one_cannot_be(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, "old")
    monkeypatch.setattr(staging, "_replace_folder", lambda *_: (_ for _ in ()).throw(OSError(16, "busy")))
    move = staging.shutil.move

    def full(source, target):
        if Path(target).name == "c.txt" and Path(source).parent.name == "new":
            raise OSError(28, "No space left on device")
        return move(source, target)

    monkeypatch.setattr(staging.shutil, "move", full)
    with pytest.raises(OutputError, match=r"c\.txt: .*No space left"):
        write(out, "new")
    assert words(out) == {"old"}


def test_leftovers_of_the_killed_are_removed_and_those_of_the_living_are_not(tmp_path):
    out = tmp_path / "out"
    dead = tmp_path / ".out.new-dead"
    (dead / "new").mkdir(parents=True)
    os.utime(dead, (0, 0))
    with staged(out) as living:
        write(out, "new")
        assert living.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_set_on_its_way_out_comes_back(tmp_path):
    earlier = tmp_path / ".out.new-dead" / "earlier"
    earlier.mkdir(parents=True)
    (earlier / "a.txt").write_text("old")
    os.utime(earlier.parent, (0, 0))
    check_writable(tmp_path / "out")
    assert (tmp_path / "out" / "a.txt").read_text() == "old"


KILLED = """
    import os, sys
    from pathlib import Path
    from layers.write import staging

    out, moment = Path(sys.argv[1]), int(sys.argv[2])
    seen = 0

    def count(event, arguments):
        # Every step on the file system is an event; the process dies right before the chosen one.
        global seen
        if event.split(".")[0] in ("os", "shutil", "open", "tempfile", "ctypes"):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), 9)

    sys.addaudithook(count)
    with staging.staged(out) as folder:
        for name in ("a.txt", "b.txt", "c.txt"):
            (folder / name).write_text("new")
        staging.replace_all(folder, out, ("a.txt", "b.txt", "c.txt"))
    print("done")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this kind")
def test_killed_at_any_step_the_folder_holds_one_set_or_the_other(tmp_path):
    out, seen = tmp_path / "out", set()
    for moment in range(1, 200):
        write(out, "old")
        (out / "mine.txt").write_text("mine")
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(out), str(moment)]
        run = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        found = words(out)
        assert len(found) == 1
        assert (out / "mine.txt").read_text() == "mine"
        seen |= found
        if run.stdout == "done\n":
            break
    assert run.stdout == "done\n"
    assert moment > 20
    assert seen == {"old", "new"}
    for left in tmp_path.glob(".out.new-*"):
        os.utime(left, (0, 0))
    write(out, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "error", [DataSourceError("Failed to commit transaction"), sqlite3.OperationalError("disk I/O error")]
)
def test_an_error_of_a_library_is_one_of_writing(tmp_path, error):
    with pytest.raises(OutputError, match="cannot be written here") as caught, staged(tmp_path / "out"):
        raise error
    assert "磁盘读写出错。如该文件已在其他程序中打开" in caught.value.to("zh")
    assert "Close the file" in caught.value.to("en")


def test_a_full_disk_is_told_as_one_whatever_the_library_says(tmp_path, monkeypatch):
    full = Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError) as caught, staged(tmp_path / "out"):
        raise FeatureError("Could not add feature to layer at index 0: unknown")
    assert "Free some space on the disk" in caught.value.to("en")
    assert "磁盘空间不足。请先清理磁盘空间" in caught.value.to("zh")
    assert "index" not in caught.value.to("en")
