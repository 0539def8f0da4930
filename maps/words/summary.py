"""A run in a few lines: what a person reads first, on the screen and in the sheets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from geo.assessment.gaps import demanded, leaves_out
from geo.assessment.tables import headline_of, of_case
from geo.text import Language, Text
from layers.settings import category_names, travels_by
from layers.write.cells import width_of
from maps.result import StudyResult
from maps.words.caveats import caveat_line, caveats
from maps.words.ledgers.needs import need_headline, need_notes
from maps.words.overall import overall_lines
from maps.words.people import counted_as, estimated_by
from maps.words.steps import STEP_NAMES
from maps.words.unassessed import NO_AREAS, not_looked_for, nothing_assessed

_WORST = 5
_COLON = Text(": ", "：")

MEAN_COVERAGE: Final = Text("Mean coverage over what the standard requires", "各项应配要求的平均覆盖率")
"""What areas are ranked by and cases compared by: the mean of the shares covered, each requirement alike."""

_AREAS: Final = {"grid": Text("grid cells", "网格"), "area": Text("areas", "片区")}


def summary(result: StudyResult, *, seconds: Mapping[str, float]) -> str:
    """Return the short summary printed after a run, in the study's language."""
    language = result.study.language
    parts = [
        result.study.name,
        _headlines(result, language),
        "\n".join(line.to(language) for line in overall_lines(result)),
        _caveats(result, language),
        _within(result, language),
        _land(result, language),
        _accessibility(result, language),
        _by_case(result, language),
        _worst_grids(result, language),
        _gaps(result, language),
        _beside_standard(result, language),
        _needs(result, language),
        _seconds(seconds, language),
    ]
    return "\n\n".join(part for part in parts if part)


def headlines(result: StudyResult, *, by_standard: bool = True) -> list[tuple[str, Text]]:
    """Return one sentence a requirement of the first case, the most people left out first.

    Parameters
    ----------
    by_standard
        Whether those of the standard are meant, what it requires first, or services it does not ask for.
    """
    table = result.tables.coverage
    if len(table):
        table = table[(table["case"] == result.first.case.id) & (table["by_standard"] == by_standard)]
        order = ["required", "left_out"]
        table = _of_one_test(table).sort_values(order, ascending=[False, False], kind="stable")
    grids = result.tables.by_area
    grids = grids[grids["kind"] == grids["kind"].iloc[0]] if len(grids) else grids
    travels = travels_by(result.profile)
    who = counted_as(result.study, result.layers, result.first.people)
    estimated = estimated_by(result.layers, result.first.people) is not None
    lines = [
        (str(row["category"]), headline_of(row, grids, travels=travels, counted=who, estimated=estimated))
        for _, row in table.iterrows()
    ]
    return [(category, Text(line.to("en"), line.to("zh"))) for category, line in lines]


def category_name(result: StudyResult, category: str) -> Text:
    """Return what a category is called in this study."""
    return category_names(result.standard).get(category, Text(category, category))


def _headlines(result: StudyResult, language: Language) -> str:
    lines = [line.to(language) for _, line in headlines(result)[:_WORST]]
    none = nothing_assessed(result)
    lines = lines if none is None else [none.to(language)]
    case = result.first.case.name.to(language)
    return "\n".join([f"{case}{_COLON.to(language)}", *lines] if len(result.cases) > 1 else lines)


def _beside_standard(result: StudyResult, language: Language) -> str:
    """Return the services that the standard does not ask for, in a block of their own."""
    lines = [line.to(language) for _, line in headlines(result, by_standard=False)]
    title = Text(
        "Beside the standard (neither ranked nor a gap)", "自选设施（标准未作要求，不参与排名和短板）"
    )
    return "\n".join([title.to(language), *(f"  {line}" for line in lines)]) if lines else ""


