"""The line under the title of each sheet of a run: what is counted, and what is left aside."""

from __future__ import annotations

from geo.measures.land import LAND
from geo.text import Text
from maps.book.layouts import RunEdition
from maps.book.rows import PEOPLE, counted_words, room_limits, unit_line
from maps.siting_projects import cost_of, cost_unit_of

_ONE_STREETS = Text(
    "; by shift and by the hour doors open and close, streets are those of the case at all hours",
    "；分班次与逐时各表只计设施开放时间，道路全周按该情景的通行状况",
)


def counted(edition: RunEdition) -> Text:
    """Say what is counted on the sheet of coverage."""
    if not len(edition.rows(edition.result.denominators)):
        return unit_line(edition, PEOPLE)
    words = Text(f"{PEOPLE.en}, unless a table says otherwise", f"{PEOPLE.zh}，表内另有注明的除外")
    return unit_line(edition, words)


def people(edition: RunEdition) -> Text:
    """Return the line of a sheet that counts people."""
    return unit_line(edition, PEOPLE)


def people_of_first(edition: RunEdition) -> Text:
    """Return the line of a sheet that counts people of the first case."""
    return unit_line(edition, PEOPLE, of_first=True)


def places(edition: RunEdition) -> Text:
    """Return the line of a sheet that counts places."""
    return unit_line(edition, Text("places", "设施（处）"))


def residents(edition: RunEdition) -> Text:
    """Return the line of what is reckoned by residents alone."""
    return unit_line(edition, Text("residents alone", "常住人口，各情景相同"))


def of_projects(edition: RunEdition) -> Text:
    """Return the line of the projects: who gains is not summed, what the change costs is."""
    change, study = edition.result.change, edition.result.study
    cost = cost_of(change)
    words = Text(
        f"{PEOPLE.en}; the same people may gain by several rows and are not summed",
        f"{PEOPLE.zh}，同一人口可因多项受益，不作合计",
    )
    if cost is None:
        to_fill = Text("cost: to be filled in", "费用、时序与责任单位待填")
    else:
        total, unit = f"{cost:,.2f}".removesuffix(".00"), cost_unit_of(change, study)
        spent = f"{total} {unit}" if unit else total
        to_fill = Text(f"cost of the change in all: {spent}", f"变化方案费用合计 {spent}；空白处待填")
    return unit_line(edition, Text(f"{words.en}; {to_fill.en}", f"{words.zh}；{to_fill.zh}"), of_first=True)


def share_of_people(edition: RunEdition) -> Text:
    """Return the line of shares of people."""
    return unit_line(edition, Text(f"{PEOPLE.en}, share covered", f"{PEOPLE.zh}，覆盖率"))


def share_of_land(edition: RunEdition) -> Text:
    """Return the line of shares of residential land."""
    land = counted_words(edition.result)[LAND]
    return unit_line(edition, Text(f"{land.en}, share covered", f"{land.zh}，覆盖率"))


def date_made(edition: RunEdition) -> Text:
    """Return the day alone."""
    made = edition.made_on.isoformat()
    return Text(made, made)


def share_through_week(edition: RunEdition) -> Text:
    """Return the line of shares through the week: whether room and hours of streets count in them."""
    timed = bool(len(edition.result.week.by_hour) and edition.result.timed_streets)
    limits = room_limits(edition.result)
    if not (limits or timed):
        return share_of_people(edition)
    room = Text("; by shift and by the hour room is left aside", "；分班次与逐时各表不计容量")
    said = [text for text, holds in ((room, limits), (_ONE_STREETS, timed)) if holds]
    words = Text(
        f"{PEOPLE.en}, share covered" + "".join(text.en for text in said),
        f"{PEOPLE.zh}，覆盖率" + "".join(text.zh for text in said),
    )
    return unit_line(edition, words)
