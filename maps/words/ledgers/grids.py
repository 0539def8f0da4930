"""How even grids are that were drawn, and how even they could be."""

from __future__ import annotations

from geo.text import Text
from layers.ledgers.regions import DrawnGrids


def grid_words(drawn: DrawnGrids) -> tuple[Text, ...]:
    """Return how even the grids are, and how even they could be.

    The first sentence is "12 格 48 家 39 人：每格 3 至 5 家" for enterprises and staff.
    """
    grids = drawn.grids
    count, firms = len(grids), int(grids["enterprises"].sum())
    least, most = int(grids["enterprises"].min()), int(grids["enterprises"].max())
    staff = int(grids["staff"].sum()) if "staff" in grids else 0
    en, zh = (f", {staff:,} staff", f" {staff:,} 人") if staff else ("", "")
    said = [
        Text(
            f"{count} grids, {firms:,} enterprises{en}: {least} to {most} in a grid",
            f"{count} 格 {firms:,} 家{zh}：每格 {least} 至 {most} 家",
        )
    ]
    even = drawn.spread <= drawn.bound
    said.append(
        Text(
            f"imbalance (heaviest less lightest): {drawn.spread:,.0f}; at least {drawn.bound:,.0f} in any "
            f"grids of these {drawn.blocks} blocks" + (" (proven best)" if even else ""),
            f"不均衡度（最大与最小之差）：{drawn.spread:,.0f}；由这 {drawn.blocks} 个街坊划分，下限为 "
            f"{drawn.bound:,.0f}" + ("（已证明最优）" if even else ""),
        )
    )
    return tuple(said)
