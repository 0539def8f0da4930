"""Reach on street networks: arrays, frames, streets and time; no files, no web, no HTML.

Ten verbs take GeoDataFrames and labelled Series and give back the caller's index::

    streets = geo.street_network("city.osm.pbf")  # or an OSMnx graph, nodes and edges, a layer of lines
    geo.nearest(streets, homes, clinics)          # which clinic is nearest to each home, in how many minutes
    times = geo.travel_times(streets, homes, clinics, max_minutes=15)
    geo.cumulative(times, clinics["beds"])        # what each home reaches
    geo.two_step(times, homes["people"], clinics["doctors"])   # what is left for each person (2SFCA)
    geo.covered(times, minutes=15)                # which homes reach one
    geo.site(times, homes["people"], new=5)       # where the next ones should stand
    geo.isochrones(streets, clinics)              # the ground from which each is reached
    geo.path(streets, homes, clinics)             # the way there as a line
    geo.to_wgs84(shops, crs="gcj02")              # from the shifted coordinates of Chinese maps

Each is a few lines over the arrays of `geo.network`, `geo.search`, `geo.measures` and `geo.siting`, which
are there for those who want no frames.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from geo.cache import choose_kernel_folder

if TYPE_CHECKING:
    from geo.library.degrees import to_wgs84
    from geo.library.journeys import isochrones, nearest, path, travel_times
    from geo.library.measures import covered, cumulative, two_step
    from geo.library.sited import SitePlan, site
    from geo.library.streets_given import street_network

# Before the first kernel is imported: the compiler reads where to keep its work once.
choose_kernel_folder()

DISTRIBUTION = "lifecircle"
"""Whose package this is: another one of the same name does not say so (`api.cli.start`)."""

_WHERE = {
    "SitePlan": "sited",
    "covered": "measures",
    "cumulative": "measures",
    "isochrones": "journeys",
    "nearest": "journeys",
    "path": "journeys",
    "site": "sited",
    "street_network": "streets_given",
    "to_wgs84": "degrees",
    "travel_times": "journeys",
    "two_step": "measures",
}

__all__ = [
    "SitePlan",
    "covered",
    "cumulative",
    "isochrones",
    "nearest",
    "path",
    "site",
    "street_network",
    "to_wgs84",
    "travel_times",
    "two_step",
]


if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> Any:
        """Import a verb when it is first used: a room behind it is imported without pandas."""
        if name == "__version__":
            return version(DISTRIBUTION)
        if name not in _WHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"geo.library.{_WHERE[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
