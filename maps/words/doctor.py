"""What a diagnosis of coordinates says in words: the verdict, and a table of the evidence."""

from __future__ import annotations

from geo.text import Language, Text
from layers.doctor.doctor import Diagnosis

_COLUMNS = {
    "hypothesis": Text("hypothesis", "假设"),
    "declare": Text("declare crs as", "应声明为"),
    "street_metres": Text("median m to streets", "距道路中位数（米）"),
    "boundary_metres": Text("median m to boundaries", "距边界中位数（米）"),
    "evidence": Text("evidence", "证据"),
}
_MOST_ROWS = 8


def diagnosis_text(diagnosis: Diagnosis, language: Language) -> str:
    """Return the verdict and the likeliest hypotheses with their evidence as text."""
    table = diagnosis.table()[list(_COLUMNS)].head(_MOST_ROWS)
    table = table.rename(columns={key: title.to(language) for key, title in _COLUMNS.items()})
    rows = table.to_string(index=False, na_rep="-", float_format=lambda value: f"{value:,.1f}")
    count = Text(f"{diagnosis.points:,} places looked at", f"共检查 {diagnosis.points:,} 处").to(language)
    return "\n\n".join([diagnosis.to(language), count, rows])
