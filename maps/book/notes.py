"""How the measures of accessibility were made, as notes of the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.assessment.access import AccessSettings, without_capacity
from geo.assessment.assess import CaseAssessment, Ground
from geo.text import Text
from layers.accessibility import _silent, access_asked
from layers.study.model import Study
from layers.study.tables import Accessibility


def access_notes(
    study: Study, ground: Ground, found: Sequence[CaseAssessment]
) -> Iterator[tuple[Text, Text]]:
    """Yield how the measures were made, and what was left out of them."""
    asked = access_asked(study, ground)
    if asked is None or study.accessibility is None:
        return
    yield Text("Accessibility", "可达性指标"), _method(study.accessibility, asked)
    silent = without_capacity(ground, [one.usable for one in found])
    left = [category for category in asked.categories if category in silent]
    if left and any(asked.needs_capacity(measure) for measure in asked.measures):
        names = [_silent(ground, category, silent) for category in left]
        yield (
            Text("No capacity", "缺少容量"),
            Text(
                "Supply cannot be shared out where capacity is missing, so these have no such measure: "
                + "; ".join(name.en for name in names),
                "缺少容量的设施无法计算供需比，以下类别不计算该指标：" + "；".join(name.zh for name in names),
            ),
        )


def _method(given: Accessibility, asked: AccessSettings) -> Text:
    width = given.decay_minutes or asked.minutes / 3
    decay = {
        "gaussian": Text(f"Gaussian, s = {width:g} min", f"高斯，s = {width:g} 分钟"),
        "exponential": Text(f"halving every {width:g} min", f"每 {width:g} 分钟减半"),
        "power": Text(f"t^-{given.power:g}", f"t^-{given.power:g}"),
    }[given.decay]
    zones = ", ".join(f"{limit:g} min {weight:g}" for limit, weight in asked.zones.items())
    stretches = "、".join(f"{limit:g} 分钟 {weight:g}" for limit, weight in asked.zones.items())
    return Text(
        f"Catchment {asked.minutes:g} minutes; k = {asked.k}; gravity {decay.en} (Hansen 1959), cut at the "
        f"catchment; E2SFCA zones {zones} (Luo and Qi 2009); 2SFCA (Luo and Wang 2003); Gaussian 2SFCA (Dai "
        "2010). Supply per person counts the people of the case alone",
        f"服务半径 {asked.minutes:g} 分钟；k = {asked.k}；重力模型衰减：{decay.zh}(Hansen 1959)，"
        f"超出半径不计；E2SFCA 分段权重：{stretches}(Luo 和 Qi 2009)；2SFCA(Luo 和 Wang 2003)；"
        "高斯 2SFCA(Dai 2010)。人均供给仅计该情景的人口",
    )
