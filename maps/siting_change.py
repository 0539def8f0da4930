"""A plan as a change file: what ``lifecircle run STUDY --change`` takes."""

from __future__ import annotations

from geo.text import Text
from layers.study.changes import Change, Closed, Opened
from layers.study.siting.question import GOAL_WORDS
from maps.book.siting_tables import chosen_table
from maps.result import SitingResult


def change_of(result: SitingResult, name: str) -> Change:
    """Return what a plan opens and closes; a site that offers several services is opened once for each."""
    chosen, sites = chosen_table(result), result.sites
    offers = result.problem.sites.offers
    rows = []
    number = {key: site for site, key in enumerate(sites["id"])}
    for row in chosen.to_dict("records"):
        offered = [
            category
            for column, category in enumerate(result.categories)
            if offers is None or offers[number[row["id"]], column]
        ]
        for first, category in enumerate(offered):
            key = str(row["id"]) if len(offered) == 1 else f"{row['id']}:{category}"
            rows.append(
                Opened(
                    id=key,
                    name=row["name"] if isinstance(row["name"], str) else None,
                    category=category,
                    lon=round(row["lon"], 7),
                    lat=round(row["lat"], 7),
                    capacity=_known(row["capacity"]),
                    # Of a site that opens for several services the sums hold once.
                    cost=None if first else _known(row["cost"]),
                    area=row["place"] if isinstance(row["place"], str) else None,
                    people=None if first else round(row["gained"], 1),
                    year=None if _known(row["year"]) is None else int(row["year"]),
                )
            )
    closed = [Closed(id=str(sites["id"].iloc[site])) for site in result.plan.closed]
    goal, minutes = GOAL_WORDS[result.question.aim], f"{result.minutes:g}"
    note = Text(
        f"{result.study.name}: {goal.en}, {minutes} minutes",
        f"{result.study.name}：{goal.zh}，{minutes} 分钟",
    )
    whole = {"name": name, "note": note.to(result.study.language)[:500], "open": rows, "close": closed}
    return Change.model_validate(whole | {"cost_unit": result.study.cost_unit})


def _known(value: float) -> float | None:
    return None if value != value else float(value)
