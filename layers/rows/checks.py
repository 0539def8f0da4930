"""Notes on accepted rows: doubles, places far from the streets, garbled names, missing hours."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.coordinates.crs import metric_crs
from geo.network.network import StreetNetwork
from geo.network.snap import near_streets
from geo.text import Text
from geo.types import Bools
from layers.catalogue.headers import ColumnMap
from layers.cells.values import as_arrow
from layers.read.encodings import garbled_reading
from layers.rows.frames import box_of
from layers.rows.ledger import Ledger

Extent = Sequence[float]

DOUBLE_METRES = 50.0
_APART = 1e7
"""Metres between two names in the third dimension: farther than any two places of one layer."""


def doubles(names: NDArray[np.object_], points: gpd.GeoSeries, *, metres: float = DOUBLE_METRES) -> Bools:
    """Return which places have another one of the same name within some metres.

    The later ones of such a group are marked, the first is not.

    Parameters
    ----------
    names
        One a place; None is never a double.
    points
        The places, in EPSG:4326.
    metres
        How near another one must be.
    """
    marked = np.zeros(len(names), dtype=bool)
    codes, _ = pd.factorize(pd.Series(names, dtype=object), use_na_sentinel=True)
    counts = np.bincount(codes[codes >= 0]) if (codes >= 0).any() else np.empty(0, dtype=np.int64)
    several = (codes >= 0) & (counts[codes] > 1) if counts.size else marked.copy()
    at = np.flatnonzero(several & ~points.isna().to_numpy())
    if at.size == 0:
        return marked
    metric = points.iloc[at].to_crs(metric_crs(box_of(points.iloc[at])))
    place = np.column_stack([metric.x, metric.y, codes[at] * _APART])
    _, first = np.unique(place, axis=0, return_index=True)
    distinct = np.sort(first)
    marked[np.setdiff1d(at, at[distinct])] = True
    if distinct.size > 1:
        tree = cKDTree(place[distinct], balanced_tree=False, compact_nodes=False)
        distance, other = tree.query(place[distinct], k=2, distance_upper_bound=metres)
        near = np.isfinite(distance[:, 1]) & (other[:, 1] < np.arange(distinct.size))
        marked[at[distinct[near]]] = True
    return marked


def note_doubles(ledger: Ledger, roles: pd.DataFrame, points: gpd.GeoSeries) -> None:
    """Note rows of the same name within 50 m of each other."""
    if "name" not in roles:
        return
    kept = np.flatnonzero(ledger.accepted)
    mask = np.zeros(len(roles), dtype=bool)
    names = roles["name"].to_numpy(dtype=object)[kept]
    alike = np.array([None if name is None else _alike(name) for name in names], dtype=object)
    mask[kept] = doubles(alike, points.iloc[kept])
    what = Text("the same name within 50 m of another", "50 米内有同名点位")
    ledger.note_rows(
        mask, what, Text("Keep one if they are one place", "若为同一处请只保留一个"), code="double"
    )


def _alike(name: str) -> str:
    """Return a name without width, case and spaces: Alpha and ＡＬＰＨＡ are one name."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def note_shortened(ledger: Ledger, header: str | None) -> None:
    """Note identifiers whose last digits a spreadsheet lost: 3.1E+17, or more than 15 digits."""
    if header is None:
        return
    texts = as_arrow(ledger.table.cells[header])
    mask = pc.match_substring_regex(texts, r"^\d(?:\.\d{1,20})?[eE]\+?\d{1,2}$").to_numpy(
        zero_copy_only=False
    )
    what = Text("an identifier that lost its last digits", "编号位数过长，末尾数字已丢失")
    fix = Text("Keep it as text in the sheet", "请在表格中以文本格式保存")
    ledger.note_rows(mask, what, fix, code="shortened_id", column=header, ask=True)


def stop_at_doubles(ledger: Ledger, columns: ColumnMap, roles: Sequence[str]) -> None:
    """Stop where a header that was recognised stands twice, over different values, for what must be right.

    Parameters
    ----------
    ledger
        The book of the layer.
    columns
        Which header fills which role.
    roles
        Those that say where a row is and how many people it stands for.
    """
    cells = ledger.table.cells
    for match in columns.matches:
        again = f"{match.header} (2)"
        if match.how != "recognised" or match.role not in roles or again not in cells:
            continue
        if as_arrow(cells[match.header]).equals(as_arrow(cells[again])):
            continue
        what = Text("two columns have this header, with different values", "两列表头相同而内容不同")
        fix = Text(
            f'Rename one, or add columns = {{ {match.role} = "{again}" }} for the second',
            f'请修改其中一个表头；如取第二列，请添加 columns = {{ {match.role} = "{again}" }}',
        )
        ledger.stop(what, fix, code="duplicate_header", column=match.header)


