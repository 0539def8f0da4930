"""The records of a run and of a plan: versions, what was counted or found, and what changes the figures."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version

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
from geo.measures.capacity import METHODS
from layers.hours.cells import unknown_hours
from layers.osm.elevation import elevation_report
from layers.read.digest import file_sha256
from maps.result import SitingResult, StudyResult
from maps.values import finite
from maps.words.caveats import caveats
from maps.words.joins import decided_record, joins_record
from maps.words.people import estimate_record, estimated_by, people_notes
from maps.words.siting import answer, proof

_LIBRARIES = ("numpy", "geopandas", "shapely", "pyproj", "osmium", "folium")


def run_record(result: StudyResult) -> str:
    """Return the record as JSON."""
    first, study, facilities = result.first, result.study, result.layers.facilities
    record = {
        "study": study.name,
        "finished": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "versions": {
            "lifecircle": version("lifecircle"),
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "profile": _profile(first),
        "standard": result.standard.id,
        "inputs": _hashes(result),
        "streets": {
            **street_counts(result.network),
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


def site_record(result: SitingResult) -> str:
    """Return the record of a plan as JSON: what was asked, what was found, and what changes its figures."""
    plan, study = result.plan, result.study
    record = {
        "study": study.name,
        "finished": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "versions": {"lifecircle": version("lifecircle"), "python": platform.python_version()},
        "category": result.category,
        "minutes": result.minutes,
        "asked": result.question.model_dump(mode="json", exclude_defaults=True),
        "case": result.case.id,
        "answer": {"en": answer(result).en, "zh": answer(result).zh},
        "proof": {"en": proof(result).en, "zh": proof(result).zh},
        "status": plan.status,
        "value": finite(plan.value),
        "bound": finite(plan.bound),
        "chosen": [str(result.sites["id"].iloc[position]) for position in plan.opened],
        "candidates": {"used": result.candidates, "not_joined_to_a_street": result.off_street},
        "joins": joins_record(result.joins),
        "joins_decided_by_the_study": decided_record(result.layers),
        "caveats": [{"kind": each.kind, "en": each.text.en, "zh": each.text.zh} for each in caveats(result)],
        "seconds": round(plan.solve_seconds, 3),
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


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


def _hashes(result: StudyResult) -> dict[str, str]:
    """Return the SHA-256 of every input file, by the name the study gives it."""
    study = result.study
    files = {study.streets.extract: study.extract}
    if study.streets.elevation and study.elevation:
        files[study.streets.elevation] = study.elevation
    if study.holidays_file is not None:
        files[study.holidays] = study.holidays_file
    files |= {layer.source: path for layer in study.layers if (path := study.path_of(layer)) is not None}
    return {name: file_sha256(path) for name, path in sorted(files.items())}


def _layers(result: StudyResult) -> dict[str, dict[str, object]]:
    return {
        report.id: {
            "read": report.read,
            "accepted": report.accepted,
            "rejected": report.rejected,
            "left_out": report.left_out,
            **({"people": estimate_record(report.estimate)} if report.estimate else {}),
        }
        for report in result.layers.reports
    }


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
        "room_assigned_by": {
            f"{key} within {minutes:g} min": METHODS[method].en
            for (key, minutes), method in case.methods.items()
        },
        "people_by_cause": people_by_cause(result.tables.causes, case.case.id),
        "reach_none": reach_none(case),
    }
