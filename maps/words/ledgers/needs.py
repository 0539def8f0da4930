"""What became of the needs of a ledger, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from geo.ledgers.suppression import LEAST
from geo.ledgers.tables import NeedTables
from geo.text import Text


def need_headline(needs: NeedTables) -> Text | None:
    """Return one sentence on a ledger of needs; None where there is none.

    Examples
    --------
    >>> from tests.support.needs import thirteen
    >>> need_headline(thirteen()).zh
    '需求共13件，办结9件（69%）'
    """
    whole = needs.whole
    if whole is None:
        return None
    raised, settled, share = int(whole["raised"]), int(whole["settled"]), float(whole["settled_share"])
    noun = "need" if raised == 1 else "needs"
    return Text(
        f"{raised:,} {noun}, {settled:,} settled ({share:.0%})",
        f"需求共{raised:,}件，办结{settled:,}件（{share:.0%}）",
    )


def need_notes(needs: NeedTables) -> Iterator[Text]:
    """Yield what must be known beside the figures: cases without a place, states and dates not understood."""
    whole = needs.whole
    if whole is None:
        return
    nowhere = int(whole["raised"]) - needs.placed
    if nowhere:
        yield Text(
            f"{nowhere:,} needs have no place: they count in the totals, not by grid or area",
            f"{nowhere:,}件需求未能落位：计入总数，不计入网格与片区",
        )
    if needs.unread:
        names = "、".join(f"“{state}”{count:,}件" for state, count in needs.unread.items())
        listed = ", ".join(f"'{state}' ({count:,})" for state, count in needs.unread.items())
        yield Text(
            f"states that are not understood count as open: {listed}",
            f"办理状态未能识别的按在办计：{names}；如属办结，请在 need_state 中写明",
        )
    if needs.misdated:
        yield Text(
            f"{needs.misdated:,} needs were settled before they were raised: their days are not counted",
            f"{needs.misdated:,}件需求的办结日期早于提出日期，不计入办理天数",
        )
    if needs.by_place["kept_back"].astype(bool).any():
        yield Text(
            f"by grid and area, counts under {LEAST} are not shown, nor those that would give them away",
            f"分网格、片区的件数，少于{LEAST}件的及可据以推算的均不公布",
        )
