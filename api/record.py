"""The records of a run and of a plan: versions, what was counted or found, and what changes the figures."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version

from api.made_of import MadeOf, run_made_of, sha256_of
from api.record_form import SCHEMA_FILE, SCHEMA_VERSION
from geo.assessment.assess import CaseAssessment
from geo.assessment.counts import (
    facilities_off_streets,
    facility_counts,
    isochrone_sample,
    join_doubts,
    land_counts,
    outline_settings,
    people_by_cause,
    people_counts,
    reach_none,
    street_counts,
)
from geo.day import today
from layers.change import study_without_change
from layers.hours.cells import unknown_hours
from layers.osm.elevation import elevation_report
from layers.study.changes import Change
from layers.study.model import Study
from layers.study.portable import portable
from maps.recorded import RULES, layer_record, methods_of, plain_values, room_assigned_by
from maps.result import SitingResult, StudyResult
from maps.siting_loads import plan_cost
from maps.values import finite
from maps.words.caveats import caveats
from maps.words.joins import decided_record, joins_record
from maps.words.overall import overall_lines
from maps.words.people import estimated_by, people_notes
from maps.words.siting import answer, proof
from maps.words.siting_notes import left_out_words
from maps.words.unassessed import sizes_not_tested, unassessed

_LIBRARIES = (
    "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "pyarrow", "osmium", "folium", "numba",
    "scipy", "highspy", "rasterio", "XlsxWriter", "ezdxf", "chinesecalendar", "opening-hours-py",
)  # fmt: skip
"""On whose releases results or the bytes of their files rest."""


def run_record(result: StudyResult, made_of: MadeOf | None = None) -> str:
    """Return the record as JSON.

    Parameters
    ----------
    made_of
        What the run was made of; its files are read where that is not given.
    """
    made_of = made_of or run_made_of(result)
    first, study, facilities = result.first, result.study, result.layers.facilities
    applied = plain_values(result.standard)
    record = {
        **_made_of(made_of, study, result.change),
        "standard_resolved": applied,
        "standard_sha256": sha256_of(applied),
        "change": result.change.model_dump(mode="json", by_alias=True) if result.change else None,
        "profile": _profile(first),
        "rules": RULES,
        "methods": methods_of(result),
        "streets": {
            **street_counts(result.network),
            "notes": [note.en for note in result.street_notes],
            "elevation": _elevation(result),
            "closed_at_the_hour": sorted(case.case.id for case in result.cases if case.case.state_of_streets),
        },
        "isochrones": {
            **outline_settings(),
            "unclipped_intersection_over_union_with_exact": isochrone_sample(
                first, facilities, minutes=study.minutes
            ),
        },
        "layers": _layers(result),
        "people": {
            **people_counts(first, result.layers.demand),
            "estimated": by.en if (by := estimated_by(result.layers, first.people)) else None,
            "notes": [note.en for note in people_notes(result.layers)],
        },
        "doubtful_joins": join_doubts(first),
        "joins": joins_record(result.joins_of(first)),
        "joins_decided_by_the_study": decided_record(result.layers),
        "residential_land_hectares": land_counts(result.land),
        "facilities_not_joined_to_a_street": facilities_off_streets(first),
        "facilities_without_hours": unknown_hours(facilities)[0],
        "facilities_with_unread_hours": unknown_hours(facilities)[1],
        "not_assessed": [requirement.key for requirement in first.assessment.not_assessed],
        "not_assessed_by_reason": {
            why: [clause.key for clause in clauses] for why, clauses in unassessed(result).left.items()
        },
        "sizes_not_tested": [requirement.key for requirement in sizes_not_tested(result)],
        "overall": [line.en for line in overall_lines(result)],
        "not_verified": [requirement.key for requirement in first.assessment.rests_on_unverified],
        "confirmed": {
            requirement.key: f"{who.by}, {who.on.isoformat()}, {who.text}"
            for requirement in first.assessment.confirmed
            if (who := requirement.confirmed) is not None
        },
        "beside_the_standard": [r.key for r in result.standard.requirements if not r.by_standard],
        "caveats": [{"kind": each.kind, "en": each.text.en, "zh": each.text.zh} for each in caveats(result)],
        "accessibility": study.accessibility.model_dump() if study.accessibility else None,
        "cases": {case.case.id: _case(result, case) for case in result.cases},
        "seconds": {name: round(seconds, 3) for name, seconds in result.seconds.items()},
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def site_record(result: SitingResult, made_of: MadeOf, name: str) -> str:
    """Return the record of a plan as JSON: its question, what it rests on, and how far it is proven."""
    plan, study = result.plan, result.study
    headline, proven = answer(result), proof(result)
    record = {
        **_made_of(made_of, study),
        "name": name,
        "question": result.question.model_dump(mode="json", exclude_unset=True),
        "minutes": result.minutes,
        "categories": list(result.categories),
        "cases": [case.id for case in result.cases],
        "streets": street_counts(result.network),
        "candidates": result.candidates,
        "candidates_off_street": result.off_street,
        "answer": {"en": headline.en, "zh": headline.zh},
        "proof": {"en": proven.en, "zh": proven.zh},
        "status": plan.status,
        "stopped_by": plan.stopped_by,
        "value": finite(plan.value),
        "bound": finite(plan.bound),
        "gap": finite(plan.gap),
        "opened": [str(key) for key in result.sites["id"].iloc[list(plan.opened)]],
        "closed": [str(key) for key in result.sites["id"].iloc[list(plan.closed)]],
        "people": float(result.people.sum()),
        "people_before": float(result.covered(result.before).sum()),
        "people_after": float(result.covered(result.after).sum()),
        "most_share": finite(plan.most_share),
        "cost": finite(plan_cost(result)),
        "budget": result.question.budget_in_all,
        "missing_sites": result.rules.missing_sites,
        "not_searched": [text.en for text in left_out_words(result)],
        "joins": joins_record(result.joins),
        "joins_decided_by_the_study": decided_record(result.layers),
        "caveats": [{"kind": each.kind, "en": each.text.en, "zh": each.text.zh} for each in caveats(result)],
        "seconds": round(plan.solve_seconds, 3),
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def _made_of(made_of: MadeOf, study: Study, change: Change | None = None) -> dict[str, object]:
    """Return what both kinds of record begin with."""
    return {
        "schema": SCHEMA_FILE,
        "schema_version": SCHEMA_VERSION,
        "run_id": made_of.id,
        "study": study.name,
        "made_on": today().isoformat(),
        "finished": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "versions": versions_now(),
        "study_resolved": portable(study if change is None else study_without_change(study, change)),
        "study_sha256": made_of.study_sha256,
        "inputs": made_of.inputs,
        "standard": made_of.standard,
    }


def versions_now() -> dict[str, str]:
    """Return the releases of the program, of Python and of the libraries that results rest on."""
    return {
        "lifecircle": version("lifecircle"),
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def _profile(case: CaseAssessment) -> dict[str, object]:
    profile = case.traveller.profile
    return {"id": profile.id, "speed_kph": profile.speed_kph, "source": profile.source.en}


def _elevation(result: StudyResult) -> dict[str, object] | None:
    """Return what the elevations are and who heeds them; None where the streets are level."""
    if result.study.elevation is None:
        return None
    heeding = [case for case in result.cases if case.case.profile.slope != "none"]
    names = sorted({case.case.profile.id for case in heeding})
    if not heeding:
        return {"file": result.study.elevation.name, "heeded_by": names}
    report = elevation_report(result.study.elevation, heeding[0].traveller.network)
    return {**report.record(), "heeded_by": names}


def _layers(result: StudyResult) -> dict[str, dict[str, object]]:
    return {report.id: layer_record(report) for report in result.layers.reports}


def _case(result: StudyResult, case: CaseAssessment) -> dict[str, object]:
    """Return who was counted in a case, what was open, and how many are covered or left out by what."""
    return {
        "name": case.case.name.en,
        "profile": _profile(case),
        "moment": case.case.moment.isoformat() if case.case.moment else None,
        "on": case.case.on.isoformat() if case.case.on else None,
        "shift": case.case.shift,
        "people": round(float(case.people.sum()), 3),
        **facility_counts(case),
        "room_assigned_by": room_assigned_by(case),
        "people_by_cause": people_by_cause(result.tables.causes, case.case.id),
        "reach_none": reach_none(case),
    }
