"""What the map of a run shows."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.assessment.cuts import cuts_of
from geo.measures.standard import Requirement, Standard
from geo.text import Text
from layers.catalogue.categories import categories
from layers.load import words_of
from layers.settings import USUAL_MINUTES, map_terms, tier_order, travels_by
from layers.study.cases import hours_known, open_through_week
from layers.targets import target_of
from maps.page.asking import asking_of
from maps.page.content import MapCase, MapCategory, MapContent, Sheet
from maps.page.places import MapWeek, WeekSeries, states_of
from maps.page.reach import MapReach
from maps.page.what_if import MapWhatIf, openable
from maps.published import all_published, may_be_published, published_facilities
from maps.published_cards import published_cards
from maps.result import StudyResult
from maps.words.catalogue import clause_words
from maps.words.caveats import caveat_line, caveats
from maps.words.ledgers.place_cards import place_cards
from maps.words.overall import overall_lines
from maps.words.people import counted_as, estimated_by
from maps.words.summary import category_name, headlines
from maps.words.unassessed import not_looked_for, nothing_assessed, unassessed, unassessed_count


def map_content(result: StudyResult) -> MapContent:
    """Return the content of the map of a run."""
    study, demand = result.study, result.layers.demand
    whole = all_published(study, result.layers.facilities) and all_published(study, demand)
    places, people = _facilities(result), may_be_published(study, demand)
    rings = result.isochrones
    return MapContent(
        title=study.name,
        language=study.language,
        basemap=result.basemap,
        facilities=places,
        grids=result.polygons,
        coverage=result.tables.grid_minutes,
        categories=_categories(result),
        minutes=study.minutes,
        isochrones=rings[rings["facility_id"].isin(places["id"])],
        gaps=_gaps(result.tables.gaps_by_minutes),
        totals=_totals(result),
        cases=tuple(_case(result, case) for case in result.cases),
        demand=demand[people],
        attributions=_attributions(result),
        beside=unassessed_count(left) if (left := unassessed(result)).count else nothing_assessed(result),
        unlooked=not_looked_for(result),
        notes=(*overall_lines(result), *(caveat_line(each) for each in caveats(result))),
        first_category=_first_category(result),
        sheet=Sheet.of(study, run=result.run_id),
        tier_order=tier_order(study, list(result.layers.facilities["tier"].dropna())),
        terms=map_terms(study, result.layers.facilities),
        # What the page computes would differ from the run where it may not know every place.
        reach=_reach(result) if whole else None,
        week=_week(result),
        ranking=result.tables.ranking.rename(columns={"area_id": "grid_id"}),
        what_if=_what_if(result) if whole else MapWhatIf(),
        places=published_cards(result, place_cards(result)),
        needs=result.needs.by_place if len(result.needs.by_place) else None,
        asking=asking_of(study, result.layers),
    )


def _week(result: StudyResult) -> MapWeek | None:
    """Return the week of the study, each service at the minutes it is asked for within."""
    hours, shown = result.week.by_hour, _categories(result)
    if not result.study.week or not len(hours):
        return None
    # Cases that differ in their hour alone have the week of the first of them.
    weeks = [(case.case.streets, case.usable.any_hour.tobytes()) for case in result.cases]
    ids = [case.case.id for case in result.cases]
    minutes = result.study.minutes
    shown_places = may_be_published(result.study, result.layers.facilities)
    series = []
    places = {each.id: place for place, each in enumerate(shown)}
    for _, rows in hours.groupby(["case", "category", "minutes_limit"], sort=False):
        ordered = rows.drop_duplicates("hour").sort_values("hour")
        first = ordered.iloc[0]
        place, limit = places.get(first["category"]), float(first["minutes_limit"])
        if place is None or limit not in (shown[place].required_minutes, _usual(minutes)):
            continue
        series.append(
            WeekSeries(
                case=ids.index(first["case"]),
                category=place,
                minutes=limit,
                total=float(first["total"]),
                covered=ordered["covered"],
            )
        )
    return MapWeek(
        open_by_hour=open_through_week(result.study, result.layers.facilities)[shown_places],
        hours_known=hours_known(result.layers.facilities)[shown_places],
        case=[weeks.index(week) for week in weeks],
        series=series,
    )


def _usual(minutes: tuple[float, ...]) -> float:
    """Return the minutes that a service is shown within that the standard does not ask for."""
    return max((each for each in minutes if each <= USUAL_MINUTES), default=minutes[0])


def _reach(result: StudyResult) -> MapReach:
    """Return what the page answers from: streets, and people and places joined to them, case by case."""
    wanted = result.ground.wanted
    return MapReach(
        travellers=tuple(case.traveller for case in result.cases),
        barriers=result.layers.barriers,
        max_snap_metres=result.study.max_snap_metres,
        usable=tuple(case.usable.now for case in result.cases),
        serves=tuple(wanted[category.id] for category in _categories(result)),
        groups={group: term.name for group, term in words_of(result.study).groups.terms.items()},
        people=tuple(case.people for case in result.cases),
    )


def _what_if(result: StudyResult) -> MapWhatIf:
    layers, asked = result.layers, [category.id for category in _categories(result)]
    conditions = [
        result.standard.at_minutes(category, result.study.minutes[0]).condition for category in asked
    ]
    names = {key: each.name for key, each in words_of(result.study).categories.by_id.items()}
    return MapWhatIf(
        cuts=cuts_of(layers.demand, grids=layers.grids, areas=layers.areas),
        applies=tuple(result.ground.applies.get(condition or "") for condition in conditions),
        openable=openable(layers.facilities, result.standard, names, asked),
        moments=tuple(case.case.moment for case in result.cases),
        works=tuple(case.usable.any_hour for case in result.cases),
        gain=result.gain,
    )


def _case(result: StudyResult, case: CaseAssessment) -> MapCase:
    people = case.people[may_be_published(result.study, result.layers.demand)]
    states = states_of(case.usable)[may_be_published(result.study, result.layers.facilities)]
    return MapCase(
        case.case.id,
        travels_by(case.traveller.profile),
        case.case.hour,
        counted_as(result.study, result.layers, case.people),
        people,
        estimated=estimated_by(result.layers, case.people) is not None,
        name=_own_name(result, case),
        states=states,
    )


def _own_name(result: StudyResult, case: CaseAssessment) -> Text | None:
    """Return what the study itself calls a case."""
    named = {each.id for each in result.study.cases if each.name}
    return case.case.name if case.case.id in named else None


def _facilities(result: StudyResult) -> gpd.GeoDataFrame:
    """Return the facilities, each under the category it is asked for as: a clinic answers to 'a doctor'."""
    asked_as = {
        fulfilling: category
        for category, accepted in result.standard.accepted.items()
        for fulfilling in accepted
        if category in result.times and fulfilling not in result.times
    }
    frame = published_facilities(result.study, result.layers)
    return frame.assign(category=frame["category"].replace(asked_as))


def _categories(result: StudyResult) -> tuple[MapCategory, ...]:
    known = categories().with_own(result.study.categories).by_id
    shown = []
    for category in result.times:
        views = [view.requirement for view in result.first.views if view.requirement.category == category]
        many = {float(r.minutes or 0.0): r for r in views if r.counts_many}
        asked = _asked(category, result.standard)
        shown.append(
            MapCategory(
                id=category,
                name=known[category].name if category in known else category_name(result, category),
                phrase=category_name(result, category),
                count={minutes: requirement.count for minutes, requirement in many.items()},
                mean=frozenset(minutes for minutes, r in many.items() if r.combine == "mean"),
                by_standard=any(requirement.by_standard for requirement in views),
                demanded=any(requirement.demanded for requirement in views),
                required_minutes=None if asked is None else asked.minutes,
                clause=None if asked is None else _clause(asked, result.standard),
                target=_target(result, category, asked),
            )
        )
    # What the standard requires comes first, services it does not ask for last.
    return tuple(sorted(shown, key=lambda each: (not each.demanded, not each.by_standard)))


def _asked(category: str, standard: Standard) -> Requirement | None:
    """Return by which minutes the standard asks for a service: the shortest of its levels."""
    lines = [r for r in standard.requirements if r.category == category and r.by_standard and r.minutes]
    return min(lines, key=lambda line: (not line.demanded, line.minutes), default=None)


def _target(result: StudyResult, category: str, asked: Requirement | None) -> float | None:
    """Return the share that the study wants covered at the minutes a service is asked for within."""
    key = category if asked is None else asked.key
    return target_of(result.study, requirement=key, category=category)


def _clause(line: Requirement, standard: Standard) -> Text:
    """Return where a requirement is written, and whether anybody has checked that."""
    title, clause = standard.title, clause_words(line.clause)
    en = ", ".join(filter(None, (title.en, clause.en)))
    zh = "，".join(filter(None, (title.zh, clause.zh)))
    if line.verified or line.confirmed is not None:
        return Text(en, zh)
    return Text(f"{en} (not checked against its text)", f"{zh}（未与标准原文核对）")


def _first_category(result: StudyResult) -> str | None:
    """Return the service that the first headline speaks of; one of the standard wherever a map holds any."""
    said = [category for category, _ in headlines(result)]
    said += [requirement.category for requirement in result.standard.requirements if requirement.by_standard]
    said += [category for category, _ in headlines(result, by_standard=False)]
    return next((category for category in said if category in result.times), None)


def _totals(result: StudyResult) -> pd.DataFrame:
    table = result.tables.within
    full = table["without_room"] + table["room_unknown"]
    return table.rename(columns={"total": "people", "covered": "people_covered"}).assign(
        people_without_room=full
    )


def _gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps of the map with their cause as a text, missing where there is none."""
    words = zip(gaps["cause_en"], gaps["cause_zh"], strict=True)
    causes = [Text(en, zh) if isinstance(en, str) else None for en, zh in words]
    return gaps.assign(cause=pd.Series(causes, index=gaps.index, dtype=object))


def _attributions(result: StudyResult) -> tuple[str, ...]:
    return result.study.attributions
