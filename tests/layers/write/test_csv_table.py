"""CSV as an office opens it: text stays text, numbers stay numbers."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import OutputError
from geo.text import Text
from layers.write.csv_table import write_csv
from layers.write.table import Column, Table

NAME = Column("name", Text("Name", "名称"))


def test_csv_opens_in_excel(tmp_path):
    frame = pd.DataFrame({"name": ["=1+1", "嘉定"], "n": [-1.5, np.nan], "m": [3.0, 4.0]})
    columns = (NAME, Column("n", Text("n", "数"), "amount"), Column("m", Text("m", "个"), "count"))
    raw = write_csv(tmp_path / "a.csv", Table(columns, frame)).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows == [["名称", "数", "个"], ["'=1+1", "-1.5", "3"], ["嘉定", "", "4"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_csv_never_holds_a_formula(tmp_path, texts):
    write_csv(tmp_path / "a.csv", Table((NAME,), pd.DataFrame({"name": texts})))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file) if row][1:]
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@"}]


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_csv(tmp_path / "no" / "a.csv", Table((NAME,), pd.DataFrame()))


def test_shares_are_rounded_as_they_are_shown_and_people_keep_their_sum(tmp_path):
    thirds = pd.DataFrame({"s": [1 / 3, 1.0], "n": [1000 / 3, -1e-12], "r": [0.012345, 2.0]})
    kinds = (("s", "share"), ("n", "count"), ("r", "ratio"))
    columns = tuple(Column(key, Text(key, key), kind) for key, kind in kinds)
    lines = write_csv(tmp_path / "a.csv", Table(columns, thirds)).read_text("utf-8-sig").splitlines()
    assert lines == ["s,n,r", "0.333,333.333,0.012345", "1,0,2"]
