"""Central Shanghai: 7,000 facilities, 20,000 demand points, all categories, three profiles, two shifts.

Run with ``python tests/benchmarks/bench_assessment.py``; goals are less than 20 s for the assessment and
less than 60 s for coverage at every hour of the week, on two cores. Opening the streets is counted apart:
networks are built once and kept. Real input beside the project is needed (../shared/data/shanghai).
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ROOT.parent / "shared" / "data" / "shanghai"
DEMAND = 20_000
SEED = 20_260
ASSESSMENT_GOAL, WEEK_GOAL = 20.0, 60.0
POI = {
    "medical": 'category = { column = "type", system = "amap", other = "other" }',
    "food": 'category = { column = "type", system = "amap", other = "restaurant" }',
    "kindergartens": 'category = "kindergarten"',
    "primary_schools": 'category = "primary_school"',
    "secondary_schools": 'category = "middle_school"',
    "metro_stations": 'category = "metro_station"',
}
COUNTS = (2, 4, 8, 12, 24)
CASES = [(profile, shift) for profile in ("walk", "older", "ebike") for shift in ("in", "out")]
HOURS = ("Mo-Fr 09:00-17:00", "Mo-Su 08:00-20:00", "24/7", "Mo-Sa 10:00-22:00; PH off", "")


def main() -> None:
    """Measure and print."""
    if not SHANGHAI.is_dir():
        print(f"skipped: needs {SHANGHAI}, which is not part of the project")
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(make_study(Path(folder)))
        print_memory(Path(folder))


def make_study(folder: Path) -> Path:
    """Write a study of central Shanghai: its facilities with made-up hours, people along the streets."""
    layers = [poi_layer(folder, name, category) for name, category in POI.items()]
    cases = [
        f'[[case]]\nid = "{profile}-{shift}"\nprofile = "{profile}"\nshift = "{shift}"\n'
        f'at = "{"Tue 10:00" if shift == "in" else "Tue 20:30"}"\n'
        for profile, shift in CASES
    ]
    head = f"""name = "Central Shanghai"
language = "zh"
standard = "moreno"
week = true
max_snap_metres = 500

{"".join(cases)}
[streets]
extract = "{SHANGHAI / "shanghai_center.osm"}"

[[category]]
id = "other"
zh = "其他"
en = "other"

[[layer]]
id = "people"
kind = "demand"
source = "people.csv"
crs = "EPSG:4326"
licence = "made up"
attribution = "made up"

[[layer]]
id = "grid"
kind = "grid"
source = "grid"
cell_metres = 500
"""
    (folder / "study.toml").write_text(head + "".join(layers), "utf-8")
    write_people(folder / "people.csv")
    return folder


def poi_layer(folder: Path, name: str, category: str) -> str:
    """Copy a sheet of facilities with opening hours added; return its layer."""
    rng = np.random.default_rng(SEED)
    with (SHANGHAI / "poi" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "opening_hours"])
        writer.writeheader()
        for row, hours in zip(rows, rng.choice(HOURS, len(rows)), strict=True):
            writer.writerow(row | {"opening_hours": hours})
    return f"""
