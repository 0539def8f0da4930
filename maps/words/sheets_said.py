"""What the sheets of a study leave open and what was made of it: rows rejected, hidden, not understood."""

from __future__ import annotations

from collections.abc import Iterator

from geo.text import Text
from layers.cells.statuses import UNKNOWN
from layers.load import Layers

_HIDDEN = ("hidden_rows", "hidden_columns", "hidden_sheet")


def number_of(count: float, singular: str, plural: str) -> str:
    """Return a number with the English noun that goes with it.

    Examples
    --------
    >>> number_of(1, "row was", "rows were"), number_of(1200, "row was", "rows were")
    ('1 row was', '1,200 rows were')
    """
    return f"{count:,.0f} {singular if round(count) == 1 else plural}"


def rejected_words(layers: Layers) -> Iterator[Text]:
    """Yield how many rows of which layers were rejected."""
    bad = [report for report in layers.reports if report.rejected]
    if bad:
        total = sum(report.rejected for report in bad)
        yield Text(
            f"{number_of(total, 'row was', 'rows were')} rejected and left out everywhere: "
            + "; ".join(f"{each.name} {each.rejected:,} of {each.read:,}" for each in bad),
            f"有误剔除{total:,}行，不计入任何结果："
            + "；".join(f"“{each.name}”{each.read:,}行中{each.rejected:,}行" for each in bad),
        )


def hidden_words(layers: Layers) -> Iterator[Text]:
    """Yield what of the sheets is hidden from whoever opens them, and whether it was counted."""
    some = [
        Text(f"{report.name}: {note.what.en}", f"“{report.name}”{note.what.zh}")
        for report in layers.reports
        for note in report.notes
        if note.code in _HIDDEN
    ]
    if some:
        yield Text("; ".join(each.en for each in some), "；".join(each.zh for each in some))


def state_words(layers: Layers) -> Iterator[Text]:
    """Yield how many places of which layers say nothing of their state, or nothing that is understood."""
    frame = layers.facilities
    unknown = frame.loc[(frame["status"] == UNKNOWN).to_numpy(), "layer"]
    counts = unknown.value_counts(sort=False)
    if len(counts):
        names = {report.id: report.name for report in layers.reports}
        parts = [(names.get(str(layer), str(layer)), int(count)) for layer, count in counts.items()]
        yield Text(
            "places whose state is empty or not understood are not taken to be open and serve nobody: "
            + "; ".join(f"{name} {count:,}" for name, count in parts),
            "运营状态为空或无法识别的设施不视为开放，不计其服务："
            + "；".join(f"“{name}”{count:,}处" for name, count in parts),
        )


def occupancy_words(layers: Layers) -> Iterator[Text]:
    """Yield the layers in which every dwelling is counted as lived in, for nothing says how many are."""
    some = [
        report.name
        for report in layers.reports
        if report.usable and any(note.code == "no_occupancy" for note in report.notes)
    ]
    if some:
        yield Text(
            "no occupancy is given, so every dwelling was counted as lived in and people are at most so "
            f"many: {', '.join(some)}",
            f"未提供入住率，所有住房均按有人居住计，人口为上限：{'、'.join(f'“{name}”' for name in some)}",
        )
