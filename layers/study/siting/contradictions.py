"""Fields of a siting question that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic_core import InitErrorDetails

from geo.text import Text
from layers.study.faults import fault_error

NOT_KEPT: Final[Mapping[str, Text]] = {
    "forbid": Text("both kept and forbidden", "同时被指定和排除"),
    "must_close": Text("both kept and closed", "同时要求保留和关闭"),
    "may_close": Text("both kept and open to being closed", "同时要求保留和允许关闭"),
}
"""Fields that name sites of which none may be kept, and what is wrong where one is."""


def contradictions(values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
    """Yield an error for every field that contradicts another, from the fields as they were given."""
    given = {name for name, value in values.items() if value is not None}
    aim = values.get("goal") or ("cover" if "cover" in given else "people")
    if "cover" in given and aim != "cover":
        what = Text("a share is used only with `goal = cover`", "只有 `goal = cover` 才使用覆盖比例")
        yield _contradiction("cover", what, _ONE_OF_TWO)
    limits = {"new", "budget", "phases", "phase_budgets", "move", "close", "must_close"}
    if aim != "cover" and not any(values.get(name) or values.get(name) == 0 for name in given & limits):
        what = Text("the number of new sites is not limited", "未限定新增点位的数量")
        fix = Text(
            "Add `new = 3` or `budget = 500000`, or ask for `cover = 0.95`",
            "请加 `new = 3`、`budget = 500000`，或用 `cover = 0.95`",
        )
        yield _contradiction("new", what, fix)
    if values.get("fair", "none") != "none" and aim != "people":
        what = Text("fairness is used only with `goal = people`", "公平选项只能与 `goal = people` 一起使用")
        yield _contradiction("fair", what, _ONE_OF_TWO)
    yield from _of_coverage(values, aim)
    yield from _of_parts(values)
    yield from _of_years(values, aim)
    for field, what in NOT_KEPT.items():
        both = sorted(_names(values.get("keep")) & _names(values.get(field)))
        if both:
            yield _contradiction("keep", what, Text("Choose one", "请二选一"), ", ".join(both))
    yield from _of_closing(values)


def _of_closing(values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
    """Sites that are closed by name have to fit the number that is closed."""
    numbers = [values.get(field) or 0 for field in ("close", "move")]
    if not all(isinstance(number, int) for number in numbers):
        return
    must, may, closed = _names(values.get("must_close")), _names(values.get("may_close")), sum(numbers)
    if values.get("close") is not None and len(must) > closed:
        what = Text(
            f"{len(must)} sites must be closed, and {closed} are closed or moved",
            f"列出 {len(must)} 个必须关闭的点位，而关闭和迁移合计 {closed} 个",
        )
        yield _contradiction(
            "must_close", what, Text("Raise `close`, or leave it out", "请增大或去掉 `close`")
        )
    if may and not max(closed, len(must)):
        what = Text("how many of them are closed is not said", "没有说明关闭其中几个")
        yield _contradiction("may_close", what, Text("Add `close = 1`", "请加 `close = 1`"))
    if must & may:
        what = Text("both sites that may be closed and that must be", "同时列为可以关闭和必须关闭")
        yield _contradiction("may_close", what, _ONE_OF_TWO, ", ".join(sorted(must & may)))


def _of_coverage(values: Mapping[str, Any], aim: str) -> Iterator[InitErrorDetails]:
    """Rules of coverage with goals that do not count it, and rules that the engine cannot weigh together."""
    covers, copies = aim in ("people", "cover"), values.get("copies", 1) not in (1, "1")
    decays = values.get("decay", "none") != "none"
    rooms = values.get("capacity", "shown") == "limits"
    if copies and not covers:
        what = Text(
            "a backup is counted only with `goal = people` or `goal = cover`",
            "备份覆盖只能与 `goal = people` 或 `goal = cover` 一起使用",
        )
        yield _contradiction("copies", what, _ONE_OF_TWO)
    if decays and aim != "people":
        what = Text("decay is counted only with `goal = people`", "距离衰减只能与 `goal = people` 一起使用")
        yield _contradiction("decay", what, _ONE_OF_TWO)
    for field, wrong in (("decay", decays), ("capacity", rooms)):
        if copies and wrong:
            what = Text(f"cannot go with `{field}`", f"不能与 `{field}` 同时使用")
            yield _contradiction("copies", what, _ONE_OF_TWO)
    if values.get("competitors") and not covers:
        what = Text(
            "competitors count only with `goal = people` or `goal = cover`",
            "竞争设施只能与 `goal = people` 或 `goal = cover` 一起使用",
        )
        yield _contradiction("competitors", what, _ONE_OF_TWO)


def _of_parts(values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
    """Fairness among parts of the study and among cases are two goals; floors go with either."""
    if values.get("robust") == "worst" and values.get("fair", "none") != "none":
        what = Text("the worst case cannot go with `fair`", "最不利情景不能与 `fair` 同时使用")
        yield _contradiction("robust", what, _ONE_OF_TWO)
    if values.get("robust") == "worst" and values.get("goal") == "minutes":
        what = Text(
            "the worst case counts people, not the minutes they walk",
            "最不利情景按覆盖人口计，不能与 `goal = minutes` 一起使用",
        )
        yield _contradiction("robust", what, _ONE_OF_TWO)
    weighs = values.get("robust") != "worst" and values.get("goal") != "worst"
    if values.get("case_weights") and not weighs:
        what = Text(
            "cases are weighed only in a sum over them; the worst case and the longest way have no weights",
            "情景权重仅用于各情景求和；最不利情景与最远者不计权重",
        )
        yield _contradiction("case_weights", what, _ONE_OF_TWO)
    several = len(_names(values.get("cases"))) > 1
    for field, asked in (
        ("robust", values.get("robust") == "worst"),
        ("case_weights", values.get("case_weights")),
    ):
        if asked and not several:
            what = Text("there is only one case to plan for", "只有一种情景，无从比较")
            fix = Text(
                "Name two or more in `cases`, or leave this out",
                "请在 `cases` 中列出两种以上情景，或去掉此项",
            )
            yield _contradiction(field, what, fix)
    if values.get("category") and values.get("categories"):
        what = Text("both one category and several", "同时给出了单个类别和多个类别")
        yield _contradiction("categories", what, _ONE_OF_TWO)


def _of_years(values: Mapping[str, Any], aim: str) -> Iterator[InitErrorDetails]:
    """Phases stand in place of a number and a budget, and of the same years."""
    phases, budgets = values.get("phases") or (), values.get("phase_budgets") or ()
    for field, given, whole in (("phases", phases, "new"), ("phase_budgets", budgets, "budget")):
        if given and values.get(whole) is not None:
            what = Text(f"stands in place of `{whole}`", f"与 `{whole}` 只能二选一")
            yield _contradiction(field, what, _ONE_OF_TWO)
    if phases and budgets and len(phases) != len(budgets):
        what = Text("not of as many years as `phase_budgets`", "年数与 `phase_budgets` 不一致")
        yield _contradiction("phases", what, Text("Give a number for each year", "请为每一年各填一个数"))
    if (phases or budgets) and aim == "cover":
        what = Text(
            "years are planned for a number or a budget, not for a share",
            "分期规划针对数量或预算，不针对覆盖比例",
        )
        yield _contradiction("phases" if phases else "phase_budgets", what, _ONE_OF_TWO)
    if (phases or budgets) and any(values.get(field) for field in ("move", "close", "must_close")):
        what = Text("sites are closed and moved without years", "关闭和迁移不能与分期同时使用")
        yield _contradiction("phases" if phases else "phase_budgets", what, _ONE_OF_TWO)


_ONE_OF_TWO = Text("Leave out one of the two", "请去掉其中一项")


def _names(value: object) -> set[str]:
    return {name for name in value if isinstance(name, str)} if isinstance(value, list | tuple) else set()


def _contradiction(field: str, what: Text, fix: Text, value: str = "") -> InitErrorDetails:
    return InitErrorDetails(type=fault_error(what, fix), loc=(field,), input=value)
