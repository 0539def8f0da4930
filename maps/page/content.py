"""What a map is made of: the frames and words that the pipeline hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import geopandas as gpd
import pandas as pd

from geo.assessment.headline import ON_FOOT, RESIDENTS
from geo.day import today
from geo.text import Language, Text
from geo.types import Floats, Index
from layers.osm.basemap import Basemap
from layers.settings import USUAL_MINUTES
from layers.study.model import Study
from maps.page.asking import MapAsking
from maps.page.places import MapWeek
from maps.page.reach import MapReach
from maps.page.what_if import MapWhatIf
from maps.wording import AT_ANY_HOUR
from maps.words.ledgers.place_cards import PlaceCard


@dataclass(frozen=True, slots=True)
class MapCategory:
    """A kind of service that coverage can be shown for.

    Attributes
    ----------
    id
        As in the `category` columns.
    name, phrase
        "Clinics" as in controls and legend; "a clinic" as in a sentence (the name where there is none).
    count, mean
        How many of the nearest decide, by minutes (1 where left out), and at which minutes by their mean.
    by_standard, demanded
        Whether the standard asks for it; whether it requires it, so that there may be gaps.
    required_minutes, clause
        Within which minutes the standard asks for it, the shortest where it asks at several levels; where
        that is written, and whether anybody has checked it. None where the standard asks for no minutes.
    target
        The share of people that the study wants covered; None where it wants none.
    """

    id: str
    name: Text
    phrase: Text | None = None
    count: Mapping[float, int] = field(default_factory=dict)
    mean: frozenset[float] = frozenset()
    by_standard: bool = True
    demanded: bool = True
    required_minutes: float | None = None
    clause: Text | None = None
    target: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MapCase:
    """One travel profile at one hour, for which a map holds figures of its own.

    Attributes
    ----------
    people
        Who is counted, as in the headline: workers within working hours, residents outside them.
    counted
        People of each row of the demand frame who are counted, float64 [demand]; its column ``people``
        where not given.
    estimated
        Whether their number was reckoned, not counted.
    name
        What the study calls it; None where it has no name of its own.
    states
        How each facility stands in it, `maps.page.places.states_of`; None where only its status is known.
    """

    id: str
    profile: Text
    hour: Text
    people: Text = RESIDENTS
    counted: Floats | None = None
    estimated: bool = False
    name: Text | None = None
    states: Index | None = None


ANY_HOUR_ON_FOOT: Final = MapCase("walk", ON_FOOT, AT_ANY_HOUR)


@dataclass(frozen=True, slots=True)
class MapSiting:
    """A plan for new sites: which case is today, which is the plan, and how the plan stands.

    Chosen and rejected candidates are rows of the facilities, of kind ``chosen`` and ``rejected``, with
    the columns ``served``, ``added`` and ``alone`` (people) for their cards.

    Attributes
    ----------
    before, after
        Ids of the two cases.
    new
        Number of new sites of the plan.
    proof
        How far the plan is proven.
    curve
        Number of new sites, what the best plan for that number comes to, and what adding one site at a
        time comes to; missing (``nan``) where there is no such plan.
    curve_unit
        What the curve counts.
    """

    before: str
    after: str
    new: int
    proof: Text
    curve: tuple[tuple[int, float, float], ...] = ()
    curve_unit: Text = RESIDENTS


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a printed sheet says in its margin, beside what the map itself knows.

    Attributes
    ----------
    size
        Paper, always landscape.
    unit
        Who made the sheet.
    run
        Short id of the run the map was made by.
    review_number
        The number under which the map was approved; without one it says that it is for internal use.
    """

    size: Literal["A3", "A4"] = "A3"
    unit: str = ""
    date: date | None = None
    review_number: str = ""
    run: str = ""

    @classmethod
    def of(cls, study: Study, *, run: str = "") -> Sheet:
        """Return the margin of a map of a study that is made today."""
        return cls(unit=study.office or "", date=today(), review_number=study.review_number or "", run=run)