def _within(result: StudyResult, language: Language) -> str:
    title = Text("Share covered within", "时限内覆盖率").to(language)
    table = of_case(result.tables.within, result.first.case.id)
    table = table[table["by_standard"].astype(bool)] if len(table) else table
    if not len(table):
        return ""
    wide = table.pivot_table(index="category", columns="minutes", values="share", sort=False)
    many = table.drop_duplicates("category").set_index("category")[["count", "combine"]]
    unit = Text("min", "分钟").to(language)
    head = _padded(title) + "".join(f"{minutes:>7g} {unit}" for minutes in wide.columns)
    rows = [
        _padded(_named(result, str(category), many.loc[category]).to(language))
        + "".join(f"{share:>11.0%}" if pd.notna(share) else f"{'-':>11}" for share in shares)
        for category, shares in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return "\n".join([head, *rows])


def _named(result: StudyResult, category: str, how: pd.Series) -> Text:
    name = category_name(result, category)
    return as_counted(name, count=int(how["count"]), mean=how["combine"] == "mean")


def as_counted(name: Text, *, count: int, mean: bool) -> Text:
    """Return a service with how many of its places decide, where that is more than the nearest.

    Examples
    --------
    >>> as_counted(Text("learning", "学习"), count=20, mean=True).zh
    '学习（最近20处平均）'
    """
    if count < 2:
        return name
    if mean:
        return Text(f"{name.en} (mean of {count} nearest)", f"{name.zh}（最近{count}处平均）")
    return Text(f"{name.en} (at least {count})", f"{name.zh}（至少{count}处）")


def _land(result: StudyResult, language: Language) -> str:
    """Return which services the least residential land has, in the first case that has land."""
    table = result.land.coverage
    if not len(table):
        return ""
    table = _of_one_test(table[table["case"] == table["case"].iloc[0]])
    total = f"{table['total'].iloc[0]:,.1f}"
    title = Text(
        f"Least share of residential land ({total} ha)",
        f"居住用地覆盖比例最低的设施（居住用地共{total}公顷）",
    )
    least = table.sort_values("share", kind="stable").head(_WORST)
    rows = [
        f"  {_padded(_service_and_limit(row, language))}{row['share']:.0%}"
        for row in least.to_dict("records")
    ]
    return "\n".join([title.to(language), *rows])


def _service_and_limit(row: Mapping[Hashable, Any], language: Language) -> str:
    """Return a service and the limit it is asked for within."""
    timed = row["test"] == "reach"
    limit = f"{row['minutes_limit']:g}" if timed else f"{row['metres_limit']:g}"
    unit = Text(f" ({limit} min)", f"（{limit}分钟）") if timed else Text(f" ({limit} m)", f"（{limit}米）")
    return f"{row[f'name_{language}']}{unit.to(language)}"


def _accessibility(result: StudyResult, language: Language) -> str:
    """Return mean and worst tenth of each measure in the first case, where the study asks for them."""
    table = of_case(result.access.summary, result.first.case.id)
    if not len(table):
        return ""
    title = Text("Accessibility: mean; worst tenth", "可达性指标：平均；最不利 10% 人口").to(language)
    lines = [
        f"  {row[f'name_{language}']}, {row[f'measure_{language}']}: {row['mean']:,.2f}; "
        f"{row['worst_tenth_mean']:,.2f} ({row[f'unit_{language}']})".replace("nan", "-")
        for row in table.to_dict("records")
    ]
    return "\n".join([title, *lines])


def _by_case(result: StudyResult, language: Language) -> str:
    """Return the mean coverage of each case over what the standard requires, where there are several."""
    table = result.tables.coverage
    if len(result.cases) < 2 or not len(table):
        return ""
    reach = table[(table["test"] == "reach") & demanded(table)]
    sums = reach.groupby("case", sort=False)[["covered", "total"]].sum()
    colon = _COLON.to(language)
    lines = [
        f"  {case.case.name.to(language)}{colon}"
        f"{sums['covered'][case.case.id] / sums['total'][case.case.id]:.1%}"
        for case in result.cases
        if case.case.id in sums.index and sums["total"][case.case.id] > 0
    ]
    return "\n".join([MEAN_COVERAGE.to(language), *lines]) if lines else ""


def _worst_grids(result: StudyResult, language: Language) -> str:
    table = of_case(result.tables.ranking, result.first.case.id)
    if not len(table):
        return ""
    table = table[table["kind"] == table["kind"].iloc[0]]
    worst = table.sort_values(["share", "total"], ascending=[True, False], kind="stable").head(_WORST)
    of = MEAN_COVERAGE
    where = _AREAS[str(worst["kind"].iloc[0])]
    title = Text(f"Lowest {where.en} ({of.en[0].lower()}{of.en[1:]})", f"最不利{where.zh}（{of.zh}）").to(
        language
    )
    colon, unit = _COLON.to(language), Text(" people", "人").to(language)
    comma = Text(", ", "，").to(language)
    rows = [
        f"  {row.area_name}{colon}{row.share:.0%}{comma}{row.total:,.0f}{unit}" for row in worst.itertuples()
    ]
    return "\n".join([title, *rows])


def no_gaps(result: StudyResult) -> Text | None:
    """Return why the first case lists no gaps; None where it lists some.

    That none were found is only said where some could have been.
    """
    table = of_case(result.tables.coverage, result.first.case.id)
    wanted = table[demanded(table) & (table["total"] > 0)] if len(table) else table
    none = not_looked_for(result)
    if none is not None and (none is not NO_AREAS or leaves_out(wanted["left_out"]).any()):
        return none
    if len(of_case(result.tables.gaps, result.first.case.id)):
        return None
    assessed = int(wanted["requirement"].nunique())
    return Text(
        f"No gaps in the {assessed} requirements that could be assessed",
        f"已评估的{assessed}项应配要求未发现短板",
    )


def _gaps(result: StudyResult, language: Language) -> str:
    none = no_gaps(result)
    if none is not None:
        return none.to(language)
    gaps = result.tables.gaps
    gaps = gaps[gaps["case"] == result.first.case.id]
    gaps = gaps[gaps["kind"] == gaps["kind"].iloc[0]]
    gaps = _of_one_test(gaps).head(_WORST)
    title = Text("Largest gaps", "主要短板").to(language)
    unit = Text(" people: ", "人：").to(language)
    comma = Text(", ", "，").to(language)
    rows = []
    for gap in gaps.to_dict("records"):
        cause = gap[f"cause_{language}"]
        why = Text(f" ({cause})", f"（{cause}）").to(language) if isinstance(cause, str) else ""
        service = _service_and_limit(gap, language)
        rows.append(f"  {gap['left_out']:,.0f}{unit}{service}{comma}{gap['area_name']}{why}")
    return "\n".join([title, *rows])


def _caveats(result: StudyResult, language: Language) -> str:
    """Return what must be known to trust the figures, beside the headline."""
    return "\n".join(caveat_line(each).to(language) for each in caveats(result))


def _needs(result: StudyResult, language: Language) -> str:
    """Return what became of the needs, and what must be known beside it."""
    headline = need_headline(result.needs)
    lines = [] if headline is None else [headline, *need_notes(result.needs)]
    return "\n".join(line.to(language) for line in lines)


def _seconds(seconds: Mapping[str, float], language: Language) -> str:
    title = Text("Seconds", "用时（秒）").to(language)
    words = {name: step for step in STEP_NAMES for name in step}
    steps = [
        f"{words[name].to(language) if name in words else name} {took:.1f}" for name, took in seconds.items()
    ]
    return f"{title}: {', '.join(steps)}" if language == "en" else f"{title}：{'，'.join(steps)}"


def _of_one_test(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of reach, and of compliance those of requirements that have no others."""
    reach = table["test"] == "reach"
    return table[reach | ~table["requirement"].isin(table.loc[reach, "requirement"])]


def _padded(text: str, width: int = 26) -> str:
    """Return a text filled up to a width on a screen, where a Chinese character takes two places."""
    return text + " " * max(width - width_of(text), 1)
