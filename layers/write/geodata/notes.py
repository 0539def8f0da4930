"""What QGIS reads of a layer beside its rows: its metadata, and the words for its columns."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from geo.text import Language
from layers.write.geodata.features import FeatureTable, FileNotes

QGIS_VERSION: Final = "3.22"
_LANGUAGES: Final = {"zh": "ZHO", "en": "ENG"}


NO_STYLE: Final = f'<qgis version="{QGIS_VERSION}" styleCategories="Fields" />'
"""A style that draws nothing, for tables whose columns have words all the same."""


def with_aliases(qml: str, table: FeatureTable, language: Language) -> str:
    """Return a style with the words for the columns; releases before 3.28 read them nowhere else."""
    root = ET.fromstring(qml)
    aliases = ET.SubElement(root, "aliases")
    for number, field in enumerate(table.fields):
        ET.SubElement(aliases, "alias", index=str(number), field=field.key, name=field.alias(language))
    return ET.tostring(root, encoding="unicode")


def qgis_metadata(table: FeatureTable, notes: FileNotes, language: Language) -> str:
    """Return the metadata of a layer as QGIS keeps them (http://mrcc.com/qgis.dtd)."""
    root = ET.Element("qgis", version=QGIS_VERSION)
    name = table.name.to(language)
    said = {
        "identifier": table.key,
        "parentidentifier": str(notes.facts.get("run_id", "")),
        "language": _LANGUAGES[language],
        "type": "dataset",
        "title": f"{notes.title} · {name}",
        "abstract": f"{table.about.to(language)}\n{notes.abstract}",
    }
    for tag, text in said.items():
        ET.SubElement(root, tag).text = text
    for right in notes.rights:
        ET.SubElement(root, "rights").text = right
    dates = ET.SubElement(root, "dates")
    ET.SubElement(dates, "date", type="Created", value=f"{notes.made_on}T12:00:00Z")
    return ET.tostring(root, encoding="unicode")
