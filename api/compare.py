"""Two plans of a study side by side, a step a line: change files, plans of siting, or the study of today."""

from __future__ import annotations

from pathlib import Path

from api.outputs import CHANGE_FILE, siting_folder
from api.steps import Steps
from geo.assessment.cuts import cuts_of
from geo.errors import Fault, InputError
from geo.search.reach import nearest
from geo.text import Text
from layers.change import changed, folder_name
from layers.joined import join_layer
from layers.lines.extract import extract_of
from layers.load import load_layers
from layers.osm.basemap import read_basemap
from layers.osm.streets import open_network
from layers.settings import completed, standard_of
from layers.siting_asked import category_asked, minutes_of, service_name, standing_places
from layers.study.cases import holidays_of, read_cases
from layers.study.changes import Change, read_change
from layers.study.model import Study, read_study
from layers.study.siting.question import SiteQuestion
from maps.compared import ComparedPlans
from maps.page.compare import plan_name
from maps.words.steps import BASEMAP, LAYERS, STREETS, TIMES

TODAY = "today"
"""The study as it stands, as one of the two plans."""


def find_change(study: Study, plan: str) -> Change | None:
    """Return the change that a plan is: a file, the name of a siting plan, or none for ``today``.

    Raises
    ------
    InputError
        Where there is no such file or plan, with every fault of the file.
    """
    if plan == TODAY:
        return None
    path, named = Path(plan), siting_folder(study, plan) / CHANGE_FILE
    for file in (path / CHANGE_FILE, path, named):
        if file.is_file():
            return read_change(file)
    what = Text("there is no such plan", "没有此方案")
    fix = Text(
        f"Give a change file, the name of a plan in {named.parent.parent}, or {TODAY}",
        f"请指定变更文件、{named.parent.parent} 中的方案名，或 {TODAY}",
    )
    raise InputError([Fault(what, fix, source="plan", value=plan, code="compare")])


def compare_plans(
    path: Path,
    plans: tuple[str, str],
    *,
    category: str | None = None,
    minutes: float | None = None,
    steps: Steps | None = None,
    cache: Path | None = None,
) -> ComparedPlans:
    """Hold two plans of a study side by side, in its first case.

    Parameters
    ----------
    path
        The study's folder or its ``study.toml``.
    plans
        Each a change file, a folder that holds one, the name of a siting plan, or ``today``.
    category, minutes
        Service and limit; those of the changes and of the study where left out.

    Raises
    ------
    InputError
        With every fault of study, layers and changes.
    """
    steps = steps or Steps(quiet=True)
    study = read_study(path)
    changes = [find_change(study, plan) for plan in plans]
    case = read_cases(study)[0]
    with steps.step(STREETS.to(study.language)):
        network = open_network(
            extract_of(study),
            case.profile,
            elevation=study.elevation,
            moment=case.moment,
            holidays=holidays_of(study),
            cache=cache,
        )
    with steps.step(LAYERS.to(study.language)):
        layers = load_layers(study, streets=network, cache=cache)
        sides = [layers if change is None else changed(study, layers, change) for change in changes]
        standard = completed(standard_of(study), study, layers)
    opened = {row.category for change in changes if change is not None for row in change.opened}
    named = category or (next(iter(opened)) if len(opened) == 1 else None)
    question = SiteQuestion(new=0, category=named, minutes=minutes)
    service = category_asked(study, layers, standard, question, opened=opened)
    with steps.step(TIMES.to(study.language)):
        people = join_layer(study, network, layers, layers.demand)
        places, seconds = [], []
        for side in sides:
            standing, _ = standing_places(question, study, [case], side, standard, service)
            places.append(standing)
            joined = join_layer(study, network, side, standing)
            seconds.append(nearest(network, people, joined).seconds[:, 0])
    with steps.step(BASEMAP.to(study.language)):
        basemap = read_basemap(extract_of(study), language=study.language)
    first, second = (plan_name(None if change is None else change.name) for change in changes)
    return ComparedPlans(
        study=study, case=case, category=service, name=service_name(study, standard, service),
        minutes=minutes_of(study, question), names=(first, second), places=(places[0], places[1]),
        seconds=(seconds[0], seconds[1]), people=case.people(layers.demand),
        cuts=cuts_of(layers.demand, grids=layers.grids, areas=layers.areas), layers=layers, basemap=basemap,
        changes=(changes[0], changes[1]),
    )  # fmt: skip


def compare_folder(result: ComparedPlans) -> Path:
    """Return the folder of two compared plans: ``out/compare/A-B``."""
    first, second = (folder_name(name.en) for name in result.names)
    return result.study.out_folder / "compare" / f"{first}-{second}"
