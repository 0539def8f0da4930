"""The sentence with the number that matters, as data and in both languages.

The templates are the ones that the page of a map fills in by itself, so that screen, sheet and map say
the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from geo.measures.causes import NOTHING_UNKNOWN, Unknown
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
        "{people}名{who}{hour}{profile}{minutes}分钟内均可达{category}。",
    ),
    "headline_all_estimated": Text(
        "All of {people} {who} reach {category} within {minutes} minutes {profile}.",
        "{people}名{who}{hour}{profile}{minutes}分钟内均可达{category}。",
    ),
    "headline_none": Text(
        "None of {people} {who} reaches {category} within {minutes} minutes {profile}.",
        "{people}名{who}{hour}{profile}{minutes}分钟内均不可达{category}。",
    ),
    "headline_mean": Text(
        "For {share} of {people} {who} the {count} nearest places of {category} are within {minutes} minutes "
        "{profile} on average; for {left} they are not.",
        "{people}名{who}中，{share}{hour}{profile}到最近{count}处{category}类设施的平均时间不超过{minutes}分钟；"
        "还有{left}人超过。",
    ),
    "headline_mean_all": Text(
        "For all {people} {who} the {count} nearest places of {category} are within {minutes} minutes "
        "{profile} on average.",
        "{people}名{who}{hour}{profile}到最近{count}处{category}类设施的平均时间均不超过{minutes}分钟。",
    ),
    "headline_mean_none": Text(
        "For none of {people} {who} are the {count} nearest places of {category} within {minutes} minutes "
        "{profile} on average.",
        "{people}名{who}{hour}{profile}到最近{count}处{category}类设施的平均时间均超过{minutes}分钟。",
    ),
    "headline_room": Text(
        "{share} of {people} {who} are covered: they reach {category} within {minutes} minutes {profile} and "
        "find room. {full} reach it but find it full; {left} do not reach it.",
        "{people}名{who}中，{share}{hour}已覆盖（{profile}{minutes}分钟内可达{category}且有余量）；"
        "{full}人可达但容量已满；{left}人不可达。",
    ),
    "headline_room_unknown": Text(
        "{share} of {people} {who} are covered: they reach {category} within {minutes} minutes {profile} and "
        "are known to find room. {full} reach it, but it is full or its capacity is not known; {left} do not "
        "reach it.",
        "{people}名{who}中，{share}{hour}已覆盖（{profile}{minutes}分钟内可达{category}且有余量）；"
        "{full}人可达但容量已满或未知；{left}人不可达。",
    ),
    "headline_nobody": Text("Nobody is counted here.", "此处无统计人口。"),
}
"""What is said of a service: reached in time by some, by all, by none; where a mean decides, and room."""

COUNTING_MANY: Final = {
    "each": Text("at least {count} places of {category}", "至少{count}处{category}"),
    "mean": Text(
        "the {count} nearest places of {category}, on average,",
        "最近{count}处{category}类设施（按平均时间）",
    ),
}
"""What stands in the place of the category where several of its places decide."""

BESIDE: Final = {
    "more_if_open": Text(
        " Another {more} are covered if the {places} places whose hours are not known are open.",
        "另有{places}处设施该时段是否开放未知，如均开放，可再覆盖{more}人。",
    ),
    "more_if_room": Text(
        " Another {more} are covered if the {places} places whose capacity is not known have room.",
        "另有{places}处设施容量未知，如均有余量，可再覆盖{more}人。",
    ),
}
"""What is said beside a headline where something is not known; nothing favourable is assumed in it."""

PLACES: Final = {
    "grid_one": Text("one grid cell", "1个网格"),
    "grid_many": Text("{n} grid cells", "{n}个网格"),
    "area_one": Text("one area", "1个片区"),
    "area_many": Text("{n} areas", "{n}个片区"),
}
_METRES: Final = Text(
    "{share} of {people} {who} have {category} within {metres} metres; {left} do not.",
    "{people}名{who}中，{share}位于{category}{metres}米服务半径内；还有{left}人位于服务半径外。",
)
_METRES_ALL: Final = Text(
    "All {people} {who} have {category} within {metres} metres.",
    "{people}名{who}均位于{category}{metres}米服务半径内。",
)
_METRES_NONE: Final = Text(
    "None of {people} {who} has {category} within {metres} metres.",
    "{people}名{who}均位于{category}{metres}米服务半径外。",
)
_DOUBT: Final = Text(" (Requirement not verified.)", "（所据条文未与标准原文核对）")


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
    count, mean
        How many of the nearest decide, and whether by the mean of their times or each of them.
    by_standard
        Whether the standard asks for it; of other services there is no clause to be verified.
    without_room, room_unknown
        Of those who are not covered, people who get there in time and find it full, or of which nobody
        knows whether it is.
    unknown
        What is not known, and what it may come to.
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
    count: int = 1
    mean: bool = False
    by_standard: bool = True
    without_room: float = 0.0
    room_unknown: float = 0.0
    unknown: Unknown = NOTHING_UNKNOWN
    estimated: bool = False

    @property
    def share(self) -> float:
        """Return the covered share, missing where nobody is counted."""
        return self.covered / self.total if self.total else float("nan")

    @property
    def no_room(self) -> float:
        """Return the people who get there in time and for whom no room is known."""
        return self.without_room + self.room_unknown

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

        Covered is who gets there and finds room:

        >>> Headline(**clinic, total=100, covered=40, places_with_gap=3, without_room=50).to("zh")
        '100名居民中，40%已覆盖（步行15分钟内可达诊所且有余量）；50人可达但容量已满；10人不可达。'
        """
        share = percent(self.covered, self.total)
        sentence = self._template().to(language).format(
            share=share if language == "en" else share.replace(" ", ""),
            people=self._people(self.total, language),
            who=self.counted.to(language),
            category=self._thing().to(language),
            count=self.count,
            minutes=f"{self.minutes:g}" if self.minutes is not None else "",
            metres=f"{self.metres:g}" if self.metres is not None else "",
            profile=self.profile.to(language),
            hour="",
            full=self._people(self.no_room, language),
            left=self._people(self.total - self.covered - self.no_room, language),
            gaps=self._places().to(language).format(n=f"{self.places_with_gap or 0:,}"),
        )  # fmt: skip
        if not self.total:
            return sentence
        if not self.verified and self.by_standard:
            # The doubt is of the clause: it goes with the sentence about it, before what else is said.
            sentence = sentence + _DOUBT.en if language == "en" else f"{sentence[:-1]}{_DOUBT.zh}。"
        return sentence + "".join(text.to(language) for text in self._beside())

    def _thing(self) -> Text:
        """Return what is reached: the service, or several places of it."""
        room = round(self.no_room) > 0
        if self.count < 2 or (self.mean and not room):
            return self.category
        return counted_many(self.category, count=self.count, mean=self.mean)

    def _beside(self) -> list[Text]:
        """Return what is said of what is not known, where it may change the number."""
        unknown = self.unknown
        said = {
            "more_if_open": (unknown.more_if_open, unknown.hours_places),
            "more_if_room": (unknown.more_if_room, unknown.room_places),
        }
        return [
            Text(
                BESIDE[key].en.format(more=self._people(more, "en"), places=f"{places:,}"),
                BESIDE[key].zh.format(more=self._people(more, "zh"), places=f"{places:,}"),
            )
            for key, (more, places) in said.items()
            if round(more) > 0
        ]

    def _people(self, number: float, language: Language) -> str:
        return rounded(number, language) if self.estimated else f"{round(number):,}"

    def _template(self) -> Text:
        if not self.total:
            nobody = SENTENCES["headline_nobody"]
            return Text(f"{{category}}: {nobody.en}", f"{{category}}：{nobody.zh}")
        if self.minutes is None:
            if self.covered <= 0:
                return _METRES_NONE
            return _METRES_ALL if round(self.total - self.covered) <= 0 else _METRES
        if round(self.no_room) > 0:
            return SENTENCES["headline_room_unknown" if round(self.room_unknown) > 0 else "headline_room"]
        many = "_mean" if self.mean and self.count > 1 else ""
        if round(self.total - self.covered) <= 0:
            return SENTENCES[
                f"headline{many}_all" if many or not self.estimated else "headline_all_estimated"
            ]
        if self.covered <= 0:
            return SENTENCES[f"headline{many}_none"]
        if many:
            return SENTENCES["headline_mean"]
        return SENTENCES["headline" if self.places_with_gap else "headline_no_place"]

    def _places(self) -> Text:
        return PLACES[f"{self.kind}_{'one' if self.places_with_gap == 1 else 'many'}"]


def counted_many(category: Text, *, count: int, mean: bool) -> Text:
    """Return what is reached where several places of a category decide.

    Examples
    --------
    >>> counted_many(Text("learning", "学习"), count=20, mean=True).zh
    '最近20处学习类设施（按平均时间）'
    """
    words = COUNTING_MANY["mean" if mean else "each"]
    return Text(
        words.en.format(count=count, category=category.en), words.zh.format(count=count, category=category.zh)
    )


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
