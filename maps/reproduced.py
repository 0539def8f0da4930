"""What came of making a run again: which files are the same, and what else is different, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.text import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduced:
    """A run made again, against its record.

    Attributes
    ----------
    run_id, made_run_id
        The short id then and now; they differ where version or standard do.
    same, different, missing
        Files by what became of their hash.
    versions
        Releases that differ, then and now.
    other_standard
        Whether the standard of the same name says something else now.
    stopped
        Whether the search of a plan was stopped by the clock: another machine gets farther, or less far.
    """

    language: Language
    run_id: str
    made_run_id: str
    same: tuple[str, ...]
    different: tuple[str, ...]
    missing: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]]
    other_standard: bool
    stopped: bool

    @property
    def whole(self) -> bool:
        """Whether every file came out as it was, to the last bit."""
        return not self.different and not self.missing


def verified_text(count: int) -> Text:
    """Return what is said of results in which so many files are as their record has them."""
    return Text(f": {count:,} files are as the run wrote them", f"：{count:,} 个文件均与运行时写出的一致")


def reproduced_text(made: Reproduced) -> str:
    """Return what came of it, a line a finding."""
    language = made.language
    total = len(made.same) + len(made.different) + len(made.missing)
    lines = [
        Text(
            f"run {made.run_id}: {len(made.same)} of {total} files came out the same, bit for bit",
            f"运行 {made.run_id}：{total} 个文件中 {len(made.same)} 个逐位相同",
        )
    ]
    lines += [Text(f"  {name}: different", f"  {name}：不同") for name in made.different]
    lines += [Text(f"  {name}: not written", f"  {name}：未生成") for name in made.missing]
    for name, (then, now) in made.versions.items():
        was, is_now = then or Text("none", "无").to(language), now or Text("none", "无").to(language)
        lines.append(Text(f"{name} was {was} and is {is_now} now", f"{name}：运行时为 {was}，现为 {is_now}"))
    if made.other_standard:
        lines.append(
            Text("the standard of this name says something else now", "同名标准的内容已与运行时不同")
        )
    if made.stopped:
        lines.append(
            Text(
                "the search was stopped by the clock: how far it gets depends on the machine",
                "求解因时限停止，所得结果与机器快慢有关",
            )
        )
    return "\n".join(line.to(language) for line in lines)
