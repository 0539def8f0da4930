"""A plan, or why there is none, as answers of the HTTP service."""

from __future__ import annotations

from collections.abc import Iterable

from api.http.answers import caveat_rows
from api.http.site_models import (
    CaseCovered,
    ChosenSite,
    CurveStep,
    Gained,
    GainedByGroup,
    GainedByPolygon,
    LeftOut,
    Load,
    NearPlan,
    Note,
    PassedOver,
    PointGeometry,
    SiteAnswer,
    SiteFeature,
    SiteFeatures,
    Year,
)
from geo.text import Text
from maps.book.siting_tables import (
    by_group,
    by_polygon,
    chosen_table,
    curve_table,
    near_table,
    rejected_table,
)
from maps.result import SitingResult
from maps.siting_change import change_of
from maps.siting_loads import case_table, load_table, plan_cost, stage_table
from maps.values import finite, table_rows
from maps.words.caveats import caveats
from maps.words.siting import answer, answer_notes, assumption_notes, proof, question_notes


def site_answer(result: SitingResult) -> SiteAnswer:
    """Return a plan with the numbers of the workbook."""
    plan, headline, proven = result.plan, answer(result), proof(result)
    chosen = [ChosenSite.model_validate(row) for row in table_rows(chosen_table(result))]
    return SiteAnswer(
        study=result.study.name,
        headline_en=headline.en,
        headline_zh=headline.zh,
        proof_en=proven.en,
        proof_zh=proven.zh,
        status=plan.status,
        stopped_by=plan.stopped_by,
        goal=result.question.aim,
        category=result.category,
        name_en=result.name.en,
        name_zh=result.name.zh,
        minutes=result.minutes,
        value=finite(plan.value),
        bound=finite(plan.bound),
        gap=finite(plan.gap),
        seconds=plan.solve_seconds,
        most_share=finite(plan.most_share),
        more_minutes_help=plan.minutes_help,
        cost=finite(plan_cost(result)),
        cost_unit=result.study.cost_unit,
        budget=result.question.budget_in_all,
        missing_sites=result.rules.missing_sites,
        price_of_insisting=_price(result),
        closed=[str(key) for key in result.sites["id"].iloc[list(plan.closed)]],
        not_searched=LeftOut(
            curve=list(result.curve.left_out),
            alternatives=result.near.left_out,
            years=0 if result.phasing is None else result.phasing.left_out,
        ),
        loads=[Load.model_validate(row) for row in table_rows(load_table(result))],
        passed_over=[PassedOver.model_validate(row) for row in table_rows(rejected_table(result))],
        years=[Year.model_validate(row) for row in table_rows(stage_table(result))],
        cases=[CaseCovered.model_validate(row) for row in table_rows(case_table(result))],
        change=change_of(result, "plan").model_dump(mode="json", by_alias=True, exclude_none=True),
        chosen=chosen,
        caveats=caveat_rows(caveats(result)),
        coverage=_coverage(result),
        by_group=[GainedByGroup.model_validate(row) for row in table_rows(by_group(result))],
        by_polygon=[GainedByPolygon.model_validate(row) for row in table_rows(by_polygon(result))],
        curve=[CurveStep.model_validate(row) for row in table_rows(curve_table(result))],
        alternatives=[NearPlan.model_validate(row) for row in table_rows(near_table(result))],
        asked=_notes(question_notes(result)),
        found=_notes(answer_notes(result)),
        assumed=_notes(assumption_notes(result)),
        sites=SiteFeatures(features=[_feature(site) for site in chosen]),
    )


def _price(result: SitingResult) -> float | None:
    """Return what insisting costs as a share of the gain; None where nothing is insisted on or proven."""
    insisted = result.insisted
    return finite(insisted.share) if insisted is not None and insisted.proven else None


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


def _notes(lines: Iterable[tuple[Text, Text]]) -> list[Note]:
    return [Note(name_en=name.en, name_zh=name.zh, text_en=text.en, text_zh=text.zh) for name, text in lines]
