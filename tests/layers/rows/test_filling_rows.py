import numpy as np
import pandas as pd

from layers.read.raw_table import RawTable
from layers.rows.filling_rows import below_one_another


def raw(frame: pd.DataFrame) -> RawTable:
    return RawTable(frame, np.arange(2, 2 + len(frame)), spread={"人口": np.array([False, True])})


def test_blocks_are_stacked_with_their_row_numbers_and_merged_cells() -> None:
    frame = pd.DataFrame(
        {"名称": ["a", "b"], "人口": ["1", "1"], "名称 (2)": ["c", ""], "人口 (2)": ["3", ""]}
    )
    table = below_one_another(raw(frame))
    assert table.cells.to_numpy().tolist() == [["a", "1"], ["b", "1"], ["c", "3"]]
    assert table.rows.tolist() == [2, 3, 2]
    assert table.spread["人口"].tolist() == [False, True, False]


def test_one_table_with_a_header_twice_is_no_two_tables() -> None:
    frame = pd.DataFrame({"名称": ["a", "b"], "人口": ["1", "1"], "人口 (2)": ["3", "4"]})
    assert below_one_another(raw(frame)).cells.shape == (2, 3)
