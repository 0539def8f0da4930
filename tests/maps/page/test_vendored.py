"""The third-party assets: pinned, checked, without an address to fetch them from."""

import hashlib
import json

import pytest

from tests.support.paths import ROOT

MAPS = ROOT / "maps"
LOCK = json.loads((MAPS / "package-lock.json").read_text(encoding="utf-8"))
WANTED = json.loads((MAPS / "vendored.json").read_text(encoding="utf-8"))


def test_every_package_has_an_integrity_hash_and_no_address() -> None:
    packages = {name: entry for name, entry in LOCK["packages"].items() if name}
    assert packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def test_versions_are_the_ones_checked() -> None:
    for name, entry in WANTED.items():
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == entry["version"]
        assert LOCK["packages"][f"node_modules/{name}"]["license"] == entry["licence"]


@pytest.mark.parametrize("package", WANTED)
def test_installed_files_are_the_ones_wanted(package: str) -> None:
    for file, sha256 in WANTED[package]["files"].items():
        installed = MAPS / "assets" / "vendor" / package / file.removeprefix("dist/")
        assert hashlib.sha256(installed.read_bytes()).hexdigest() == sha256
