"""What is said of a single place beside how far the nearest services are."""

from __future__ import annotations

from geo.assessment.place import NearestPlace
from geo.text import Text
from maps.words.sheets_said import number_of

CUT_OFF = Text(
    "this street is isolated, or one-way traffic lets one only enter or only leave it",
    "该处路段孤立，或因单向通行只可进入或只可离开",
)
"""Why a place is not connected with the rest of the streets."""


def left_out_words(nearest: NearestPlace) -> Text | None:
    """Return which places of a category are left out, or count elsewhere for nobody; None where none are."""
    parts = []
    hours = number_of(nearest.hours_unknown, "place", "places")
    if nearest.hours_unknown:
        parts.append(
            Text(
                f"{hours} left out: not known to be open at the hour",
                f"{nearest.hours_unknown:,}处该时段是否开放未知，未计入",
            )
        )
    if nearest.limit_unknown:
        parts.append(
            Text(
                f"{number_of(nearest.limit_unknown, 'place', 'places')} of which it is not known how many "
                "people can be served: nobody is covered by them in the assessment",
                f"{nearest.limit_unknown:,}处可服务人数未知，评估中不计其覆盖",
            )
        )
    if not parts:
        return None
    return Text("; ".join(each.en for each in parts), "；".join(each.zh for each in parts))
