"""One file that asks nobody for anything: scripts and styles go inside, a policy forbids the rest."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import folium
from branca.element import Element
from jinja2 import Template

ASSETS: Final = Path(__file__).parents[1] / "assets"
BUNDLED: Final = ("smol-toml", "uqr")
"""Packages that the page's own script is bundled with."""
PAGE_STYLES: Final = ("page", "question", "sheet", "trying", "place")

_MEDIA_TYPES: Final = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif"}
_URL: Final = re.compile(r"url\(\s*(['\"]?)(?!data:|#)([^'\")]+)\1\s*\)")
_SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_HEAD: Final = "<head>"


class MissingAssetsError(RuntimeError):
    """What the map carries inside it was not installed with the package."""


class InlineScript(Element):
    """A script that stands in the page itself."""

    _template = Template("<script>{{ this.code }}</script>")

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = script_text(code)


class InlineStyle(Element):
    """A style sheet that stands in the page itself."""

    _template = Template("<style>{{ this.code }}</style>")

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code.replace("</style", "<\\/style")


def script_text(code: str) -> str:
    r"""Return a script that cannot end its own element early, and asks for no source map.

    Examples
    --------
    >>> script_text('x = "</script>"')
    'x = "<\\/script>"'
    """
    return _SOURCE_MAP.sub("", code).replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def leaflet_script() -> str:
    """Return Leaflet, its licence, and its default pins as data instead of addresses."""
    folder = vendor_folder("leaflet")
    pins = {
        option: data_uri(folder / "images" / file)
        for option, file in (
            ("iconUrl", "marker-icon.png"),
            ("iconRetinaUrl", "marker-icon-2x.png"),
            ("shadowUrl", "marker-shadow.png"),
        )
    }
    options = ",".join(f'{option}:"{uri}"' for option, uri in pins.items())
    licence = (folder / "LICENSE").read_text(encoding="utf-8").replace("*/", "* /")
    code = (folder / "leaflet.js").read_text(encoding="utf-8")
    # Without imagePath Leaflet looks for its pins beside the style sheet, by a request.
    return f'/*\nLeaflet\n{licence}*/\n{code}\nL.Icon.Default.mergeOptions({{imagePath:"",{options}}});\n'


@cache
def leaflet_style() -> str:
    """Return Leaflet's style sheet with its pictures inside."""
    return inline_pictures(vendor_folder("leaflet") / "leaflet.css")


@cache
def page_script() -> str:
    """Return our own script, which the build made, with the licences of what it bundles."""
    script = (vendor_folder("page") / "page.js").read_text(encoding="utf-8")
    return script + "".join(_licence(package) for package in BUNDLED)


def _licence(package: str) -> str:
    text = (vendor_folder(package) / "LICENSE").read_text(encoding="utf-8").replace("*/", "* /")
    return f"\n/*\n{package}\n{text}*/\n"


@cache
def page_style_sheet() -> str:
    """Return our own style sheets, one after another."""
    return "\n".join((ASSETS / "page" / f"{name}.css").read_text(encoding="utf-8") for name in PAGE_STYLES)


def page_template(name: str) -> Template:
    """Return a template of the page."""
    return Template((ASSETS / "page" / f"{name}.html").read_text(encoding="utf-8"))


def vendor_folder(package: str) -> Path:
    """Return where a third-party package, or the page's own script, lies.

    Raises
    ------
    MissingAssetsError
        Where the project was copied instead of installed.
    """
    folder = ASSETS / "vendor" / package
    if not folder.is_dir():
        msg = f"{package} is missing from {folder}: install the project (pip install -e .), which brings it"
        raise MissingAssetsError(msg)
    return folder


def inline_pictures(style_sheet: Path) -> str:
    """Return a style sheet with every picture it names put inside as data."""
    text = style_sheet.read_text(encoding="utf-8")
    return _URL.sub(lambda found: f"url({data_uri(style_sheet.parent / found.group(2))})", text)


def data_uri(picture: Path) -> str:
    """Return a picture as an address that holds it."""
    data = base64.b64encode(picture.read_bytes()).decode("ascii")
    return f"data:{_MEDIA_TYPES[picture.suffix]};base64,{data}"


def seal(page: folium.Map, *, language_tag: str = "en") -> str:
    """Return a Folium map as one HTML document that can make no request.

    Parameters
    ----------
    language_tag
        The language of the page, by which browsers choose the forms of Chinese characters.

    Raises
    ------
    ValueError
        Where something on the map is loaded from elsewhere: a tile layer, or a plugin's script by its
        address. It would be missing from the page, and the page would not say so.
    """
    html = page.get_root().render()
    found = _Found()
    found.feed(html)
    found.close()
    if found.addresses:
        msg = "an offline map cannot load from elsewhere: " + ", ".join(sorted(set(found.addresses)))
        raise ValueError(msg)
    policy = content_policy(found.scripts)
    html = html.replace("<html>", f'<html lang="{language_tag}">', 1)
    return html.replace(_HEAD, f'{_HEAD}\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def content_policy(scripts: list[str]) -> str:
    """Return a content security policy that runs these scripts and loads nothing."""
    digests = (hashlib.sha256(script.encode("utf-8")).digest() for script in scripts)
    hashes = dict.fromkeys(base64.b64encode(digest).decode("ascii") for digest in digests)
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


class _Found(HTMLParser):
    """Collects what runs in a page and what it would load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        loads = values.get("src") or (values.get("href") if tag == "link" else None)
        if loads and not loads.startswith("data:"):
            self.addresses.append(loads)
        self._in_script = tag == "script" and values.get("type") in (None, "", "text/javascript", "module")
        if self._in_script:
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = False
