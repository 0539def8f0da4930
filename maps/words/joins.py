"""How rows are joined to the streets, in words: the same for a run, a plan and a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.joins import JoinCounts, LayerJoins
from geo.joins.doubt import Doubt
from geo.measures.requirements import required_minutes
from geo.measures.straight import nearest_straight
from geo.network.snap import AccessPoints
from geo.text import Text
from geo.types import Bools, Floats
from layers.load import Layers
from maps.result import CheckResult

DOUBTS: Final = {
    "water": Text("across water", "跨水域"),
    "motorway": Text("across a motorway", "跨高速公路或快速路"),
    "scrap": Text("to an isolated or cut-off street", "接入孤立或单向不可往返路段"),
    "railway": Text("across a railway", "跨铁路"),
    "below": Text("to a street below", "接入下层道路"),
    "above": Text("to a street above", "接入上层道路"),
    "wall": Text("through a wall or fence", "穿越围墙"),
    "private": Text("to a private way", "接入内部道路"),
}
"""What speaks against a join, by its name, the worst first."""

_MOST_NAMED = 10
_AT_END_METRES = 20.0
"""The place on the street nearest to a facility lies at most so far from the end of the street."""


def doubts_of(bits: int) -> Text:
    """Return what speaks against one join.

    Examples
    --------
    >>> doubts_of(2 | 128).en
    'across water, through a wall or fence'
    """
    some = [DOUBTS[str(kind.name).lower()] for kind in sorted(Doubt, reverse=True) if bits & kind]
    return Text(", ".join(each.en for each in some), "、".join(each.zh for each in some))


def doubtful_words(joins: Sequence[LayerJoins], names: Mapping[str, str]) -> Iterator[Text]:
    """Yield, of every layer, how many are joined to a street that may not be theirs, and what is crossed."""
    parts = []
    for each in joins:
        counted = each.counted
        if round(counted.doubtful) < 1 and each.rows.doubtful < 1:
            continue
        of = _of(each, lambda counts: counts.doubtful, names)
        unit = "处" if each.people is None else "人"
        why = [
            Text(f"{DOUBTS[name].en} {count:,.0f}", f"{DOUBTS[name].zh}{count:,.0f}{unit}")
            for name, count in counted.by_doubt.items()
        ]
        parts.append(
            Text(
                f"{of.en} ({', '.join(each.en for each in why)})",
                f"{of.zh}（{'、'.join(each.zh for each in why)}）",
            )
        )
    if parts:
        yield _listed(
            Text("joined to a street that may not be theirs", "接入的道路可能不是其出入道路"), parts
        )


def not_joined_words(
    joins: Sequence[LayerJoins], names: Mapping[str, str], max_snap_metres: float
) -> Iterator[Text]:
    """Yield, of every layer, how many are not joined to any street; people and others apart."""
    limit = f"{max_snap_metres:g}"
    said = {
        True: Text(
            f"farther than {limit} m from any street, not covered", f"{limit}米范围内无道路，计为未覆盖"
        ),
        False: Text(
            f"farther than {limit} m from any street, cannot be reached",
            f"{limit}米范围内无道路，不计其服务",
        ),
    }
    for people, words in said.items():
        some = [each for each in joins if (each.role == "people") is people and each.rows.not_joined]
        if some:
            yield _listed(words, [_of(each, lambda counts: counts.not_joined, names) for each in some])


def isolated_words(joins: Sequence[LayerJoins], names: Mapping[str, str]) -> Iterator[Text]:
    """Yield, of every layer, how many are on streets that are isolated or cut off by one-way traffic."""
    some = [each for each in joins if each.rows.isolated]
    if some:
        parts = [_of(each, lambda counts: counts.isolated, names) for each in some]
        words = Text(
            "on streets that are isolated, or that one-way traffic lets one only enter or only leave",
            "所接路段与其他道路不连通，或受单行限制只能进或只能出",
        )
        yield _listed(words, parts)


def far_words(joins: Sequence[LayerJoins], names: Mapping[str, str]) -> Iterator[Text]:
    """Yield, of every layer, how many are joined by a long walk."""
    some = [each for each in joins if each.rows.far]
    if some:
        metres = f"{some[0].far_metres:g}"
        words = Text(f"joined by a walk of more than {metres} m", f"距所接道路超过{metres}米")
        yield _listed(words, [_of(each, lambda counts: counts.far, names) for each in some])


def doubtful_listed(result: CheckResult) -> pd.DataFrame:
    """Return the doubtful joins as they are listed, the worst and largest first.

    Returns
    -------
    DataFrame
        The columns of `geo.assessment.joins.doubtful_joins`, and ``layer_name, called, doubts``: names of
        layer and row, and what speaks against the join (`Text`).
    """
    table = result.doubtful
    names = {report.id: report.name for report in result.reports}
    called = [
        name if isinstance(name, str) and name else str(key).removeprefix(f"{layer}:")
        for name, key, layer in zip(table["name"], table["id"], table["layer"], strict=True)
    ]
    doubts = np.empty(len(table), dtype=object)
    doubts[:] = [doubts_of(int(bits)) for bits in table["doubt"]]
    table = table.assign(
        layer_name=[names.get(str(layer), str(layer)) for layer in table["layer"]],
        called=called,
        doubts=doubts,
        worst=[1 << (int(bits).bit_length() - 1) for bits in table["doubt"]],
        weight=table["people"].astype(float).fillna(1.0),
    )
    return table.sort_values(["worst", "weight"], ascending=False, kind="stable", ignore_index=True)


def join_facts(joins: LayerJoins) -> Iterator[tuple[Text, Text]]:
    """Yield how the rows of one layer are joined, a line each, as a check shows them."""
    rows, people = joins.rows, joins.people

    def said(of: Callable[[JoinCounts], float]) -> Text:
        count = Text(f"{of(rows):,.0f} of {rows.total:,.0f} rows", f"{rows.total:,.0f}行中{of(rows):,.0f}行")
        if people is None or not of(rows):
            return count
        return Text(f"{count.en} ({of(people):,.0f} people)", f"{count.zh}（{of(people):,.0f}人）")

    yield Text("Not joined", "未接入道路"), said(lambda counts: counts.not_joined)
    doubtful = said(lambda counts: counts.doubtful)
    if rows.by_doubt:
        why = [(DOUBTS[name], count) for name, count in rows.by_doubt.items()]
        doubtful = Text(
            f"{doubtful.en}: " + ", ".join(f"{words.en} {count:,.0f}" for words, count in why),
            f"{doubtful.zh}：" + "、".join(f"{words.zh}{count:,.0f}" for words, count in why),
        )
    yield Text("Doubtful", "接入存疑"), doubtful
    yield (
        Text("On an isolated or cut-off street", "位于孤立或单向不可往返路段"),
        said(lambda counts: counts.isolated),
    )
    metres = f"{joins.far_metres:g}"
    yield (
        Text(f"Farther than {metres} m from the street", f"距道路超过{metres}米"),
        said(lambda counts: counts.far),
    )


def near_the_cut_words(case: CaseAssessment) -> Iterator[Text]:
    """Yield how many people whom some category does not cover reach the cut, by the minutes asked."""
    left: dict[float, Floats] = {}
    for each in case.causes:
        minutes = required_minutes(each.requirement)
        # Somebody whom several categories leave out is counted once.
        left[minutes] = np.maximum(left.get(minutes, 0.0), each.left_near_the_cut)
    for minutes, people in sorted(left.items()):
        count = round(float(people.sum()))
        if count:
            lives = "person lives" if count == 1 else "people live"
            yield Text(
                f"{count:,} of the uncovered {lives} within {minutes:g} minutes of the extract's edge; "
                "places beyond it are not known",
                f"未覆盖人口中有{count:,}人距路网数据边缘不超过{minutes:g}分钟，范围外的设施未知",
            )


def past_the_cut_words(layers: Layers, facilities: AccessPoints) -> Iterator[Text]:
    """Yield which facilities lie where the extract has no streets any more, by name."""
    frame = layers.facilities
    beyond = _past_the_cut(layers, facilities)
    if not beyond.any():
        return
    rows = frame[beyond]
    called = [
        name if isinstance(name, str) and name else str(key).split(":", 1)[-1]
        for name, key in zip(rows["name"].astype(object), rows["id"].astype(str), strict=True)
    ]
    # The study's own stations first: they are what an official looks for.
    order = np.argsort(~rows["kind"].isin(("station", "centre")).to_numpy(), kind="stable")
    shown = [called[at] for at in order[:_MOST_NAMED].tolist()]
    more = len(called) - len(shown)
    yield Text(
        "the streets of the extract end before these places, which therefore serve nobody: "
        + ", ".join(shown)
        + (f" and {more:,} more" if more else ""),
        "以下设施位于路网数据范围之外，不计其服务："
        + "、".join(shown)
        + (f"等{len(called):,}处" if more else ""),
    )


def _past_the_cut(layers: Layers, facilities: AccessPoints) -> Bools:
    """Return which facilities have no street for the extract was cut before them.

    They lie outside the box of all streets, or the street nearest to them stops where it was cut.
    """
    x, y = layers.facilities.geometry.x.to_numpy(), layers.facilities.geometry.y.to_numpy()
    beyond = np.zeros(x.size, np.bool_)
    lost = np.flatnonzero(~facilities.snapped)
    if not lost.size:
        return beyond
    x, y = x[lost], y[lost]
    if layers.street_box is not None:
        west, south, east, north = layers.street_box
        beyond[lost] = ~((west <= x) & (x <= east) & (south <= y) & (y <= north))
    ends = layers.street_ends
    if len(ends):
        metres, _ = nearest_straight(x, y, ends[:, 0], ends[:, 1], k=1)
        away = facilities.snap_metres[lost]
        beyond[lost] |= np.isfinite(away) & (metres[:, 0] <= away + _AT_END_METRES)
    return beyond


def decided_words(layers: Layers) -> Iterator[Text]:
    """Yield the joins that the study decides."""
    if not layers.decided:
        return
    names = names_of_layers(layers)
    some = [
        Text(
            f"{names.get(each.row.layer, each.row.layer)} {each.called} {each.row.said.en}",
            f"“{names.get(each.row.layer, each.row.layer)}”{each.called}{each.row.said.zh}",
        )
        for each in layers.decided
    ]
    shown, more = some[:_MOST_NAMED], max(len(some) - _MOST_NAMED, 0)
    yield Text(
        f"the study decides {len(some):,} of the joins: "
        + "; ".join(each.en for each in shown)
        + (f"; and {more:,} more" if more else ""),
        f"项目指定了{len(some):,}处接入："
        + "；".join(each.zh for each in shown)
        + (f"；另有{more:,}处" if more else ""),
    )


def decided_record(layers: Layers) -> list[dict[str, object]]:
    """Return the joins that the study decides, for the record of a run."""
    return [
        {
            "layer": each.row.layer,
            "row": each.row_id.removeprefix(f"{each.row.layer}:"),
            "near": list(each.row.near) if each.row.near is not None else None,
            "nearest": each.row.nearest,
            "not_joined": each.row.not_joined,
        }
        for each in layers.decided
    ]


def names_of_layers(layers: Layers) -> dict[str, str]:
    """Return what each layer is called, by its id."""
    return {report.id: report.name for report in layers.reports}


def joins_record(joins: Sequence[LayerJoins]) -> dict[str, dict[str, object]]:
    """Return how every layer is joined, for the record of a run."""
    return {
        each.layer: {
            "role": each.role,
            "rows": each.rows.record(),
            **({"people": each.people.record()} if each.people is not None else {}),
            "far_is_more_than_metres": each.far_metres,
        }
        for each in joins
    }


def _of(each: LayerJoins, count: Callable[[JoinCounts], float], names: Mapping[str, str]) -> Text:
    """Return the name of a layer with how many of how many."""
    name, some, total = names.get(each.layer, each.layer), count(each.counted), each.counted.total
    if each.counted is each.people:
        return Text(f"{name} {some:,.0f} of {total:,.0f} people", f"“{name}”{total:,.0f}人中{some:,.0f}人")
    # Rows of people are no places.
    unit = "处" if each.people is None else "行"
    return Text(f"{name} {some:,.0f} of {total:,.0f}", f"“{name}”{total:,.0f}{unit}中{some:,.0f}{unit}")


def _listed(words: Text, parts: Sequence[Text]) -> Text:
    return Text(
        f"{words.en}: {'; '.join(part.en for part in parts)}",
        f"{words.zh}：{'；'.join(part.zh for part in parts)}",
    )
