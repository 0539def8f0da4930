"""Isochrones beside Valhalla's, in one run, around the same facilities.

    python -m tests.benchmarks.bench_valhalla EXTRACT

Needs Python 3.12 or newer, for which there are wheels of Valhalla that build tiles. Both walk at
Valhalla's 5.1 km/h. Shapes differ by design: Valhalla contours a coarse grid of times, we draw the ground
within 30 m of the streets that are reached; each is compared with the exact union of buffers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
import valhalla

from geo.network.build import network_from_streets
from geo.network.network import StreetNetwork
from geo.network.snap import snap
from geo.search.isochrones import Outline, isochrones
from layers.catalogue.profiles import read_profile
from layers.osm.streets_read import read_streets
from tests.benchmarks.side_by_side import machine, random_places

FACILITIES = 100
COMPARED = 20
MINUTES = (5, 10, 15)
VALHALLA_SPEED_KPH = 5.1


def main() -> None:
    """Build both networks, draw around every facility in turn, and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extract", type=Path)
    given = parser.parse_args()
    profile = replace(read_profile("walk"), speed_kph=VALHALLA_SPEED_KPH)
    network = network_from_streets(read_streets(given.extract), profile)
    lon, lat = random_places(network, FACILITIES)
    print(f"{machine()}\n\n{network!r}\n\n| engine | median ms | worst ms | IoU with the union of buffers |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        actor = built_tiles(given.extract, Path(folder))
        for name, draw in engines(network, actor).items():
            report(name, draw, lon, lat, network)


Draw = Callable[[float, float], gpd.GeoDataFrame]


def built_tiles(extract: Path, folder: Path) -> valhalla.Actor:
    """Return Valhalla over tiles of the extract."""
    (folder / "tiles").mkdir()
    settings = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"))
    settings["service_limits"]["isochrone"]["max_contours"] = len(MINUTES)
    (folder / "valhalla.json").write_text(json.dumps(settings), "utf-8")
    build = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    command = [str(build), "-c", str(folder / "valhalla.json"), str(extract)]
    subprocess.run(command, check=True, capture_output=True)
    return valhalla.Actor(settings)


def engines(network: StreetNetwork, actor: valhalla.Actor) -> dict[str, Draw]:
    """Return the ways to draw, each of one facility on one thread."""

    def ours(outline: Outline) -> Draw:
        return lambda lon, lat: isochrones(
            network, snap(network, ([lon], [lat])), minutes=MINUTES, outline=outline, towards=False, threads=1
        )

    def by_valhalla(lon: float, lat: float) -> gpd.GeoDataFrame:
        asked = {
            "locations": [{"lon": lon, "lat": lat}],
            "costing": "pedestrian",
            "contours": [{"time": minutes} for minutes in MINUTES],
            "polygons": True,
        }
        found = gpd.GeoDataFrame.from_features(actor.isochrone(asked)["features"], crs=4326)
        return found.sort_values("contour", ignore_index=True)

    return {
        "lifecircle, fast": ours(Outline(clip=False)),
        "lifecircle, fast and clipped": ours(Outline()),
        "Valhalla": by_valhalla,
    }


def report(name: str, draw: Draw, lon: np.ndarray, lat: np.ndarray, network: StreetNetwork) -> None:
    """Print a row: time of every facility in turn, and how far the first ones agree with the exact union."""
    draw(lon[0], lat[0])
    taken, shares = [], []
    for at in range(FACILITIES):
        begun = time.perf_counter()
        drawn = draw(lon[at], lat[at])
        taken.append(time.perf_counter() - begun)
        if at < COMPARED:
            place = snap(network, ([lon[at]], [lat[at]]))
            exact = isochrones(
                network, place, minutes=MINUTES, outline=Outline(method="exact"), towards=False
            )
            one, two = (
                shapely.make_valid(frame.to_crs(network.metric_crs).geometry.values)
                for frame in (drawn, exact)
            )
            shares += (
                shapely.area(shapely.intersection(one, two)) / shapely.area(shapely.union(one, two))
            ).tolist()
    milliseconds = np.array(taken) * 1000
    print(f"| {name} | {np.median(milliseconds):.1f} | {milliseconds.max():.1f} | {np.median(shares):.3f} |")


if __name__ == "__main__":
    main()
