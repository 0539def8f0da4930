"""A plan as a change file: what ``lifecircle run STUDY --change`` takes."""

from __future__ import annotations

from layers.study.changes import Change, Closed, Opened
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
        for category in offered:
            key = str(row["id"]) if len(offered) == 1 else f"{row['id']}:{category}"
            rows.append(
                Opened(
                    id=key,
                    name=row["name"] if isinstance(row["name"], str) else None,
                    category=category,
                    lon=round(row["lon"], 7),
                    lat=round(row["lat"], 7),
                    capacity=_known(row["capacity"]),
                    cost=_known(row["cost"]),
                    year=None if _known(row["year"]) is None else int(row["year"]),
                )
            )
    closed = [Closed(id=str(sites["id"].iloc[site])) for site in result.plan.closed]
    note = f"plan for {result.study.name}: {result.question.aim}, {result.minutes:g} min"
    return Change.model_validate({"name": name, "note": note[:500], "open": rows, "close": closed})


def _known(value: float) -> float | None:
    return None if value != value else float(value)
