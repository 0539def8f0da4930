"""What a record says of data, rules and methods, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final

from geo.assessment.assess import CaseAssessment
from geo.assessment.counts import outline_settings
from geo.assessment.gaps import SMALLEST_GAP_PEOPLE
from geo.assessment.joins import FAR_SHARE
from geo.assessment.points import MOST_PATHS
from geo.measures.capacity import METHODS
from geo.measures.causes import CUT_OFF_DETOUR, END_SHARE
from geo.text import Text
from layers.rows.report import LayerReport
from layers.study.portable import portable_name
from maps.result import StudyResult
from maps.small_groups import FEWEST_PEOPLE
from maps.words.people import estimate_record

RULES: Final = {
    "cut_off_from_detour": CUT_OFF_DETOUR,
    "streets_end_within_share_of_limit": END_SHARE,
    "smallest_gap_people": SMALLEST_GAP_PEOPLE,
    "small_group_fewer_people_than": FEWEST_PEOPLE,
    "far_join_from_share_of_max_snap": FAR_SHARE,
}
"""Limits that neither study nor standard sets."""


def methods_of(result: StudyResult) -> dict[str, object]:
    """Return the ways of computing that depend on the size of a study, and which was taken."""
    return {
        "isochrones": outline_settings()["method"],
        "ways_drawn_at_most": MOST_PATHS,
        "room_assigned_by": {case.case.id: room_assigned_by(case) for case in result.cases},
    }


def room_assigned_by(case: CaseAssessment) -> dict[str, str]:
    """Return how room was shared out in a case, by requirement and limit; empty where nothing limits."""
    return {
        f"{key} within {minutes:g} min": METHODS[method].en for (key, minutes), method in case.methods.items()
    }


def layer_record(report: LayerReport) -> dict[str, object]:
    """Return how a layer was read and understood; headers that fill no role stay with the user."""
    crs = report.crs
    taken = {each.text: each.category for each in report.taken_categories if not each.by_name}
    return {
        "read": report.read,
        "accepted": report.accepted,
        "rejected": report.rejected,
        "left_out": report.left_out,
        "mapping": {match.role: {"header": match.header, "how": match.how} for match in report.mapping},
        "crs": {
            "declared": crs.declared,
            "in_file": crs.in_file,
            "used": crs.used,
            "steps": list(crs.steps),
            "accuracy_metres": crs.accuracy_metres,
            "evidence": crs.note.en,
        },
        "reading": {key: portable_name(str(value)) for key, value in report.details.items()},
        "categories": taken,
        "people": estimate_record(report.estimate) if report.estimate else None,
    }


def plain_values(value: Any) -> Any:
    """Return a value of dataclasses and texts as JSON holds it.

    Examples
    --------
    >>> plain_values((Text("a clinic", "诊所"), 1.0, None))
    [{'en': 'a clinic', 'zh': '诊所'}, 1.0, None]
    """
    if isinstance(value, Text):
        return {"en": value.en, "zh": value.zh}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain_values(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_values(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain_values(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
