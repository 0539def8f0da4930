"""How a trial on the map follows the pointer: a pin dragged by a real mouse in chromium, without a network.

    python -m tests.benchmarks.bench_what_if EXTRACT [--homes 20000] [--stations 200]

Homes and stations are strewn over the junctions of the extract. A move is timed from the pointer's event to
the end of what it draws: a search, people gained and lost, polygons that change, streets in bands, words.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from api.run import run_study
from layers.catalogue.profiles import read_profile
from layers.osm.streets import open_network
from maps.page.run import map_content
from maps.page.web_map import render_map
from tests.support.browser import CHROMIUM, DESKTOP, FLAGS
from tests.support.town import STUDY

SEED = 15
MOVES = 60
CELL_METRES = 500
TIMED = """() => {
    const { desk } = lifecircle.trial;
    const drag = desk.drag.bind(desk);
    window.moves = [];
    desk.drag = (...given) => {
        const begun = performance.now();
        drag(...given);
        window.moves.push(performance.now() - begun);
    };
}"""
BEST = """() => {
    const begun = performance.now();
    const best = lifecircle.trial.gain.best();
    return [best ? best.people : 0, performance.now() - begun];
}"""


def main() -> None:
    """Make the study, open its map and drag a pin over it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extract", type=Path)
    parser.add_argument("--homes", type=int, default=20_000)
    parser.add_argument("--stations", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = write_study(Path(name), asked.extract, asked.homes, asked.stations)
        begun = time.perf_counter()
        result = run_study(folder)
        took = time.perf_counter() - begun
        html = render_map(map_content(result))
        file = folder / "map.html"
        file.write_text(html, "utf-8")
        gain = result.seconds["where a new place would help most"]
        print(f"{result.network.node_count:,} junctions, {asked.homes:,} homes, {asked.stations} stations")
        print(f"run {took:.1f} s, of it the gain {gain:.1f} s ({len(result.gain)} layers)")
        print(f"map {len(html) / 1e6:.2f} MB")
        with sync_playwright() as driver:
            measure(driver, file)


def write_study(folder: Path, extract: Path, homes: int, stations: int) -> Path:
    """Strew homes and stations over the junctions of an extract."""
    network = open_network(extract, read_profile("walk"))
    rng = np.random.default_rng(SEED)
    study = STUDY.replace("town.osm", f"town{''.join(extract.suffixes)}").replace("150", str(CELL_METRES))
    (folder / "study.toml").write_text(study, "utf-8")
    shutil.copyfile(extract, folder / f"town{''.join(extract.suffixes)}")
    for file, count in (("people.csv", homes), ("stations.csv", stations)):
        node = rng.integers(0, network.node_count, count)
        table = pd.DataFrame({"id": [f"p{n}" for n in range(count)], "name": [f"P{n}" for n in range(count)]})
        table["lon"], table["lat"] = network.node_lon[node].round(7), network.node_lat[node].round(7)
        if file == "people.csv":
            table["people"] = rng.integers(1, 100, count)
        table.to_csv(folder / file, index=False)
    return folder


def measure(driver: Any, file: Path) -> None:
    """Print how long the map takes to open, a pin to be dropped, and a move of it."""
    chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    page = chromium.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    begun = time.perf_counter()
    page.goto(file.as_uri())
    page.wait_for_selector("body.ready", timeout=120_000)
    print(f"ready {time.perf_counter() - begun:.2f} s")
    page.click(".dock-opener")
    page.click(".try-new")
    page.mouse.click(*(side / 2 for side in DESKTOP))
    page.wait_for_selector(".try-pin", timeout=120_000)
    page.evaluate(TIMED)
    for zoom in ("whole", "close"):
        if zoom == "close":
            page.evaluate("""() => {
                const { map, trial } = lifecircle;
                const [{ lat, lon }] = trial.desk.draft.open;
                map.setView([lat, lon], 15, { animate: false });
            }""")
            page.evaluate("() => { window.moves.length = 0; }")
        box = page.locator(".try-pin").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, MOVES + 1):
            page.mouse.move(x + 3 * step, y + 40 * np.sin(step / 5))
        page.mouse.up()
        moves = np.array(page.evaluate("() => window.moves"))
        middle, high, most = np.quantile(moves, [0.5, 0.95, 1])
        print(f"{zoom}: {moves.size} moves, median {middle:.0f} ms, 95 % {high:.0f} ms, most {most:.0f} ms")
    people, took = page.evaluate(BEST)
    print(f"the best further place gains {people:,.0f} people, found in {took:.0f} ms")
    chromium.close()


if __name__ == "__main__":
    main()
