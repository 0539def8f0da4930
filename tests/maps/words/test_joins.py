"""How joins are told: by people where a case counts some, else by rows."""

from __future__ import annotations

from geo.assessment.joins import JoinCounts, LayerJoins
from maps.words.joins import far_words


def counts(total: float, far: float) -> JoinCounts:
    return JoinCounts(total=total, not_joined=0, doubtful=0, by_doubt={}, isolated=0, far=far)


def said(people: JoinCounts | None, *, role: str = "people") -> str:
    joins = LayerJoins(layer="a", role=role, rows=counts(5, 2), people=people, far_metres=100)
    (words,) = far_words([joins], {"a": "住宅"})
    return words.zh


def test_people_that_the_case_counts() -> None:
    assert said(counts(300, 40)) == "距所接道路超过100米：“住宅”300人中40人"


def test_rows_of_people_whom_the_case_does_not_count() -> None:
    assert said(counts(0, 0)) == "距所接道路超过100米：“住宅”5行中2行"


def test_places() -> None:
    assert said(None, role="facilities") == "距所接道路超过100米：“住宅”5处中2处"
