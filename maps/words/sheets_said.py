"""What the sheets of a study leave open and what was made of it: rows rejected, hidden, not understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.text import Text
from layers.cells.statuses import UNKNOWN
from layers.load import Layers
from layers.rows.not_open import LATER, NOT_HOUSED

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
            f"共{total:,}行，不计入任何结果："
            + "；".join(f"“{each.name}”{each.read:,}行中{each.rejected:,}行" for each in bad),
        )


def hidden_words(layers: Layers) -> Iterator[Text]:
    """Yield what of the sheets is hidden from whoever opens them, and whether it was counted."""
    return _noted(layers, _HIDDEN)


def not_yet_words(layers: Layers) -> Iterator[Text]:
    """Yield which places and homes are not counted before their day."""
    return _noted(layers, (LATER, NOT_HOUSED))


def _noted(layers: Layers, codes: Sequence[str]) -> Iterator[Text]:
    """Yield the notes of some codes with the names of their layers, as one sentence."""
    some = [
        Text(f"{report.name}: {note.what.en}", f"“{report.name}”{note.what.zh}")
        for report in layers.reports
        for note in report.notes
        if note.code in codes
    ]
    if some:
        yield Text("; ".join(each.en for each in some), "；".join(each.zh for each in some))


def not_applied_words(layers: Layers) -> Iterator[Text]:
    """Yield which layers declare how many people a place serves without the study taking that for a limit."""
    names = [
        report.name
        for report in layers.reports
        if any(note.code == "capacity_shown" for note in report.notes)
    ]
    if names:
        yield Text(
            "these layers say how many people a place serves, but the study does not say that this limits: "
            f"nobody is turned away, and there is no share within capacity: {', '.join(names)}; add "
            'capacity = "limits" to the layer where it does',
            "以下图层已填写可服务人数，但项目未设定按容量限制，各项覆盖均不计容量："
            + "、".join(f"“{name}”" for name in names)
            + "；如应限制，请在项目中将该图层设为按容量限制",
        )


def state_words(layers: Layers) -> Iterator[Text]:
    """Yield how many places of which layers have no state, or a state or opening date not understood."""
    names = {report.id: report.name for report in layers.reports}
    frame = layers.facilities
    found = frame.loc[(frame["status"] == UNKNOWN).to_numpy(), "layer"].value_counts(sort=False)
    if unknown := _counts(
        [(names.get(str(layer), str(layer)), int(count)) for layer, count in found.items()]
    ):
        yield Text(
            "places whose state is empty, or whose state or opening date is not understood, are not taken to "
            f"be open and serve nobody: {unknown.en}",
            f"运营状态为空、状态或启用日期无法识别的设施不视为开放，不计其服务：{unknown.zh}",
        )
    if undated := _counts(_not_dated(layers)):
        yield Text(
            "planned and unfinished places whose opening date is not understood count on no day: "
            f"{undated.en}",
            f"规划和在建且启用日期无法识别的，任何日期均不计入：{undated.zh}",
        )


def _not_dated(layers: Layers) -> list[tuple[str, int]]:
    """Return how many planned and unfinished rows of which layers have a day that is not understood."""
    found = []
    for report in layers.reports:
        header = next((match.header for match in report.mapping if match.role == "opens_on"), None)
        asked = any(fault.column == header and fault.code == "bad_value" for fault in report.notes)
        if not report.usable or header is None or not asked:
            continue
        rows = layers.facilities[layers.facilities["layer"] == report.id]
        coming = rows["status"].isin(["building", "planned"]) & rows["opens_on"].isna()
        found.append((report.name, int(coming.sum())))
    return [(name, count) for name, count in found if count]


def _counts(parts: Sequence[tuple[str, int]]) -> Text | None:
    if not parts:
        return None
    return Text(
        "; ".join(f"{name} {count:,}" for name, count in parts),
        "；".join(f"“{name}”{count:,}处" for name, count in parts),
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