def far_from(streets: StreetNetwork, geometry: gpd.GeoSeries, metres: float) -> Bools:
    """Tell which rows, in WGS84, lie farther than some metres from every street; missing ones do not."""
    shapes = np.asarray(geometry.array, dtype=object)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    # A point inside is soon tested; the whole shape counts only where that point is far.
    inside = shapely.point_on_surface(shapes[there])
    there = there[~near_streets(streets, inside, metres=metres)]
    far = np.zeros(shapes.size, dtype=np.bool_)
    far[there] = ~near_streets(streets, shapes[there], metres=metres)
    return far


def check_extent(
    ledger: Ledger,
    geometry: gpd.GeoSeries,
    extent: Extent | None,
    crs_name: str,
    *,
    far: Bools | None = None,
) -> None:
    """Note rows outside the study; where all are, stop, and say whether exchanged axes would fit.

    Parameters
    ----------
    ledger
        The book of the layer.
    geometry
        In WGS84.
    extent
        West, south, east, north of the streets; None where they are not known.
    crs_name
        What the coordinates were taken for.
    far
        Which rows are far from every street, within the extent too.
    """
    bounds = shapely.bounds(np.asarray(geometry.array, dtype=object))
    kept = ledger.accepted & ~np.isnan(bounds[:, 0])
    if extent is None or not kept.any() or ledger.faults:
        return
    beyond = kept & ~_meets(bounds, extent)
    outside = beyond if far is None else beyond | (kept & far)
    if not outside.any():
        return
    if (beyond == kept).all():
        turned = _meets(bounds[:, [1, 0, 3, 2]], extent) & kept
        if turned.sum() > 0.5 * kept.sum():
            what = Text("longitude and latitude are swapped", "经度与纬度颠倒")
            fix = Text("Exchange lon and lat in the layer's columns", "请在 columns 中对调 lon 与 lat")
            ledger.stop(what, fix, code="swapped")
            return
        what = Text("every row lies outside the study's streets", "所有点位都在项目范围之外")
        fix = Text(
            f"Check that the coordinates are {crs_name}, and that the extract is of this place",
            f"请确认坐标系为 {crs_name}，且路网数据为本地数据",
        )
        first = bounds[np.flatnonzero(kept)[0]]
        ledger.stop(what, fix, code="outside_study", value=f"{first[0]:.4f}, {first[1]:.4f}")
        return
    what = Text("outside the study's streets", "位于项目范围之外")
    ledger.note_rows(outside, what, Text("They are kept", "已保留"), code="outside_study")


def _meets(bounds: NDArray[np.float64], extent: Extent) -> Bools:
    west, south, east, north = extent
    meets: Bools = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
    return meets


def note_garbled(ledger: Ledger, roles: pd.DataFrame) -> None:
    """Note names that are Chinese read in a wrong encoding, with the reading that makes sense."""
    for role in ("name", "address"):
        if role in roles:
            texts = [text for text in roles[role].to_numpy(dtype=object)[ledger.accepted] if text][:20_000]
            reading = garbled_reading(texts)
            if reading is not None:
                garbled, meant, how = reading
                what = Text(
                    f"texts look garbled: {how}, it may say '{meant}'", f"疑似乱码（{how}），或为“{meant}”"
                )
                fix = Text("Export it again in UTF-8", "请以 UTF-8 重新导出")
                ledger.note(what, fix, code="garbled", value=garbled)
            lost = sum("\ufffd" in text or "锟斤拷" in text for text in texts)
            if lost:
                what = Text(f"{lost:,} texts have lost characters", f"{lost:,} 处文字已损坏")
                fix = Text("They cannot be restored; export again", "无法恢复，请重新导出")
                ledger.note(what, fix, code="garbled")


def note_missing_hours(ledger: Ledger, roles: pd.DataFrame) -> None:
    """Note how many rows do not say when they are open, and how many say what could not be read."""
    kept = ledger.accepted
    count = int(kept.sum())
    states = roles["hours_state"].to_numpy(dtype=object)[kept]
    missing, refused = int((states == "missing").sum()), int((states == "refused").sum())
    if not missing + refused:
        return
    unread = Text(
        f"; {refused:,} more have hours that could not be read", f"，另有 {refused:,} 行的开放时间无法识别"
    )
    what = Text(
        f"{missing:,} of {count:,} rows have no opening hours{unread.en if refused else ''}",
        f"{count:,} 行中有 {missing:,} 行没有开放时间{unread.zh if refused else ''}",
    )
    ledger.note(
        what,
        Text(
            "Fill the hours in: where an hour is asked for, such places cover nobody",
            "请补充开放时间：按时段统计时，开放时间未知的设施不计其覆盖",
        ),
        code="no_hours",
    )
