"""What requirements, categories and the values of columns are called in the layers of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.assessment.assess import CaseAssessment
from geo.measures.cause_words import CAUSES
from geo.measures.requirements import ReachResult, Result
from geo.text import Language, Text
from layers.catalogue.schema import all_schemas
from layers.load import words_of
from layers.settings import category_names, map_terms, tier_names
from layers.write.geodata.features import Field
from maps.book.rows import counted_words
from maps.geodata.fields import BY_METRES, fields_of, of_requirement
from maps.result import StudyResult
from maps.words.summary import as_counted

_HOURS: Final = {
    "known": Text("known", "已识别"),
    "missing": Text("missing", "未注明"),
    "refused": Text("not understood", "无法识别"),
}


def requirement_name(result: Result) -> Text:
    """Return what a requirement asks for, with its limit: 药店 15 分钟."""
    asked = result.requirement
    name = as_counted(asked.name, count=asked.count, mean=asked.combine == "mean")
    if isinstance(result, ReachResult):
        return Text(f"{name.en}, {result.limit_minutes:g} min", f"{name.zh} {result.limit_minutes:g} 分钟")
    return Text(f"{name.en}, {result.limit_metres:g} m", f"{name.zh} {result.limit_metres:g} 米")


def requirement_fields(case: CaseAssessment, table: str) -> dict[str, Field]:
    """Return the fields of every requirement of a case, each test with its own limit in the words.

    Parameters
    ----------
    table
        Of `maps.geodata.fields.fields_of`.
    """
    found: dict[str, Field] = {}
    asked = fields_of(table).values()
    for each in case.assessment.results:
        timed = isinstance(each, ReachResult)
        mine = [field for field in asked if (field.key not in BY_METRES) == timed]
        found |= of_requirement(mine, each.requirement.key, requirement_name(each))
    return found


def named_categories(result: StudyResult) -> dict[str, Text]:
    """Return the categories of a run with their names."""
    names = category_names(result.standard)
    return {category: names.get(category, Text(category, category)) for category in result.ground.wanted}


def words_of_values(result: StudyResult) -> dict[str, Mapping[str, Text]]:
    """Return the words for the ids that stand in columns, by the name of the column or its end."""
    words = words_of(result.study)
    terms = map_terms(result.study, result.layers.facilities)
    counted = counted_words(result)
    return {
        "kind": {kind: schema.singular for kind, schema in all_schemas().items()},
        "category": {key: each.name for key, each in words.categories.by_id.items()}
        | named_categories(result),
        "tier": tier_names(result.study, result.standard) | terms,
        "functions": terms,
        "status": {term.id: term.name for term in words.states.terms.values()},
        "hours_state": _HOURS,
        "group": counted,
        "shift": counted,
        "cause": {str(key): name for key, name in CAUSES.items()},
    }


def in_words(
    frame: pd.DataFrame, words: Mapping[str, Mapping[str, Text]], language: Language
) -> pd.DataFrame:
    """Return a frame with ids as words in one language; what has no word stays as it is."""
    said = {}
    for name in frame.columns:
        of = words.get(str(name)) or words.get(str(name).rpartition("_")[2])
        if of is not None and not pd.api.types.is_numeric_dtype(frame[name]):
            table = {key: text.to(language) for key, text in of.items()}
            said[str(name)] = frame[name].map(lambda value, table=table: _said(table, value))
    return frame.assign(**said)


def _said(words: Mapping[str, str], value: object) -> object:
    if isinstance(value, tuple | list):
        return tuple(words.get(str(each), each) for each in value)
    return words.get(value, value) if isinstance(value, str) else value
