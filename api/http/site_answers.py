"""A plan, or why there is none, as answers of the HTTP service."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from api.http.site_models import (
    ChosenSite,
    CurveStep,
    Gained,
    GainedByGroup,
    GainedByPolygon,
    NearPlan,
    PointGeometry,
    Said,
    SiteAnswer,
    SiteFault,
    SiteFeature,
    SiteFeatures,
    SiteRefusal,
)
from geo.errors import Fault
from geo.text import Text
from maps.book.siting_tables import by_group, by_polygon, chosen_table, curve_table, near_table
from maps.result import SitingResult
from maps.words.siting import Note, answer, answer_notes, assumption_notes, proof, question_notes

_FIELDS = {
    "--cover 95%": "cover 0.95",
    "--apart": "apart_metres",
    "--spacing": "spacing_metres",
    "--time-limit": "time_limit_seconds",
}
"""What an option of the command line is called in JSON, where that is not its name without the dashes."""


def site_answer(result: SitingResult) -> SiteAnswer:
    """Return a plan with the numbers of the workbook."""
    plan, said, sure = result.plan, answer(result), proof(result)
    chosen = [ChosenSite.model_validate(row) for row in _rows(chosen_table(result).drop(columns="geometry"))]
    return SiteAnswer(
        study=result.study.name,
        headline_en=said.en,
        headline_zh=said.zh,
        proof_en=sure.en,
        proof_zh=sure.zh,
        status=plan.status,
        stopped_by=plan.stopped_by,
        goal=result.question.aim,
        category=result.category,
        name_en=result.name.en,
        name_zh=result.name.zh,
        minutes=result.minutes,
        value=_known(plan.value),
        bound=_known(plan.bound),
        gap=_known(plan.gap),
        seconds=plan.solve_seconds,
        chosen=chosen,
        coverage=_coverage(result),
        by_group=[GainedByGroup.model_validate(row) for row in _rows(by_group(result))],
        by_polygon=[GainedByPolygon.model_validate(row) for row in _rows(by_polygon(result))],
        curve=[CurveStep.model_validate(row) for row in _rows(curve_table(result))],
        alternatives=[NearPlan.model_validate(row) for row in _rows(near_table(result))],
        asked=_said(question_notes(result)),
        found=_said(answer_notes(result)),
        assumed=_said(assumption_notes(result)),
        sites=SiteFeatures(features=[_feature(site) for site in chosen]),
    )


def refusal(code: str, faults: Iterable[Fault]) -> SiteRefusal:
    """Return faults with the fields of the JSON question in place of the options of the command line."""
    put = [in_fields(fault) for fault in faults]
    return SiteRefusal(
        code=code,
        message="\n".join(fault.to("en") for fault in put),
        faults=[
            SiteFault(
                code=fault.code,
                field=fault.place(),
                value=fault.value,
                what_en=fault.what.en,
                what_zh=fault.what.zh,
                fix_en=fault.fix.en,
                fix_zh=fault.fix.zh,
            )
            for fault in put
        ],
    )


def in_fields(fault: Fault) -> Fault:
    """Return a fault in the words of the JSON question.

    Examples
    --------
    >>> fault = Fault(Text("too near", "过近"), Text("Lower --apart", "请减小 --apart"), source="--apart")
    >>> in_fields(fault).to("en")
    'apart_metres: too near. Lower apart_metres'
    """
    return Fault(
        _text_in_fields(fault.what),
        _text_in_fields(fault.fix),
        source=_in_fields(fault.source),
        sheet=fault.sheet,
        row=fault.row,
        column=fault.column,
        value=fault.value,
        code=fault.code,
    )


def _text_in_fields(text: Text) -> Text:
    return Text(_in_fields(text.en), _in_fields(text.zh))


def _in_fields(words: str) -> str:
    for option, field in _FIELDS.items():
        words = words.replace(option, field)
    return re.sub(r"--(?=[a-z])", "", words)


def _coverage(result: SitingResult) -> Gained:
    people = float(result.people.sum())
    before, after = (float(result.covered(times).sum()) for times in (result.before, result.after))
    return Gained(
        people=people,
        before=before,
        after=after,
        gained=after - before,
        left_out=people - after,
        share_before=before / people if people > 0 else None,
        share_after=after / people if people > 0 else None,
    )


def _feature(site: ChosenSite) -> SiteFeature:
    return SiteFeature(
        id=site.id,
        geometry=PointGeometry(coordinates=(site.lon, site.lat)),
        properties=site.model_dump(exclude={"id", "lon", "lat"}),
    )


def _said(notes: Iterable[Note]) -> list[Said]:
    return [Said(name_en=name.en, name_zh=name.zh, text_en=text.en, text_zh=text.zh) for name, text in notes]


def _rows(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Return the rows of a table with None where something is missing or without end."""
    return [
        {str(key): _plain(value) for key, value in row.items()}
        for row in pd.DataFrame(table).to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return list(value)
    return _known(value) if isinstance(value, float) else value


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
