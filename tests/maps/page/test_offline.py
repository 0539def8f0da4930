import base64
import hashlib
import re
from dataclasses import replace

import folium
import folium.plugins
import pytest

from maps.page import offline
from maps.page.web_map import MapContent, build_map, render_map


@pytest.fixture
def html(content: MapContent) -> str:
    return render_map(content)


def scripts_of(html: str) -> list[str]:
    return list(re.findall(r"<script>(.*?)</script>", html, re.DOTALL))


def test_page_names_no_address_that_would_be_loaded(html: str) -> None:
    markup = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"""(src|href)\s*=\s*["']?(?!data:)[a-z]+:""", markup)
    assert not re.search(r"""url\(\s*["']?(?!data:|#)""", markup)
    assert "@import" not in html


def test_policy_lets_run_what_the_page_holds_and_nothing_else(html: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    allowed = set(re.findall(r"'sha256-([^']+)'", policy.group(1)))
    held = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts_of(html)}
    assert allowed == held
    assert "unsafe-inline" not in policy.group(1).split("style-src")[0]
    assert policy.group(1).startswith("default-src 'none'")
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_users_words_stand_in_no_script_and_no_markup(html: str) -> None:
    ours = html.replace(offline.script_text(offline.leaflet_script()), "").replace(offline.page_script(), "")
    for word in ("onerror=", "onload=", "7*7", "window.hacked", "<i>Long</i>"):
        assert word not in ours.replace("&#34;", "&quot;").replace(escaped_title(), "")


def escaped_title() -> str:
    return "Two cells &lt;/script&gt;&lt;script&gt;window.hacked=1&lt;/script&gt;&quot; onload=&quot;x"


def test_title_is_escaped_where_browsers_show_it(html: str) -> None:
    assert f"<title>{escaped_title()}</title>" in html


def test_same_content_gives_the_same_page(content: MapContent) -> None:
    assert render_map(content) == render_map(content)


def test_language_of_the_page_is_said(content: MapContent) -> None:
    assert '<html lang="en">' in render_map(content)
    assert '<html lang="zh-CN">' in render_map(replace(content, language="zh"))


def test_licence_of_leaflet_goes_with_it(html: str) -> None:
    assert "BSD 2-Clause License" in html
    assert "Copyright (c) 2010-2023, Volodymyr Agafonkin" in html


def test_default_pins_are_inside(html: str) -> None:
    assert "L.Icon.Default.mergeOptions" in html
    assert "marker-icon.png" not in html.split("L.Icon.Default.mergeOptions")[1]


def test_folium_keeps_its_own_addresses(content: MapContent) -> None:
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    build_map(content)
    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert "leaflet" in dict(folium.Map.default_js)


def test_folium_layers_can_be_added(content: MapContent) -> None:
    page = build_map(content)
    folium.CircleMarker([60.17, 24.94]).add_to(page)
    assert "L.circleMarker" in offline.seal(page)


def test_a_layer_that_loads_from_elsewhere_is_refused(content: MapContent) -> None:
    page = build_map(content)
    folium.plugins.MarkerCluster().add_to(page)
    with pytest.raises(ValueError, match="cannot load from elsewhere: https"):
        offline.seal(page)


def test_sheet_is_the_same_page_opened_on_paper(content, data_of, unpack) -> None:  # type: ignore[no-untyped-def]
    document, _ = unpack(data_of(render_map(content, view="sheet")))
    assert document["view"] == "sheet"
    assert document["sheet"] == {
        "size": "A3",
        "unit": "Office & Co",
        "date": "2026-11-21",
        "review": "GS(2026)1",
        "run": "",
    }


def test_a_script_cannot_end_its_element() -> None:
    assert "</script" not in offline.script_text("a='</script>';b='<!--'").lower()
    assert "<!--" not in offline.script_text("b='<!--'")


def test_missing_assets_say_what_to_do() -> None:
    with pytest.raises(offline.MissingAssetsError, match="install the project"):
        offline.vendor_folder("nothing-of-this-name")


def test_every_word_of_the_page_is_in_both_languages() -> None:
    from maps.wording import WORDS

    used = set(re.findall(r"word\(\"(\w+)\"", offline.page_script()))
    assert len(used) > 30
    # The form of a siting question asks for its own words without the part that all of them begin with.
    assert {each for each in used if f"question_{each}" not in WORDS} <= set(WORDS)
    for key, text in WORDS.items():
        assert text.en, key
        assert re.search("[一-鿿]", text.zh) or key == "language", key
        assert set(re.findall(r"{\w+}", text.en)) <= set(re.findall(r"{\w+}", text.zh)) | {"{hour}"}, key
