"""The sentence with the number that matters, as data and in both languages.

The templates are the ones that the page of a map fills in by itself, so that screen, sheet and map say
the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from geo.text import Language, Text

ON_FOOT: Final = Text("on foot", "步行")
RESIDENTS: Final = Text("residents", "居民")

SENTENCES: Final = {
    "headline": Text(
        "{share} of {people} {who} reach {category} within {minutes} minutes {profile}; "
        "{left} in {gaps} do not.",
        "{people}名{who}中，{share}{hour}{profile}{minutes}分钟内可达{category}；{gaps}内还有{left}人不可达。",
    ),
    "headline_no_place": Text(
        "{share} of {people} {who} reach {category} within {minutes} minutes {profile}; {left} do not.",
        "{people}名{who}中，{share}{hour}{profile}{minutes}分钟内可达{category}；还有{left}人不可达。",
    ),
    "headline_all": Text(
        "All {people} {who} reach {category} within {minutes} minutes {profile}.",
        "{people}名{who}{hour}{profile}{minutes}分钟内全部可达{category}。",
    ),
    "headline_all_estimated": Text(
        "All of {people} {who} reach {category} within {minutes} minutes {profile}.",
        "{people}名{who}{hour}{profile}{minutes}分钟内全部可达{category}。",
    ),
    "headline_none": Text(
        "None of {people} {who} reaches {category} within {minutes} minutes {profile}.",
        "{people}名{who}{hour}{profile}{minutes}分钟内均不可达{category}。",
    ),
    "headline_nobody": Text("Nobody is counted here.", "此处没有统计到人口。"),
}
"""What is said of a service reached in time: by some, by all, by none; the words in braces are filled in."""

PLACES: Final = {
    "grid_one": Text("one grid cell", "1个网格"),
    "grid_many": Text("{n} grid cells", "{n}个网格"),
    "area_one": Text("one area", "1个片区"),
    "area_many": Text("{n} areas", "{n}个片区"),
}
_METRES: Final = Text(
    "{share} of {people} {who} have {category} within {metres} metres; {left} do not.",
    "{people}名{who}中，{share}在{metres}米内有{category}；还有{left}人没有。",
)
_FULL: Final = Text(" For {full} there is no room.", "可达人口中，有{full}人因容量已满未计入覆盖。")
_DOUBT: Final = Text(" (Requirement not verified.)", "（条文未与标准原文核对）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """How many have one thing, how many have not, and in how many areas.

    Attributes
    ----------
    minutes, metres
        The limit: of the reach test in minutes, of the compliance test in metres; the other is None.
    places_with_gap, kind
        In how many polygons people are left out (None: not known), and whether those are grid cells
        or areas.
    profile, counted
        How people get there, and who they are.
    without_room
        Of those who are not covered, people who get there in time and find it full.
    estimated
        Whether the people were reckoned, not counted; their numbers are rounded and say "about".
    """

    category: Text
    minutes: float | None = None
    metres: float | None = None
    total: float
    covered: float
    places_with_gap: int | None = None
    verified: bool
    profile: Text = ON_FOOT
    counted: Text = RESIDENTS
    kind: str = "area"
    without_room: float = 0.0
    estimated: bool = False

    @property
    def share(self) -> float:
        """Return the covered share, missing where nobody is counted."""
        return self.covered / self.total if self.total else float("nan")

    @property
    def reached(self) -> float:
        """Return the people who get there in time, whether or not there is room for them."""
        return self.covered + self.without_room

    def to(self, language: Language) -> str:
        """Return the sentence.

        Examples
        --------
        >>> clinic = {"category": Text("a clinic", "诊所"), "minutes": 15, "verified": True}
        >>> line = Headline(**clinic, total=71724, covered=67514, places_with_gap=3, kind="grid")
        >>> line.to("en")
        '94 % of 71,724 residents reach a clinic within 15 minutes on foot; 4,210 in 3 grid cells do not.'
        >>> line.to("zh")
        '71,724名居民中，94%步行15分钟内可达诊所；3个网格内还有4,210人不可达。'

        Who gets there is one thing, whether there is room another:

        >>> Headline(**clinic, total=100, covered=40, places_with_gap=3, without_room=50).to("en")
        '90 % of 100 residents reach a clinic within 15 minutes on foot; 10 do not. For 50 there is no room.'
        """
        share = percent(self.reached, self.total)
        sentence = self._template().to(language).format(
            share=share if language == "en" else share.replace(" ", ""),
            people=self._people(self.total, language),
            who=self.counted.to(language),
            category=self.category.to(language),
            minutes=f"{self.minutes:g}" if self.minutes is not None else "",
            metres=f"{self.metres:g}" if self.metres is not None else "",
            profile=self.profile.to(language),
            hour="",
            left=self._people(self.total - self.reached, language),
            gaps=self._places().to(language).format(n=f"{self.places_with_gap or 0:,}"),
        )  # fmt: skip
        if round(self.without_room) > 0:
            sentence += _FULL.to(language).format(full=self._people(self.without_room, language))
        return sentence if self.verified or not self.total else sentence + _DOUBT.to(language)

    def _people(self, number: float, language: Language) -> str:
        return rounded(number, language) if self.estimated else f"{round(number):,}"

    def _template(self) -> Text:
        if not self.total:
            nobody = SENTENCES["headline_nobody"]
            return Text(f"{{category}}: {nobody.en}", f"{{category}}：{nobody.zh}")
        if self.minutes is None:
            return _METRES
        if round(self.total - self.reached) <= 0:
            return SENTENCES["headline_all_estimated" if self.estimated else "headline_all"]
        if self.reached <= 0:
            return SENTENCES["headline_none"]
        # The places with a gap count those where it is full, too.
        placed = self.places_with_gap and round(self.without_room) <= 0
        return SENTENCES["headline" if placed else "headline_no_place"]

    def _places(self) -> Text:
        return PLACES[f"{self.kind}_{'one' if self.places_with_gap == 1 else 'many'}"]


def percent(part: float, whole: float) -> str:
    """Return a share as a person would say it: never 100 % or 0 % when somebody is left out or in.

    Examples
    --------
    >>> percent(9999, 10000), percent(2, 3), percent(1, 10000), percent(5, 5)
    ('99.9 %', '67 %', '0.1 %', '100 %')
    """
    if not whole:
        return "-"
    share = 100 * part / whole
    if 99 <= share < 100 or 0 < share < 1:
        share = min(max(round(share, 1), 0.1), 99.9)
    return f"{share:.1f} %" if share % 1 and (share > 99 or share < 1) else f"{share:.0f} %"


def rounded(number: float, language: Language) -> str:
    """Return a reckoned number of people as one would say it, of two digits.

    Examples
    --------
    >>> rounded(57587, "en"), rounded(57587, "zh"), rounded(4213, "zh"), rounded(1_234_567, "zh")
    ('about 58,000', '约5.8万', '约4,200', '约120万')
    """
    # Halves go up, as in the page's script.
    whole = math.floor(number + 0.5)
    step = 10 ** max(0, len(str(abs(whole))) - 2)
    value = math.floor(whole / step + 0.5) * step
    if language == "en":
        return f"about {value:,}"
    return f"约{value / 10_000:g}万" if value >= 10_000 else f"约{value:,}"
