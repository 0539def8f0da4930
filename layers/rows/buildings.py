"""People reckoned from buildings: which are lived in, on how many floors, and which hold too many."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.text import Text
from geo.types import Bools, Floats
from layers.osm.dwellings import Use, use_of_tags
from layers.rows.ledger import Ledger
from layers.rows.report import LargeBuilding
from layers.study.sources import PeopleRule

TALLEST: Final = 163.0
"""Storeys of the tallest building there is; more is a slip of the pen."""

UNLIKELY_STOREYS: Final = 60.0
UNLIKELY_SQUARE_METRES: Final = 20_000.0
"""Storeys and ground that hardly any building with dwellings has."""

LISTED: Final = 10
"""How many of the largest buildings are named."""

_FEW, _FEW_SHARE = 12, 0.15
"""A third of the people in at most so many buildings, and at most this share of all, is said. Measured: in
central Helsinki 43 of 401 hold a third of the ground, in Monaco 62 of 1,111."""

_ROOF_SHARE = 0.5
"""Floor area of a storey in the roof, of that of one below (GB/T 50353-2013, 3.0.3: half where it is low)."""

_HOME = re.compile(r"住宅|居住|公寓|宿舍|民居|民房|别墅|住房|集宿|自建房|农房|商住")
_OTHER = re.compile(
    r"商业|商铺|商场|底商|商住|店|办公|写字楼|工业|厂|仓|车间|车库|停车|学校|教育|教学|幼儿园|医院|医疗|卫生|"
    r"公共|公建|文化|体育|宗教|寺|教堂|交通|车站|市政|酒店|宾馆|旅馆|养殖|配套|设备|变电|泵房|门卫|公厕|"
    r"其他|其它|在建|拆除|空置|废弃"
)
_LAND: Final = {
    "industrial": "工业用地", "commercial": "商业用地", "retail": "商业用地", "railway": "铁路用地",
    "military": "军事用地", "cemetery": "墓地", "grave_yard": "墓地", "construction": "在建用地",
    "school": "学校用地", "university": "学校用地", "college": "学校用地", "kindergarten": "学校用地",
    "education": "学校用地", "hospital": "医院用地", "clinic": "医院用地", "parking": "停车场",
    "park": "公园", "religious": "宗教用地", "place_of_worship": "宗教用地", "works": "工业用地",
    "aeroway": "机场用地", "power": "电力用地", "leisure": "体育用地", "tourism": "旅游用地",
}  # fmt: skip
_BUILT: Final = {
    "industrial": "工业建筑", "warehouse": "仓库", "works": "工业建筑", "parking": "停车与车库",
    "garage": "停车与车库", "garages": "停车与车库", "carport": "停车与车库", "school": "学校",
    "university": "学校", "college": "学校", "kindergarten": "学校", "hospital": "医院", "clinic": "医院",
    "church": "宗教建筑", "temple": "宗教建筑", "place_of_worship": "宗教建筑", "retail": "商业建筑",
    "commercial": "商业建筑", "office": "办公建筑", "hotel": "酒店", "construction": "在建建筑",
    "roof": "棚架", "shed": "棚架",
}  # fmt: skip
_TAGGED: Final = {
    "shop": "商店", "office": "办公建筑", "amenity": "公共设施", "man_made": "工业建筑",
    "industrial": "工业建筑",
    "craft": "作坊", "healthcare": "医疗设施", "tourism": "旅游设施", "leisure": "文体设施",
    "abandoned": "闲置建筑", "disused": "闲置建筑", "ruins": "闲置建筑", "construction": "在建建筑",
}  # fmt: skip

_PLAIN = re.compile(r"[a-z_;: -]{1,60}")


def use_of_text(text: str) -> Use | None:
    """Return what a building is by the words of a sheet or a value of ``building``; None: not understood.

    Examples
    --------
    >>> use_of_text("住宅"), use_of_text("商住楼"), use_of_text("厂房"), use_of_text("apartments")
    ('dwelling', 'mixed', 'other', 'dwelling')
    >>> use_of_text("amenity=hospital"), use_of_text("mixed: shop=bakery"), use_of_text("？")
    ('other', 'mixed', None)
    """
    plain = text[:200].strip().lower()
    if plain in ("dwelling", "dwellings", "mixed") or plain.startswith("mixed:"):
        return "mixed" if plain.startswith("mixed") else "dwelling"
    if "=" in plain:
        return "other"
    home, other = _HOME.search(plain) is not None, _OTHER.search(plain) is not None
    if home or other:
        return "mixed" if home and other else "dwelling" if home else "other"
    return use_of_tags({"building": plain})[0] if _PLAIN.fullmatch(plain) else None


def settle_uses(ledger: Ledger, roles: pd.DataFrame, rule: PeopleRule) -> Bools:
    """Put aside the buildings that nobody lives in; return which have something else on the ground floor.

    A use that is not understood is rejected: such a building is neither counted nor passed over unsaid.

    Parameters
    ----------
    ledger
        The book of the layer.
    roles
        With ``use`` where the layer says it.
    rule
        With ``uses = "all"`` every building counts, whole.
    """
    mixed = np.zeros(len(roles), dtype=bool)
    if "use" not in roles or rule.uses == "all":
        return mixed
    texts = roles["use"].to_numpy(dtype=object)
    known = {text: use_of_text(str(text)) for text in {*texts[~pd.isna(texts)]}}
    uses = np.array([known.get(text, "dwelling") for text in texts], dtype=object)
    unknown = np.array([use is None for use in uses], dtype=bool)
    ledger.reject(
        unknown,
        Text("the use of the building is not understood", "建筑用途无法识别"),
        Text('Write dwelling, mixed or other; or set people.uses = "all"', "请填写：住宅、商住或其他"),
        code="use",
    )
    _leave_out(ledger, texts, uses == "other")
    mixed = uses == "mixed"
    ledger.note_rows(
        mixed,
        Text("dwellings above something else", "住宅楼内有其他用途"),
        Text("The ground floor is not counted", "底层不计入人口"),
        code="mixed_use",
    )
    return mixed


def _leave_out(ledger: Ledger, texts: NDArray[np.object_], other: Bools) -> None:
    aside = other & ledger.accepted
    if not aside.any():
        return
    counts = Counter(str(text) for text in texts[aside]).most_common(8)
    in_chinese = Counter(_chinese(str(text)) for text in texts[aside]).most_common(8)
    kinds_en = "; ".join(f"{text} {n:,}" for text, n in counts)
    kinds_zh = "；".join(f"{text} {n:,}" for text, n in in_chinese)
    count, total = int(aside.sum()), int(ledger.accepted.sum())
    if count == total:
        ledger.stop(
            Text(f"nobody lives in any of the {total:,} buildings", f"{total:,} 栋建筑均不住人"),
            Text(
                'Give a layer of people; or people = { method = "buildings", uses = "all" } to count others '
                "than residents",
                '请提供人口数据；若统计的不是居民，请写 people = { method = "buildings", uses = "all" }',
            ),
            code="no_dwellings",
            value=kinds_en,
        )
    ledger.leave_out(other)
    ledger.note(
        Text(
            f"{count:,} of {total:,} buildings are something else and house nobody: {kinds_en}",
            f"{total:,} 栋建筑中有 {count:,} 栋为其他用途，不计人口：{kinds_zh}",
        ),
        Text(
            'people.uses = "all" counts them too, for others than residents',
            '若统计的不是居民，可设 people.uses = "all"',
        ),
        code="not_dwellings",
    )


def _chinese(reason: str) -> str:
    """Return in Chinese why nobody lives in a building; the words of a sheet stay as they are.

    Examples
    --------
    >>> _chinese("in landuse=industrial"), _chinese("building=garages"), _chinese("shop=mall")
    ('位于工业用地', '停车与车库', '商店')
    """
    key, equals, value = reason.removeprefix("in ").partition("=")
    if not equals:
        return reason if re.search("[\u4e00-\u9fff]", reason) else _BUILT.get(reason, "其他建筑")
    if reason.startswith("in "):
        return f"位于{_LAND.get(value) or _LAND.get(key, '非居住用地')}"
    return _BUILT.get(value) or _TAGGED.get(key, "其他建筑")


def floors_of(storeys: Floats, lowest: Floats, roof: Floats, mixed: Bools) -> Floats:
    """Return the floors that people live on.

    Parameters
    ----------
    storeys
        ``building:levels``: floors above ground, those in the roof not among them.
    lowest
        ``building:min_level``: floors that are missing below, of a building on pillars or over a street.
    roof
        ``roof:levels``: floors in the roof; each counts half.
    mixed
        Where the ground floor is something else.

    Examples
    --------
    >>> nan = np.nan
    >>> floors_of(np.array([6.0, 6.0, 1.0]), np.array([nan, 2.0, nan]), np.array([1.0, nan, nan]),
    ...           np.array([False, False, True])).tolist()
    [6.5, 4.0, 0.0]
    """
    below = np.nan_to_num(lowest)
    ground = np.where(mixed & (below < 1), 1.0, 0.0)
    floors: Floats = np.maximum(storeys - below - ground, 0) + _ROOF_SHARE * np.nan_to_num(roof)
    return floors


def largest_buildings(
    keys: NDArray[np.object_], people: Floats, footprint: Floats, floors: Floats, default: Bools
) -> tuple[LargeBuilding, ...]:
    """Return the buildings with the most people, with how that many came about."""
    order = np.argsort(-people, kind="stable")[:LISTED]
    return tuple(
        LargeBuilding(
            id=str(keys[i]),
            people=float(people[i]),
            why=_why(footprint[i], floors[i], assumed=bool(default[i])),
            unlikely=bool(
                floors[i] > UNLIKELY_STOREYS or np.nan_to_num(footprint[i]) > UNLIKELY_SQUARE_METRES
            ),
        )
        for i in order
        if people[i] > 0
    )


def _why(footprint: float, floors: float, *, assumed: bool) -> Text:
    if not (np.isfinite(footprint) and np.isfinite(floors)):
        return Text("its floor area", "按其建筑面积")
    said_en, said_zh = (", storeys assumed", "（层数为假定）") if assumed else ("", "")
    return Text(
        f"{footprint:,.0f} m2 x {floors:g} floors{said_en}",
        f"{footprint:,.0f} 平方米 × {floors:g} 层{said_zh}",
    )


def few_hold_a_third(people: Floats) -> int | None:
    """Return how many buildings hold a third of the people where they are few, else None.

    Examples
    --------
    >>> few_hold_a_third(np.array([500.0, *[10.0] * 50])), few_hold_a_third(np.full(60, 10.0))
    (1, None)
    """
    lived = np.sort(people[people > 0])[::-1]
    if not lived.size:
        return None
    count = int(np.searchsorted(np.cumsum(lived), lived.sum() / 3 - 1e-9)) + 1
    return count if count <= _FEW and count <= _FEW_SHARE * lived.size else None


def note_large(ledger: Ledger, largest: tuple[LargeBuilding, ...], third: int | None, count: int) -> None:
    """Note the largest buildings where one is unlikely or a few hold a large share."""
    unlikely = [each for each in largest if each.unlikely]
    if third is not None:
        what = Text(
            f"{third:,} of {count:,} buildings hold a third of the people",
            f"{count:,} 栋建筑中，{third:,} 栋住有三分之一的人口",
        )
        ledger.note(what, _named(largest), code="concentrated")
    if unlikely:
        what = Text(
            f"{len(unlikely):,} buildings with more than {UNLIKELY_STOREYS:g} floors or "
            f"{UNLIKELY_SQUARE_METRES:,.0f} m2 of ground",
            f"{len(unlikely):,} 栋建筑超过 {UNLIKELY_STOREYS:g} 层，"
            f"或基底超过 {UNLIKELY_SQUARE_METRES:,.0f} 平方米",
        )
        ledger.note(what, _named(tuple(unlikely)), code="outliers")


def _named(largest: tuple[LargeBuilding, ...]) -> Text:
    return Text(
        "Check the largest: " + "; ".join(f"{b.id} {b.people:,.0f} people ({b.why.en})" for b in largest),
        "请核对最大的建筑：" + "；".join(f"{b.id} {b.people:,.0f} 人（{b.why.zh}）" for b in largest),
    )
