"""What was assumed, mended and left out when lines were joined, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geo.lines.noding import GAP_METRES
from geo.text import Text
from layers.study.sources import Streets


def notes_of(counts: Mapping[str, int], streets: Streets) -> tuple[Text, ...]:
    """Return a sentence for each count that is not zero, and for the columns that are not there."""
    metres = f"{streets.tolerance_metres:g}"
    sentences: dict[str, Callable[[str], Text]] = {
        "empty": lambda n: Text(f"{n} rows without a line are left out", f"{n} 行没有线，已略去"),
        "broken": lambda n: Text(
            f"{n} rows with coordinates that are no numbers or not on the globe are left out",
            f"{n} 行坐标无效，已略去",
        ),
        "not_lines": lambda n: Text(f"{n} points or areas are left out", f"{n} 个点或面已略去"),
        "without_length": lambda n: Text(f"{n} lines without length are left out", f"{n} 条零长度线已略去"),
        "duplicates": lambda n: Text(f"{n} lines come twice and count once", f"{n} 条重复线只计一次"),
        "ends_moved": lambda n: Text(
            f"{n} ends within {metres} m of another were joined to it",
            f"{n} 个端点距另一端点不超过 {metres} 米，已连接",
        ),
        "ends_on_lines": lambda n: Text(
            f"{n} ends within {metres} m of a line were joined to it",
            f"{n} 个端点距一条线不超过 {metres} 米，已连接",
        ),
        "crossings_joined": lambda n: Text(
            f"{n} crossings without a common vertex are taken for junctions",
            f"{n} 处无公共顶点的交叉按路口处理",
        ),
        "crossings_not_joined": lambda n: Text(
            f'{n} crossings without a common vertex are not joined (crossings = "ends")',
            f"{n} 处无公共顶点的交叉未连接（仅在端点连接）",
        ),
        "crossings_apart": lambda n: Text(
            f"{n} crossings pass above or below and are not joined", f"{n} 处交叉为上跨或下穿，未连接"
        ),
        "leveled_by_name": lambda n: Text(
            f"{n} lines are taken for bridges or tunnels by their name", f"{n} 条线按名称视为桥梁或隧道"
        ),
        "gaps": lambda n: Text(
            f"{n} ends stop {metres} to {GAP_METRES:g} m short of another line and do not meet it: "
            "mend the layer or raise tolerance_metres",
            f"{n} 个端点距另一条线 {metres} 至 {GAP_METRES:g} 米，未与之连接：请修改图层或增大连接容差",
        ),
    }
    said = [make(f"{counts[name]:,}") for name, make in sentences.items() if counts.get(name)]
    return (*said, *_unsaid(counts, streets))


def _unsaid(counts: Mapping[str, int], streets: Streets) -> tuple[Text, ...]:
    """Return what is taken for granted because no column says it."""
    found = []
    if counts.get("without_class"):
        found.append(
            Text(
                f"{counts['without_class']:,} lines name no class and are taken as {streets.default_class}",
                f"{counts['without_class']:,} 条线未注明等级，按默认等级处理",
            )
        )
    if not counts.get("column_oneway"):
        found.append(
            Text("no column says which streets are one-way: none is", "没有单行列：全部按双向通行处理")
        )
    if not counts.get("column_foot"):
        found.append(
            Text(
                "no column says where people may walk: the class of a street decides",
                "没有步行通行列：按道路等级判断能否步行",
            )
        )
    if not any(counts.get(f"column_{role}") for role in ("bridge", "tunnel", "level")):
        found.append(
            Text(
                "no column says what is a bridge or a tunnel: lines that cross are taken to meet, "
                "those of motorways and expressways not",
                "没有桥梁或隧道列：交叉按相交处理，高速公路与快速路的交叉除外",
            )
        )
    return tuple(found)
