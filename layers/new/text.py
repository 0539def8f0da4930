"""The text of a new study's file: what the extract holds as layers, the rest as comments to go on from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from geo.text import Language, Text
from layers.osm.features import TagQuery

BOUNDARY: Final = "place.geojson"
START_POINTS: Final = "start_points.csv"
DWELLINGS: Final[TagQuery] = {
    "building": ["yes", "apartments", "residential", "house", "terrace", "detached", "dormitory", "block"]
}
"""Buildings that people may live in."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A layer that a new study may have."""

    id: str
    kind: str
    name: Text
    tags: Mapping[str, Any]
    more: str


@lru_cache(maxsize=1)
def offers() -> Sequence[Offer]:
    """Return the layers that a new study may have."""
    raw = tomllib.loads(files("layers.new").joinpath("new_study.toml").read_text(encoding="utf-8"))
    return [
        Offer(row["id"], row["kind"], Text(row["en"], row["zh"]), row["tags"], row["more"])
        for row in raw["layer"]
    ]


def study_text(
    title: str, language: Language, extract: str, found: Mapping[str, int], *, boundary: bool
) -> str:
    """Return the study file.

    Parameters
    ----------
    title, language
        Of the study.
    extract
        Name of the extract's file, beside the study's.
    found
        How many features the extract holds for each offered layer, and ``dwellings``.
    boundary
        Whether the place's boundary lies beside it.
    """
    blocks = [_head(title, language, extract)]
    blocks += [_block(offer, language, found[offer.id]) for offer in offers()]
    blocks.append(_dwellings(language, found["dwellings"]) if found["dwellings"] else _starts(language))
    blocks.append(_grid(language))
    if boundary:
        blocks.append(_boundary(language))
    return "\n".join([*blocks, _own(language)])


def _head(title: str, language: Language, extract: str) -> str:
    note = Text(
        "Made by `lifecircle new`. See what it holds: `lifecircle check`. Make the map: `lifecircle run`.",
        "由 `lifecircle new` 生成。`lifecircle check` 查看各图层内容，`lifecircle run` 生成地图。",
    )
    heights = Text("a GeoTIFF: walkers slow down uphill", "高程 (GeoTIFF)：步行上坡减速")
    return f"""# {note.to(language)}

name = {_quoted(title)}
language = "{language}"            # zh, en
minutes = [5, 10, 15]
profile = "walk"           # {Text("who travels", "出行方式").to(language)}: lifecircle profiles
standard = "demo"          # {Text("what is asked for", "评价标准").to(language)}: lifecircle standards

[streets]
extract = {_quoted(extract)}
# elevation = "dem.tif"    # {heights.to(language)}
"""


def _block(offer: Offer, language: Language, count: int) -> str:
    """Return a layer by tags; commented out where the extract has nothing for it."""
    tags = ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in offer.tags.items())
    lines = [
        "[[layer]]",
        f'id = "{offer.id}"',
        f'kind = "{offer.kind}"',
        f"name = {_quoted(offer.name.to(language))}",
        'source = "extract"',
        f"tags = {{ {tags} }}",
        offer.more,
    ]
    if count:
        here = Text(f"# {count:,} in the extract", f"# 数据中有 {count:,} 处").to(language)
        return "\n".join([here, *lines]) + "\n"
    none = Text(
        "# None in the extract: bring your own sheet, or another extract.",
        "# 数据中没有：请使用自己的表格或其他数据。",
    )
    return "\n".join([none.to(language), *(f"# {line}" for line in lines)]) + "\n"


def _dwellings(language: Language, count: int) -> str:
    note = Text(
        f"# People: floor area (footprint x storeys) of {count:,} buildings / 35 m2. A census is better.",
        f"# 人口：{count:,} 栋建筑的建筑面积（基底 × 层数）÷ 35 平方米。如有人口数据请替换。",
    )
    return f"""{note.to(language)}
[[layer]]
id = "dwellings"
kind = "demand"
name = {_quoted(Text("Dwellings", "住宅").to(language))}
source = "extract"
tags = {{ building = {json.dumps(DWELLINGS["building"])} }}
values = {{ group = "residents" }}
people = {{ method = "buildings", default_levels = {3 if language == "en" else 6} }}
"""


def _starts(language: Language) -> str:
    note = Text(
        "# NOT PEOPLE: the extract has no buildings, so every 100 m of residential street counts as one.\n"
        "# Replace it by a sheet with residents before you use a result.",
        "# 并非人口：数据中没有建筑，因此居住道路每 100 米计 1。\n# 使用结果之前，请换成真实人口表。",
    )
    name = Text("Places along streets, one each (not people)", "沿街点，每点计 1（非人口）")
    return f"""{note.to(language)}
[[layer]]
id = "starts"
kind = "demand"
name = {_quoted(name.to(language))}
source = "{START_POINTS}"
crs = "EPSG:4326"
columns = {{ id = "id", lon = "lon", lat = "lat", people = "people" }}
values = {{ group = "residents" }}
licence = "ODbL 1.0"
attribution = "© OpenStreetMap contributors"
"""


def _grid(language: Language) -> str:
    return f"""[[layer]]
id = "grid"
kind = "grid"
name = {_quoted(Text("Grid of 250 m", "250 米网格").to(language))}
source = "grid"
cell_metres = 250
"""


def _boundary(language: Language) -> str:
    return f"""[[layer]]
id = "place"
kind = "area"
name = {_quoted(Text("Boundary of the place", "研究范围").to(language))}
source = "{BOUNDARY}"
crs = "EPSG:4326"
licence = "ODbL 1.0"
attribution = "© OpenStreetMap contributors"
"""


def _own(language: Language) -> str:
    note = Text("Your own sheet: take the # away and fill in.", "自己的表格：去掉 # 并填写。").to(language)
    return f"""# {note}
# [[layer]]
# id = "own"
# kind = "station"
# source = "stations.xlsx"
# crs = "gcj02"             # EPSG:4326, EPSG:4490, EPSG:4549, gcj02, bd09 ...: `lifecircle doctor`
# columns = {{ name = "名称", lon = "经度", lat = "纬度" }}
# category = "station"
# licence = "..."
# attribution = "..."
"""


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's, without the one letter that TOML wants escaped besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
