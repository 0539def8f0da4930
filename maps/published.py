"""What may leave the house: the columns of known roles, what a layer publishes beside them, and no more.

A layer is published with the columns whose role is known. ``publish = ["备注"]`` adds columns of its own,
``publish = false`` keeps its rows out of the service and of every file meant for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.text import Text
from geo.types import Bools
from layers.load import Layers
from layers.rows.frames import COLUMNS
from layers.study.model import Study
from layers.write.geodata.features import Field

_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")
"""A mobile number of China, which is a person's: offices answer landlines and hotlines."""

_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\s\-–—.()（）]+(?=\d)")


_ALSO: Final = "offer"
"""A role of merchants that is published beside the columns of the frame."""


def may_be_published(study: Study, frame: pd.DataFrame) -> Bools:
    """Return which rows are of layers that may leave the house."""
    kept_in = [layer.id for layer in study.layers if layer.publish is False]
    return np.asarray(~frame["layer"].isin(kept_in), dtype=np.bool_)


def all_published(study: Study, frame: pd.DataFrame) -> bool:
    """Return whether every row may leave the house."""
    return bool(may_be_published(study, frame).all())


def published_facilities(study: Study, layers: Layers) -> gpd.GeoDataFrame:
    """Return the facilities as others may see them: published rows, columns of known roles and those chosen.

    Numbers that are a person's (mobile telephones) are left out unless the layer publishes ``phone``.
    """
    frame = layers.facilities
    chosen = _offers(study, layers, frame) | further_columns(study, layers, frame)
    known = [name for name in COLUMNS["facilities"] if name in frame]
    shown = frame[[*known, *(name for name in chosen if name not in known), "geometry"]].copy()
    for name, of in chosen.items():
        if name not in known:
            shown[name] = shown[name].where(of, None)
    if "phone" in shown:
        of_persons = shown["phone"].map(is_personal_number).to_numpy(bool)
        kept = chosen.get("phone", np.zeros(len(shown), dtype=bool))
        shown["phone"] = shown["phone"].where(~of_persons | kept, None)
    return shown[may_be_published(study, frame)]


def _offers(study: Study, layers: Layers, frame: pd.DataFrame) -> dict[str, Bools]:
    """Return the rows of layers that have an offer; a column of the user's own may be called like it."""
    rows = rows_with_role(study, layers, frame, _ALSO)
    return {_ALSO: rows} if _ALSO in frame and rows.any() else {}


def rows_with_role(study: Study, layers: Layers, frame: pd.DataFrame, role: str) -> Bools:
    """Return the rows of layers in which a column fills a role."""
    having = [
        layer.id
        for layer in study.layers
        if any(match.role == role for match in layers.report(layer.id).mapping)
    ]
    return np.asarray(frame["layer"].isin(having), dtype=np.bool_)


def further_columns(study: Study, layers: Layers, frame: pd.DataFrame) -> dict[str, Bools]:
    """Return the columns of a frame that layers publish by name, and the rows of those layers.

    A layer names a role, or the header of its file.
    """
    found: dict[str, Bools] = {}
    for layer in study.layers:
        if isinstance(layer.publish, bool):
            continue
        roles = {match.header: match.role for match in layers.report(layer.id).mapping}
        rows = (frame["layer"] == layer.id).to_numpy(bool)
        for name in layer.publish:
            column = name if name in frame else roles.get(name, name)
            if column in frame and rows.any():
                found[column] = found.get(column, np.zeros(len(frame), dtype=bool)) | rows
    return found


def own_fields(known: Mapping[str, Field], frame: pd.DataFrame) -> dict[str, Field]:
    """Return fields for the columns of a frame that only its study explains, called as their sheet does."""
    names = [str(name) for name in frame.columns if name != "geometry" and str(name) not in known]
    return {name: Field(key=name, name=Text(name, name)) for name in names}


def is_personal_number(value: object) -> bool:
    """Return whether a text holds a mobile number of China.

    Examples
    --------
    >>> is_personal_number("王 138-1234-5678"), is_personal_number("021-59931234"), is_personal_number(None)
    (True, False, False)
    """
    return isinstance(value, str) and bool(_MOBILE.search(_BETWEEN_DIGITS.sub("", value)))
