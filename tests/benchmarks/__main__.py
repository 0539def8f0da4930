"""Run every benchmark that its input is there for: ``python -m tests.benchmarks``.

Extracts and published instances lie beside the project in ``../shared/data``; other extracts can be
given to the single scripts.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data"


def main() -> None:
    """Run the scripts one after the other, each in a process of its own."""
    porto = DATA / "porto" / "porto_portugal.osm.pbf"
    scripts: list[tuple[str, list[str], Path]] = [
        ("bench_reach", [str(porto)], porto),
        ("bench_china", [], ROOT),
        ("bench_assessment", [], DATA / "shanghai"),
        ("bench_orlib", [str(DATA / "orlib")], DATA / "orlib"),
        ("bench_siting", [str(porto)], porto),
        ("bench_siting_dense", [], ROOT),
        ("bench_what_if", [str(porto)], porto),
    ]
    if find_spec("valhalla"):
        scripts.append(("bench_valhalla", [str(porto)], porto))
    for name, arguments, needed in scripts:
        print(f"\n# {name}\n", flush=True)
        if not needed.exists():
            print(f"skipped: {needed} is not there")
            continue
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *arguments], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
