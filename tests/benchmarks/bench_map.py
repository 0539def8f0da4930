"""How large a map is and how long it takes to open and to draw, beside folium and ``.explore()``.

    python -m tests.benchmarks.bench_map

The demo study, one run for all; each page is opened in headless chromium from a file, without a network.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
from playwright.sync_api import sync_playwright

from api.cli.demo import make_demo
from api.run import run_study
from maps.page.content import MapContent
from maps.page.run import map_content
from maps.page.web_map import render_map
from tests.support.browser import CHROMIUM, DESKTOP, FLAGS

MARKS = 20_000
OPENINGS = 5
REDRAWS = 15
REDRAW = """() => {
    lifecircle.model.set({ layers: { ...lifecircle.model.state.layers, others: true, merchant: true } });
    const begun = performance.now();
    lifecircle.above.redraw();
    return performance.now() - begun;
}"""


def main() -> None:
    """Make the pages, open each, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = map_content(run_study(make_demo(folder / "demo")))
        pages = {
            "lifecircle": render_map(content),
            f"lifecircle, {MARKS:,} places": render_map(with_marks(content)),
            "folium, the same places and grids": by_folium(content),
            "`.explore()` of the same": by_explore(content),
        }
        print("| page | MB | opened, median | of its pixels drawn | a redraw |\n|---|---|---|---|---|")
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            for title, html in pages.items():
                file = folder / "page.html"
                file.write_text(html, "utf-8")
                print(f"| {title} | {len(html.encode()) / 1e6:.2f} | {measured(chromium, file)} |")
            chromium.close()


def with_marks(content: MapContent) -> MapContent:
    """Return the content with merchants strewn over the study."""
    rng = np.random.default_rng(15)
    west, south, east, north = content.basemap.bounds
    rows = content.facilities.iloc[rng.integers(0, len(content.facilities), MARKS)].reset_index(drop=True)
    points = gpd.points_from_xy(rng.uniform(west, east, MARKS), rng.uniform(south, north, MARKS))
    strewn = rows.assign(id=[f"m{n}" for n in range(MARKS)], kind="merchant").set_geometry(points)
    cases = tuple(replace(case, states=None) for case in content.cases)
    return replace(
        content, facilities=strewn.set_crs(4326), cases=cases, reach=None, isochrones=None, week=None
    )


def by_folium(content: MapContent) -> str:
    """Return the places and grids as folium draws them."""
    south, north = content.basemap.bounds[1], content.basemap.bounds[3]
    west, east = content.basemap.bounds[0], content.basemap.bounds[2]
    page = folium.Map([(south + north) / 2, (west + east) / 2], zoom_start=14)
    folium.GeoJson(content.grids[["name", "geometry"]]).add_to(page)
    for row in content.facilities.itertuples():
        folium.Marker([row.geometry.y, row.geometry.x], popup=str(row.name)).add_to(page)
    html: str = page.get_root().render()
    return html


def by_explore(content: MapContent) -> str:
    """Return grids, streets and places as geopandas draws them."""
    page = content.grids[["name", "geometry"]].explore()
    content.basemap.streets[["class", "name", "geometry"]].explore(m=page)
    content.basemap.buildings[["class", "geometry"]].explore(m=page)
    content.facilities[["name", "kind", "geometry"]].explore(m=page)
    html: str = page.get_root().render()
    return html


def measured(chromium: Any, file: Path) -> str:
    """Return how long a page takes to open, how much of it is not blank, and how long a redraw takes."""
    taken, drawn, redraw = [], 0.0, "-"
    for _ in range(OPENINGS):
        context = chromium.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, offline=True)
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(file.as_uri())
        ours = page.evaluate("() => 'lifecircle' in window")
        if ours:
            page.wait_for_selector("body.ready", timeout=60_000)
        taken.append(time.perf_counter() - begun)
        drawn = share_drawn(page.screenshot())
        if ours:
            page.evaluate(REDRAW)
            redraw = f"{statistics.median(page.evaluate(REDRAW) for _ in range(REDRAWS)):.0f} ms"
        context.close()
    return f"{statistics.median(taken):.2f} s | {drawn:.0%} | {redraw}"


def share_drawn(picture: bytes) -> float:
    """Return how much of a picture is not of its most frequent colour."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        counts = [count for count, _ in image.convert("RGB").getcolors(1 << 24)]
    return 1 - max(counts) / sum(counts)


if __name__ == "__main__":
    main()
