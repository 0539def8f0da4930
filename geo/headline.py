"""The sentence with the number that matters, as data and in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.areas import OUTSIDE
from geo.coverage import gaps_table
from geo.life_circle import FloatArray, Result
from geo.text import Language, Text

ON_FOOT = Text("on foot", "步行")
PEOPLE = Text("people", "人")


@dataclass(frozen=True, slots=True)
class Headline:
    """How many have one thing, how many have not, and in how many areas."""

    category: Text
    minutes: float | None
    metres: float | None
    total: float
    covered: float
    areas_with_gap: int | None
    verified: bool
    profile: Text = ON_FOOT
    counted: Text = PEOPLE

    @property
    def share(self) -> float:
        """Return the covered share, missing where nobody is counted."""
        return self.covered / self.total if self.total else float("nan")

    def to(self, language: Language) -> str:
        """Return the sentence.

        Examples
        --------
        >>> line = Headline(Text("clinic", "诊所"), 15, None, 71724, 67514, 3, True)
        >>> line.to("en")
        '94 % of 71,724 people reach clinic within 15 minutes on foot; 4,210 in 3 areas do not'
        >>> line.to("zh")
        '71,724人中94%可在15分钟内步行到达诊所,3个网格内4,210人不能到达'
        """
        return self._chinese() if language == "zh" else self._english()

    def _english(self) -> str:
        if not self.total:
            return f"{self.category.en}: nobody lives or works here to be counted"
        left = _people(self.total - self.covered)
        areas = f" in {self.areas_with_gap} areas" if self.areas_with_gap else ""
        if self.areas_with_gap == 1:
            areas = " in 1 area"
        if self.minutes is not None:
            test = f"reach {self.category.en} within {self.minutes:g} minutes {self.profile.en}"
        else:
            test = f"have {self.category.en} within {self.metres:g} metres"
        share = percent(self.covered, self.total)
        end = f"; {left}{areas} do not" if left != "0" else ""
        return f"{share} of {_people(self.total)} {self.counted.en} {test}{end}{self._doubt('en')}"

    def _chinese(self) -> str:
        if not self.total:
            return f"{self.category.zh}:没有可统计的{self.counted.zh}"
        left = _people(self.total - self.covered)
        areas = f"{self.areas_with_gap}个网格内" if self.areas_with_gap else ""
        if self.minutes is not None:
            test = f"可在{self.minutes:g}分钟内{self.profile.zh}到达{self.category.zh}"
        else:
            test = f"在{self.metres:g}米内有{self.category.zh}"
        share = percent(self.covered, self.total).replace(" ", "")
        end = f",{areas}{left}{self.counted.zh}不能{'到达' if self.minutes is not None else '满足'}"
        end = end if left != "0" else ""
        return f"{_people(self.total)}{self.counted.zh}中{share}{test}{end}{self._doubt('zh')}"

    def _doubt(self, language: Language) -> str:
        doubt = Text(" (requirement not verified)", "(条文未经核实)")
        return "" if self.verified else doubt.to(language)


def headline(result: Result, weights: FloatArray, by_area: pd.DataFrame | None = None) -> Headline:
    """Return the headline of one result; with `by_area` it also counts the areas with a gap."""
    asked = result.requirement
    areas = None
    if by_area is not None:
        same = (by_area["requirement"] == asked.key) & (by_area["test"] == result.test)
        rows = gaps_table(by_area[same & (by_area["area_id"] != OUTSIDE)])
        areas = len(rows)
    timed = result.test == "reach"
    return Headline(
        asked.name,
        asked.minutes if timed else None,
        None if timed else asked.metres,
        float(weights.sum()),
        float(weights[result.met].sum()),
        areas,
        asked.verified,
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


def _people(number: float) -> str:
    return f"{round(number):,}"
