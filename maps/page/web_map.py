"""The map: a Folium map whose layers are our own elements, sealed into one HTML document.

>>> from maps.page.web_map import MapContent, render_map
"""

from __future__ import annotations

from html import escape
from typing import Final

import folium
from branca.element import Element, Figure, MacroElement

from maps.page.content import MapCase, MapCategory, MapContent, MapSiting, Sheet
from maps.page.offline import (
    InlineScript,
    InlineStyle,
    leaflet_script,
    leaflet_style,
    page_script,
    page_style_sheet,
    page_template,
    seal,
)
from maps.page.payload import View, map_data, study_bounds
from maps.wording import WORDS

__all__ = ["MapCase", "MapCategory", "MapContent", "MapSiting", "Sheet", "build_map", "render_map"]

DATA_ID: Final = "lifecircle-data"
LANGUAGE_TAGS: Final = {"zh": "zh-CN", "en": "en"}


class OfflineMap(folium.Map):
    """A Folium map that names no address: what it needs is put into the page by `build_map`."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class StudyLayers(MacroElement):
    """Everything a study shows, as data in the page and one call that draws it.

    Parameters
    ----------
    data
        From `map_data`.
    """

    _template = page_template("map")

    def __init__(self, data: str, content: MapContent) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "StudyLayers"
        self._id = "lifecircle"
        self.data = data
        self.data_id = DATA_ID
        self.title = content.title
        self.old_browser = WORDS["old_browser"].to(content.language)
        self.no_script = WORDS["no_script"].to(content.language)


def render_map(content: MapContent, *, view: View = "map") -> str:
    """Return one HTML document that makes no request; write it as UTF-8.

    Parameters
    ----------
    view
        Whether it opens as a map or as a sheet for print.
    """
    return seal(build_map(content, view=view), language_tag=LANGUAGE_TAGS[content.language])


def build_map(content: MapContent, *, view: View = "map") -> folium.Map:
    """Return the map before it is sealed, so that further Folium layers can be added to it."""
    west, south, east, north = study_bounds(content)
    page = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=13,
        tiles=None,
        zoom_control=False,
        max_zoom=19,
        zoom_snap=0.25,
        attribution_control=False,
        bounce_at_zoom_limits=False,
        fade_animation=False,
    )
    # A random name would make two maps of the same content differ.
    page._id = "lifecircle"
    figure = page.get_root()
    assert isinstance(figure, Figure)
    figure.title = escape(content.title)
    for name, element in _head().items():
        figure.header.add_child(element, name=name)
    page.add_child(StudyLayers(map_data(content, view=view), content))
    return page


def _head() -> dict[str, Element]:
    return {
        "leaflet_style": InlineStyle(leaflet_style()),
        "page_style": InlineStyle(page_style_sheet()),
        "leaflet_script": InlineScript(leaflet_script()),
        "page_script": InlineScript(page_script()),
    }
