"""What npm installs, assets and tools: pinned, checked, without an address to fetch it from."""

import hashlib
import json

import pytest

from tests.support.paths import ROOT

MAPS = ROOT / "maps"
PACKAGE = json.loads((MAPS / "package.json").read_text(encoding="utf-8"))
LOCK = json.loads((MAPS / "package-lock.json").read_text(encoding="utf-8"))
WANTED = json.loads((MAPS / "vendored.json").read_text(encoding="utf-8"))
BUNDLED = ("smol-toml", "uqr")


def test_every_package_has_an_integrity_hash_and_no_address() -> None:
    packages = {name: entry for name, entry in LOCK["packages"].items() if name}
    assert packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def test_what_is_asked_for_is_one_version_each() -> None:
    asked = {**PACKAGE["dependencies"], **PACKAGE["devDependencies"]}
    for name, version in asked.items():
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version


def test_a_build_installs_what_it_needs_and_no_more() -> None:
    needed = {name for name, entry in LOCK["packages"].items() if name and not entry.get("dev")}
    others = {name for name in needed if "/@esbuild/" not in name}
    bundled = {f"node_modules/{name}" for name in BUNDLED}
    assert others == {"node_modules/leaflet", "node_modules/esbuild"} | bundled
    # One for each system: that of whoever builds is taken.
    assert {"node_modules/@esbuild/linux-x64", "node_modules/@esbuild/darwin-arm64"} <= needed - others


def test_versions_are_the_ones_checked() -> None:
    for name, entry in WANTED.items():
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == entry["version"]
        assert LOCK["packages"][f"node_modules/{name}"]["license"] == entry["licence"]


@pytest.mark.parametrize("package", WANTED)
def test_installed_files_are_the_ones_wanted(package: str) -> None:
    for file, sha256 in WANTED[package]["files"].items():
        installed = MAPS / "assets" / "vendor" / package / file.removeprefix("dist/")
        assert hashlib.sha256(installed.read_bytes()).hexdigest() == sha256