[[layer]]
id = "{name}"
kind = "facility"
source = "{name}.csv"
crs = "EPSG:4326"
{category}
licence = "test use only"
attribution = "test use only"
"""


def write_people(path: Path) -> None:
    """Draw demand points on the streets: half of them live there, half work there."""
    from layers.catalogue.profiles import read_profile
    from layers.osm.streets import open_network

    network = open_network(SHANGHAI / "shanghai_center.osm", read_profile("walk"))
    rng = np.random.default_rng(SEED)
    vertex = rng.integers(0, len(network.vertex_lon), DEMAND)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lon", "lat", "people", "group", "shift"])
        for row, v in enumerate(vertex):
            who = ("residents", "out") if row % 2 else ("workers", "in")
            writer.writerow([network.vertex_lon[v], network.vertex_lat[v], int(rng.integers(1, 200)), *who])


def measure(folder: Path) -> None:
    """Run the analysis of the study step by step and print what each took."""
    from api.run import ground_of, open_networks, profiles_of, questions_of
    from geo.assessment.assess import assess_cases
    from geo.assessment.cuts import cuts_of
    from geo.assessment.tables import make_tables
    from geo.assessment.traveller import join_to_streets
    from geo.assessment.week import week_tables
    from geo.search.warm import compile_kernels
    from layers.load import load_layers
    from layers.osm.features import levels_of
    from layers.settings import completed, counted_in, standard_of
    from layers.study.cases import open_through_week, read_cases
    from layers.study.model import read_study

    clock = Clock()
    compile_kernels()
    study = read_study(folder)
    cases, standard = read_cases(study), standard_of(study)
    profiles = profiles_of(cases, standard)
    clock.lap("kernels")
    networks = open_networks(study, profiles)
    clock.lap("streets")
    layers = load_layers(study, streets=networks["walk"])
    standard = completed(standard, study, layers)
    clock.lap("layers")
    travellers = join_to_streets(
        networks,
        profiles,
        demand=layers.demand,
        facilities=layers.facilities,
        levels=(levels_of(layers.demand), levels_of(layers.facilities)),
        barriers=layers.barriers,
        max_snap_metres=study.max_snap_metres,
        approaches=layers.approaches,
    )
    joined = clock.lap("join to streets, three profiles")
    ground = ground_of(study, standard, layers, travellers, applies={})
    found = assess_cases(ground, questions_of(study, cases, travellers, layers))
    searched = clock.lap("travel times, tests and causes, six cases")
    cuts = cuts_of(layers.demand, grids=layers.grids, areas=layers.areas)
    tables = make_tables(ground, found, cuts, counted_in(study, standard, layers))
    counted = clock.lap("tables by every cut, six cases")
    total = joined + searched + counted
    week = week_tables(ground, found, open_through_week(study, layers.facilities))
    whole = clock.lap("coverage at 168 hours, three profiles")
    print(
        f"\n{len(layers.facilities):,} facilities, {len(layers.demand):,} demand points, "
        f"{len(found[0].times)} categories, {len(found)} cases, {len(layers.grids):,} grids, "
        f"{len(tables.coverage) + len(tables.by_area):,} rows of coverage, {len(week.by_hour):,} hours"
    )
    print(f"assessment {total:.1f} s (goal {ASSESSMENT_GOAL:g} s){verdict(total, ASSESSMENT_GOAL)}")
    print(f"week {whole:.1f} s (goal {WEEK_GOAL:g} s){verdict(whole, WEEK_GOAL)}")
    print(f"peak memory {peak():,.0f} MB; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


def print_memory(folder: Path) -> None:
    """Print the peak memory of a fresh process for each number of categories, and the line through them."""
    print("\nPeak memory of a run of its own, by number of categories of equally many facilities:")
    peaks = np.array([peak_of(folder, count) for count in COUNTS])
    slope, start = np.polyfit(COUNTS, peaks, 1)
    for count, most in zip(COUNTS, peaks, strict=True):
        print(f"  {count:>2} categories: {most:,.0f} MB (line: {start + slope * count:,.0f} MB)")
    spread = 1 - np.var(peaks - start - slope * np.array(COUNTS)) / np.var(peaks)
    print(f"  line: {start:,.0f} MB + {slope:,.1f} MB a category, R2 {spread:.3f}")


def verdict(seconds: float, goal: float) -> str:
    """Say whether a goal is met."""
    return ": met" if seconds < goal else ": MISSED"


class Clock:
    """Prints laps."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()

    def lap(self, name: str) -> float:
        """Print and return the seconds since the last lap."""
        seconds = time.perf_counter() - self.begun
        print(f"{name:<44}{seconds:8.2f} s")
        self.begun = time.perf_counter()
        return seconds


def peak() -> float:
    """Return the most memory this process held, in MB; a child's own, unlike `ru_maxrss` after a fork."""
    for row in Path("/proc/self/status").read_text("ascii").splitlines():
        if row.startswith("VmHWM:"):
            return float(row.split()[1]) / 1024
    return float("nan")


def peak_of(folder: Path, categories: int) -> float:
    """Return the peak memory of a process that assesses so many categories of equally many facilities."""
    command = [sys.executable, __file__, str(folder), str(categories)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def assess_some(folder: Path, categories: int) -> None:
    """Assess some categories in this process and print its peak memory."""
    from api.run import open_networks, profiles_of, questions_of
    from geo.assessment.assess import Ground, assess_cases
    from geo.assessment.cuts import Counted, cuts_of
    from geo.assessment.tables import make_tables
    from geo.assessment.traveller import join_to_streets
    from geo.measures.standard import Requirement, Standard
    from geo.text import Text
    from layers.load import load_layers
    from layers.osm.features import levels_of
    from layers.study.cases import read_cases
    from layers.study.model import read_study

    study = read_study(folder)
    cases = read_cases(study)
    names = [f"c{number}" for number in range(categories)]
    standard = Standard("s", Text("", ""), tuple(Requirement(n, Text(n, n), minutes=15) for n in names))
    profiles = profiles_of(cases, standard)
    networks = open_networks(study, profiles)
    layers = load_layers(study, streets=networks["walk"])
    count = len(layers.facilities)
    offered = layers.facilities.assign(category=[f"c{row % max(COUNTS)}" for row in range(count)])
    travellers = join_to_streets(
        networks,
        profiles,
        demand=layers.demand,
        facilities=offered,
        levels=(levels_of(layers.demand), levels_of(offered)),
        barriers=layers.barriers,
        max_snap_metres=study.max_snap_metres,
        approaches=layers.approaches,
    )
    ground = Ground(standard=standard, facilities=offered, demand=layers.demand, choices=study.choices)
    found = assess_cases(ground, questions_of(study, cases, travellers, layers))
    make_tables(ground, found, cuts_of(layers.demand, grids=layers.grids, areas=layers.areas), Counted())
    print(peak())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) > 1:
        assess_some(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
