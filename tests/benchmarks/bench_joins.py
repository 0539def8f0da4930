"""How long 100,000 points take to be joined to the streets, barriers considered, and with which doubts.

Run with ``python tests/benchmarks/bench_joins.py [EXTRACT ...]``; without extracts those of ../shared/data
are taken. Points are strewn at random within 150 m of the streets. The goal is 2 s of one processor.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
EXTRACTS = ("porto/porto_portugal.osm.pbf", "monaco/monaco.osm.pbf")
POINTS = 100_000
SEED = 11
AROUND_METRES = 150.0
ROUNDS = 3
SECONDS_GOAL = 2.0


def main(extracts: list[Path]) -> None:
    """Measure and print a table."""
    from geo.search.warm import compile_kernels

    compile_kernels()
    print(f"{'extract':28}{'barriers s':>12}{'without':>10}{'doubtful':>10}  goal {SECONDS_GOAL:g} s")
    for extract in extracts:
        if extract.is_file():
            print(row(extract), flush=True)


def row(extract: Path) -> str:
    """Return the line of one extract: processor seconds with barriers, the best of some, and without."""
    from geo.network.snap import snap
    from layers.catalogue.profiles import read_profile
    from layers.osm.barriers import read_barriers
    from layers.osm.streets import open_network

    network = open_network(extract, read_profile("walk"))
    barriers = read_barriers(extract)
    rng = np.random.default_rng(SEED)
    vertex = rng.integers(0, network.vertex_lon.size, POINTS)
    metres = rng.uniform(-AROUND_METRES, AROUND_METRES, (2, POINTS))
    lat = network.vertex_lat[vertex] + metres[1] / 111_320
    lon = network.vertex_lon[vertex] + metres[0] / (111_320 * np.cos(np.radians(lat)))
    seconds = []
    snap(network, (lon[:10], lat[:10]), barriers=barriers)
    for _ in range(ROUNDS):
        begin = time.process_time()
        joined = snap(network, (lon, lat), barriers=barriers)
        seconds.append(time.process_time() - begin)
    without = time.process_time()
    snap(network, (lon, lat))
    without = time.process_time() - without
    share = float((joined.doubt > 0).mean())
    return f"{extract.stem:28}{min(seconds):>12.2f}{without:>10.2f}{share:>9.1%}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main([Path(name) for name in sys.argv[1:]] or [DATA / name for name in EXTRACTS])
