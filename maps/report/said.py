"""What is said on the screen when a report was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.text import Text


def report_lines(*, filled_in: bool, older_plans: Sequence[str]) -> Iterator[Text]:
    """Yield what a reader of the report should know of what it was made of.

    Parameters
    ----------
    filled_in
        Whether the workbook was changed since the run.
    older_plans
        Names of plans that were made of other inputs than the run, and are left out.
    """
    if filled_in:
        yield Text(
            "assessment.xlsx was changed after the run: the report shows it as it stands, and says so",
            "assessment.xlsx 在运行后有修改：报告以现有内容为准，并在“方法与数据”中注明",
        )
    if older_plans:
        yield Text(
            f"Plans made of other inputs are left out: {', '.join(older_plans)}; ask them again with "
            "lifecircle site",
            f"以下选址方案所用的输入与本次运行不同，未列入：{'、'.join(older_plans)}；"
            "请用 lifecircle site 重新求解",
        )