@dataclass(frozen=True, slots=True)
class MapContent:
    """Everything one map shows. Frames are in EPSG:4326 and are not written to.

    Attributes
    ----------
    title
        The user's own words.
    language
        In which the page opens; the reader can switch.
    facilities
        The facility frame: id, name, kind, category, tier, functions, status, opens_on, opening_hours,
        capacity, address, phone, website, geometry (points). Further columns are not shown: they may
        hold what is not for every reader.
    grids
        Polygons with id, name, kind ('grid' or 'area').
    coverage
        One row for each polygon and choice: grid_id, category, minutes, people, people_covered and,
        where there are several cases, case; people_without_room where room limits.
    categories, minutes, cases
        What can be chosen, in the order in which it is offered.
    isochrones
        facility_id, minutes, geometry; case where there are several.
    gaps
        grid_id, category, minutes, people_left_out, cause (Text, str or missing), case: the polygons in
        which people are left out, by the caller's own measure.
    totals
        category, minutes, people, people_covered, case of the whole study, for the headline; also
        people_without_room, room_unknown, hours_unknown_places, more_if_open, room_unknown_places and
        more_if_room where they are known. Without it the first kind of polygon is summed.
    demand
        The demand frame, drawn as dots when the reader asks for it: those counted in the case shown.
    attributions
        Whose data this is; printed on every map and sheet.
    beside
        What is said beside the headline, whatever is chosen; None where nothing is.
    unlooked
        Why no gaps could be looked for, said in the place of "no gaps"; None where they could.
    notes
        What a reader must know to trust the figures, in the panel and on the sheet.
    first_category, first_minutes
        What is shown first; else the first category, and the minutes it is required within, else the longest
        up to 15.
    tier_order
        Tiers of stations from high to low, drawn from large to small.
    terms
        What tiers and functions are called, by their id in `facilities`; others are shown as they are.
    siting
        The plan for new sites that the map is about, where it is about one.
    reach
        The streets, people and places joined to them, by which the page answers where one clicks; without it
        the page shows what was computed and no more.
    week
        Coverage and open places through the hours of a week, where the study asks for them.
    ranking
        case, grid_id, share: the mean coverage of polygons over what the standard requires; None where there
        is no such figure.
    what_if
        What changes are tried with, on the streets of `reach`.
    places
        Places from their own side, each in every case: their pages.
    needs
        id, raised, settled: cases of the ledgers by polygon, missing where they are kept back; None where the
        study has no ledger.
    asking
        What a siting question may name; None where nothing is known of it.
    """

    title: str
    language: Language
    basemap: Basemap
    facilities: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    coverage: pd.DataFrame
    categories: tuple[MapCategory, ...]
    minutes: tuple[float, ...]
    isochrones: gpd.GeoDataFrame | None = None
    gaps: pd.DataFrame | None = None
    totals: pd.DataFrame | None = None
    cases: tuple[MapCase, ...] = (ANY_HOUR_ON_FOOT,)
    demand: gpd.GeoDataFrame | None = None
    attributions: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    beside: Text | None = None
    unlooked: Text | None = None
    sheet: Sheet = field(default_factory=Sheet)
    first_category: str | None = None
    first_minutes: float | None = None
    tier_order: tuple[str, ...] = ()
    terms: Mapping[str, Text] = field(default_factory=dict)
    siting: MapSiting | None = None
    reach: MapReach | None = None
    week: MapWeek | None = None
    ranking: pd.DataFrame | None = None
    what_if: MapWhatIf = field(default_factory=MapWhatIf)
    places: tuple[PlaceCard, ...] = ()
    needs: pd.DataFrame | None = None
    asking: MapAsking | None = None

    def required_at(self, category: MapCategory) -> int:
        """Return the position of the minutes within which a service is asked for; -1 for none shown."""
        asked = category.required_minutes
        return self.minutes.index(asked) if asked in self.minutes else -1

    def first_choice(self) -> tuple[int, int]:
        """Return the positions of the category and the minutes shown first."""
        ids = [category.id for category in self.categories]
        category = ids.index(self.first_category) if self.first_category in ids else 0
        if self.first_minutes in self.minutes:
            return category, self.minutes.index(self.first_minutes)
        required = self.required_at(self.categories[category]) if self.categories else -1
        if required >= 0:
            return category, required
        usual = [minutes for minutes in self.minutes if minutes <= USUAL_MINUTES] or list(self.minutes[:1])
        return category, self.minutes.index(max(usual)) if usual else 0
