"""What is handed out: lists of licences and parts, and a folder for machines without a network.

``python release.py licences FILE`` lists what is installed for lifecircle and under which licences,
``python release.py sbom FILE`` writes the same as a CycloneDX document, and
``python release.py bundle FOLDER`` the folder for a stick: wheels for Windows and Linux, pinned by hash, and
an installer for each.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent
REFUSED = ("AGPL", "AFFERO", "SSPL", "BUSL", "COMMONS CLAUSE")
"""Licences under which nothing may come along."""

PLATFORMS = {
    "windows": ["win_amd64"],
    "linux": ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"],
}
EXTRAS = ("elevation",)
"""What the bundle brings beside the default."""


# What is installed --------------------------------------------------------------------------------


def parts(name: str = "lifecircle", extras: tuple[str, ...] = ("elevation", "postgis")) -> list[Distribution]:
    """Return every installed distribution that one needs, itself included, by name."""
    found: dict[str, Distribution] = {}
    wanted = [(name, extras)]
    while wanted:
        one, asked = wanted.pop()
        try:
            here = distribution(one)
        except PackageNotFoundError:
            # Of another platform, or an extra that is not installed.
            continue
        key = normal(here.metadata["Name"])
        if key in found and not asked:
            continue
        found[key] = here
        wanted += [(need, ()) for need in needs(here, asked) if normal(need) not in found]
    return [found[key] for key in sorted(found)]


def needs(of: Distribution, extras: tuple[str, ...]) -> Iterator[str]:
    """Yield the names that a distribution asks for, by default or with some extras."""
    for line in of.requires or ():
        requirement, _, marker = line.partition(";")
        extra = re.search(r"""extra\s*==\s*['"]([\w.-]+)['"]""", marker)
        if extra and extra[1] not in extras:
            continue
        name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
        if name:
            yield name[0]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(of: Distribution) -> str:
    """Return the licence a distribution states: its expression, its classifiers, or its own words."""
    said = of.metadata.get("License-Expression")
    if said:
        return str(said)
    classes = [
        line.rpartition("::")[2].strip()
        for line in of.metadata.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if classes:
        return " / ".join(classes)
    words = str(of.metadata.get("License") or "").strip().splitlines()
    return words[0][:80] if words else "not stated"


def refused() -> list[str]:
    """Return what comes along under a licence that must not."""
    return [
        f"{each.metadata['Name']}: {licence(each)}"
        for each in parts()
        if any(word in licence(each).upper() for word in REFUSED)
    ]


def licences() -> str:
    """Return the list as Markdown."""
    rows = [f"| {each.metadata['Name']} | {each.version} | {licence(each)} |" for each in parts()]
    head = [
        "# Licences of what lifecircle is installed with",
        "",
        "Read from the metadata of the packages by `python release.py licences`.",
        "",
        "| package | version | licence |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def sbom() -> str:
    """Return what is installed as CycloneDX 1.6 (ECMA-424)."""
    components = [
        {
            "type": "library",
            "name": each.metadata["Name"],
            "version": each.version,
            "purl": f"pkg:pypi/{normal(each.metadata['Name'])}@{each.version}",
            "licenses": [{"license": {"name": licence(each)}}],
        }
        for each in parts()
    ]
    own = next((each for each in components if each["name"] == "lifecircle"), None)
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": {**(own or {}), "type": "application"}},
            "components": [each for each in components if each is not own],
        },
        indent=2,
    )


# A folder for machines without a network ------------------------------------------------------------


def bundle(folder: Path, python: str) -> Path:
    """Write wheels for both platforms, pins with hashes, installers and a page that says what to do."""
    with tempfile.TemporaryDirectory(dir=folder.parent if folder.parent.is_dir() else None) as scratch:
        made = Path(scratch) / "bundle"
        (made / "wheels").mkdir(parents=True)
        run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(made / "wheels"), str(ROOT))
        for platform, tags in PLATFORMS.items():
            pins = made / f"requirements-{platform}.txt"
            pin(pins, platform, python)
            fetch(pins, made / "wheels" / platform, tags, python)
        for name, text in installers(python).items():
            # Windows reads lines that end as its own do; a byte order mark would be a command to it.
            newline = "\r\n" if name.endswith((".bat", ".txt")) else "\n"
            (made / name).write_text(text, encoding="utf-8", newline=newline)
        (made / "install.sh").chmod(0o755)
        (made / "LICENCES.md").write_text(licences(), encoding="utf-8")
        (made / "sbom.json").write_text(sbom(), encoding="utf-8")
        shutil.copyfile(ROOT / "THIRD_PARTY_NOTICES.md", made / "THIRD_PARTY_NOTICES.md")
        (made / "SHA256SUMS").write_text(sums(made), encoding="utf-8", newline="\n")
        made.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        shutil.move(made, folder)
    return folder


def pin(pins: Path, platform: str, python: str) -> None:
    """Write what one platform needs, each with its hashes."""
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    run(
        "uv", "pip", "compile", "--quiet", "--python-platform", platform, "--python-version", python, *extras,
        "--no-emit-index-url", "--generate-hashes", "--no-annotate", "--no-header",
        "--constraint", str(ROOT / "constraints.txt"), "--output-file", str(pins),
        str(ROOT / "pyproject.toml"),
    )  # fmt: skip


def fetch(pins: Path, wheels: Path, tags: list[str], python: str) -> None:
    """Download the pinned wheels of one platform; what has no wheel there is an error."""
    platforms = [word for tag in tags for word in ("--platform", tag)]
    run(
        "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", *platforms,
        "--python-version", python, "--dest", str(wheels), "--requirement", str(pins),
    )  # fmt: skip


def run(tool: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", tool, *arguments], check=True)


def sums(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n"
        for file in files
    )


def installers(python: str) -> dict[str, str]:
    """Return the scripts that install without a network, and what is to be read first."""
    return {
        name: (ROOT / "packaging" / name).read_text("utf-8").replace("@PYTHON@", python)
        for name in ("install.bat", "install.sh", "说明.txt")
    }


def main() -> int:
    """Write one of the lists or the folder; refuse where a licence must not come along."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("licences", "sbom", "bundle"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--python", default="3.11", help="For which Python the bundle is.")
    chosen = parser.parse_args()
    bad = refused()
    if bad:
        sys.stderr.write("must not come along: " + "; ".join(bad) + "\n")
        return 1
    if chosen.what == "bundle":
        bundle(chosen.path.resolve(), chosen.python)
    else:
        chosen.path.write_text(licences() if chosen.what == "licences" else sbom(), encoding="utf-8")
    sys.stdout.write(f"{chosen.path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
