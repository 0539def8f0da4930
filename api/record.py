"""The record of a run: versions, inputs by hash, what was counted case by case, and seconds."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np

from geo.assessment.assess import CaseAssessment
from geo.assessment.tables import of_case
from geo.search.agreement import isochrone_agreement
from geo.search.isochrones import Outline
from layers.osm.elevation_report import elevation_report
from layers.osm.streets import file_sha256
from maps.result import StudyResult

_LIBRARIES = ("numpy", "geopandas", "shapely", "pyproj", "osmium", "folium")

_SAMPLE_MINUTES = 3.0


def run_record(result: StudyResult) -> str:
    """Return the record as JSON."""
    first, study = result.first, result.study
    people = result.layers.demand["people"].to_numpy(float)
    joined = first.traveller.demand.snapped
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
            "nodes": result.network.node_count,
            "edges": result.network.edge_count,
            "metres": round(result.network.street_metres, 1),
            "pieces": int(result.network.pieces.size),
            "elevation": _elevation(result),
            "closed_at_the_hour": sorted(one.case.id for one in result.cases if one.case.state_of_streets),
        },
        "isochrones": _isochrones(result),
        "layers": _layers(result),
        "people": {
            "total": round(float(people.sum()), 3),
            "not_joined_to_a_street": round(float(people[~joined].sum()), 3),
            "not_on_the_largest_piece": round(float(people[~on_largest_piece(first)].sum()), 3),
            "reach_none": _reach_none(first),
        },
        "residential_land_hectares": {
            "total": round(float(result.land.samples["hectares"].sum()), 3),
            "not_joined_to_a_street": round(result.land.off_streets, 3),
            "pieces": len(result.land.samples),
        },
        "facilities_not_joined_to_a_street": int((~first.traveller.facilities.snapped).sum()),
        "facilities_without_hours": int(result.layers.facilities["opening_hours"].isna().sum()),
        "not_assessed": [requirement.key for requirement in first.assessment.not_assessed],
        "not_verified": [requirement.key for requirement in first.assessment.rests_on_unverified],
        "accessibility": study.accessibility.model_dump() if study.accessibility else None,
        "cases": {one.case.id: _case(result, one) for one in result.cases},
        "seconds": {name: round(seconds, 3) for name, seconds in result.seconds.items()},
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def on_largest_piece(one: CaseAssessment) -> np.ndarray:
    """Return which demand points are joined to the largest connected piece of the streets."""
    return np.asarray(one.traveller.piece_of(one.traveller.demand) == 0)


def _profile(one: CaseAssessment) -> dict[str, object]:
    profile = one.traveller.profile
    return {"id": profile.id, "speed_kph": profile.speed_kph, "source": profile.source.en}


def _elevation(result: StudyResult) -> dict[str, object] | None:
    """Return what the elevations are and who heeds them; None where the streets are level."""
    if result.study.elevation is None:
        return None
    heeding = [one for one in result.cases if one.case.profile.slope != "none"]
    names = sorted({one.case.profile.id for one in heeding})
    if not heeding:
        return {"file": result.study.elevation.name, "heeded_by": names}
    found = elevation_report(result.study.elevation, heeding[0].traveller.network)
    return {**found.record(), "heeded_by": names}


def _isochrones(result: StudyResult) -> dict[str, object]:
    """Return how isochrones are drawn, and how well that agrees with the exact outline on a small sample."""
    drawn, traveller = Outline(), result.first.traveller
    joined = result.layers.facilities["kind"].eq("station").to_numpy() & traveller.facilities.snapped
    sample = np.flatnonzero(joined)[:1]
    # One station and few minutes: the exact outline takes many times as long as the fast one.
    minutes = min(_SAMPLE_MINUTES, *result.study.minutes)
    found = isochrone_agreement(traveller.network, traveller.facilities.take(sample), minutes=[minutes])
    ids = result.layers.facilities["id"].to_numpy()[sample[found["place"]]]
    return {
        "method": drawn.method,
        "buffer_metres": drawn.buffer_metres,
        "cell_metres": drawn.cell_metres,
        "clip": drawn.clip,
        "unclipped_intersection_over_union_with_exact": [
            {"facility": str(name), "minutes": minutes, "iou": round(iou, 4)}
            for name, iou in zip(ids, found["iou"].tolist(), strict=True)
        ],
    }


def _hashes(result: StudyResult) -> dict[str, str]:
    study = result.study
    files = {study.streets.extract: study.extract}
    if study.streets.elevation and study.elevation:
        files[study.streets.elevation] = study.elevation
    files |= {layer.source: path for layer in study.layers if (path := study.path_of(layer)) is not None}
    return {name: file_sha256(path) for name, path in sorted(files.items())}


def _layers(result: StudyResult) -> dict[str, dict[str, int]]:
    return {
        report.id: {
            "read": report.read,
            "accepted": report.accepted,
            "rejected": report.rejected,
            "left_out": report.left_out,
        }
        for report in result.layers.reports
    }


def _reach_none(one: CaseAssessment) -> dict[str, float]:
    return {
        category: round(float(one.people[np.isinf(found.seconds[:, 0])].sum()), 3)
        for category, found in one.times.items()
    }


def _case(result: StudyResult, one: CaseAssessment) -> dict[str, object]:
    """Return who was counted in a case, what was open, and how many are covered or left out by what."""
    causes = of_case(result.tables.causes, one.case.id)
    causes = causes[causes["people"] > 0] if len(causes) else causes
    people = {
        key: dict(zip(rows["cause"], rows["people"].round(3).tolist(), strict=True))
        for key, rows in (causes.groupby("requirement", sort=False) if len(causes) else ())
    }
    return {
        "name": one.case.name.en,
        "profile": _profile(one),
        "moment": one.case.moment.isoformat() if one.case.moment else None,
        "on": one.case.on.isoformat() if one.case.on else None,
        "shift": one.case.shift,
        "people": round(float(one.people.sum()), 3),
        "facilities_usable": int(one.usable.now.sum()),
        "facilities_closed_then": int((one.usable.any_hour & ~one.usable.now).sum()),
        "facilities_not_open_yet": int((one.usable.when_built & ~one.usable.any_hour).sum()),
        "people_by_cause": people,
        "reach_none": _reach_none(one),
    }
