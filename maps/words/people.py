"""Who is counted, and whether the number was counted or reckoned: said the same wherever people appear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from geo.assessment.headline import rounded
from geo.text import Text
from geo.types import Floats
from layers.load import Layers
from layers.rows.report import LayerReport, PeopleEstimate
from layers.settings import who_is_counted
from layers.study.model import Study

_BY: Final = {
    "buildings": Text("estimated from floor area", "按建筑面积估算"),
    "dwellings": Text("estimated from dwellings", "按户数估算"),
}
"""How the number of people was reckoned; numbers of a population grid and of places are counts."""

_CAVEATS: Final = ("people_unknown", "few_buildings", "concentrated", "outliers", "not_dwellings")
"""Notes of a layer that change what its people mean, in the order they are said."""


def estimated_by(layers: Layers, people: Floats) -> Text | None:
    """Return how the people were reckoned, as it stands in brackets behind them; None where counted.

    Parameters
    ----------
    layers
        Of the study.
    people
        Who is counted at every demand point.
    """
    total = float(people.sum())
    demand = layers.demand["layer"].to_numpy(dtype=object)
    shares = {
        report.estimate.method: float(people[demand == report.id].sum())
        for report in _reckoned(layers)
        if report.estimate is not None and report.estimate.method in _BY
    }
    reckoned = [method for method, count in shares.items() if count > 0]
    if not reckoned or not total:
        return None
    by = Text(
        " and ".join(_BY[method].en for method in reckoned),
        "、".join(_BY[method].zh for method in reckoned),
    )
    whole = np.isclose(sum(shares[method] for method in reckoned), total)
    return by if whole else Text(f"partly {by.en}", f"部分{by.zh}")


def counted_as(study: Study, layers: Layers, people: Floats) -> Text:
    """Return who is counted, as it stands in a sentence, with how they were reckoned."""
    who = who_is_counted(study, layers.demand, people)
    by = estimated_by(layers, people)
    return who if by is None else Text(f"{who.en} ({by.en})", f"{who.zh}（{by.zh}）")


def people_words(layers: Layers, people: Floats) -> Text:
    """Return the number of people with its unit, rounded and marked where it was reckoned.

    A reckoned number reads "about 58,000 people (estimated from floor area)", 约5.8万人（按建筑面积估算）.
    """
    total, by = float(people.sum()), estimated_by(layers, people)
    if by is None:
        return Text(f"{total:,.0f} people", f"{total:,.0f}人")
    return Text(f"{rounded(total, 'en')} people ({by.en})", f"{rounded(total, 'zh')}人（{by.zh}）")


def people_notes(layers: Layers) -> tuple[Text, ...]:
    """Return what must be known about reckoned people: how, and what makes the number doubtful."""
    return tuple(note for report in _reckoned(layers) for note in _notes_of(report))


def estimate_record(estimate: PeopleEstimate) -> dict[str, object]:
    """Return how the people of a layer were reckoned, for the record of a run."""
    return {
        "method": estimate.method,
        "how": estimate.how.en,
        "people": round(estimate.people, 3),
        "largest": [
            {"id": each.id, "people": round(each.people, 1), "why": each.why.en, "unlikely": each.unlikely}
            for each in estimate.largest
        ],
        "buildings_with_a_third": estimate.third,
    }


def estimate_words(report: LayerReport) -> Text | None:
    """Return how the people of a layer were reckoned; None where they were counted."""
    return None if report.estimate is None else _how(report.estimate)


def _reckoned(layers: Layers) -> Iterator[LayerReport]:
    return (report for report in layers.reports if report.estimate is not None)


def _notes_of(report: LayerReport) -> Iterator[Text]:
    named = Text(f"{report.name}: ", f"{report.name}：")
    if report.estimate is not None:
        how = _how(report.estimate)
        yield Text(named.en + how.en, named.zh + how.zh)
    by_code = {note.code: note.what for note in report.notes}
    for code in _CAVEATS:
        if code in by_code:
            yield Text(named.en + by_code[code].en, named.zh + by_code[code].zh)


def _how(estimate: PeopleEstimate) -> Text:
    if estimate.method not in _BY:
        return estimate.how
    by = _BY[estimate.method]
    return Text(
        f"{rounded(estimate.people, 'en')} people, {by.en}: {estimate.how.en}",
        f"{rounded(estimate.people, 'zh')}人，{by.zh}：{estimate.how.zh}",
    )
