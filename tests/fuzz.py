"""Damaged inputs of every format by the thousand: each must end in a sentence, quickly and in little memory.

``python -m tests.fuzz --count 2000 --seed 1`` damages good files (bits, ends, cells, encodings, names) and
runs `check`, `run`, `site` or a POST on each in a process of its own. It prints what ended in a traceback, a
bare errno, by a signal, after more than 30 seconds or above 2 GB, and ends with 1 if there was any. The
damage of number ``n`` of a seed is always the same: ``--only n`` repeats one.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import geopandas as gpd
import osmium
import pandas as pd
import shapely

from tests.support.town import PEOPLE, STATIONS, STUDY, place, streets, write_town

MOST_SECONDS = 30
MOST_BYTES = 2 << 30
_BARE = re.compile(r"\[Errno \d+\]|Traceback \(most recent|panicked at|Segmentation|<class '")
_VALUES = (
    "", " ", "0", "-1", "1e999", "-1e-999", "nan", "inf", "NULL", "#N/A", "=1+1", "=HYPERLINK(1)", "是", "否",
    "1,2,3", "1.2.3", "９９", "12万人", "\x00", "\x1b[31m", "\u202e", "\ufeff", "\U0001f600", "<b>", "{{x}}",
    "a" * 40_000, " " * 40_000, "9" * 400, "2026-02-30", "24/7", "周一至周日 25:00", "121.4", "90.5", "-181",
    "POINT EMPTY", "%s%n", "../../etc", "\r\n", "'; --", "\ud7ff", "1900-00-00", "0x10", "١٢٣",
)  # fmt: skip
_NAMES = (
    "数据 表",
    "a b",
    "line\nbreak",
    "quote'\"",
    "percent%20",
    "émile",
    "x" * 150,
    "-dash",
    "#hash",
    "半角（1）",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one damaged input ended."""

    number: int
    what: str
    code: int
    seconds: float
    megabytes: int
    said: str

    @property
    def fault(self) -> str:
        """What is wrong with the way it ended; empty where nothing is."""
        if self.code < 0:
            return f"ended by signal {-self.code}"
        if self.seconds > MOST_SECONDS:
            return f"{self.seconds:.0f} s"
        if self.megabytes << 20 > MOST_BYTES:
            return f"{self.megabytes} MB"
        found = _BARE.search(self.said)
        if found:
            return f"says {found[0]!r}"
        if self.code not in (0, 1, 2):
            return f"code {self.code}"
        return "" if self.code == 0 or self.said.strip() else "silent"


def good_files() -> dict[str, bytes]:
    """The people of the town in every format, and its streets in three."""
    rows = pd.read_csv(io.StringIO(PEOPLE))
    rows = pd.concat([rows.assign(id=rows["id"] + str(n)) for n in range(8)], ignore_index=True)
    rows["备注"], rows["营业时间"] = "无", "周一至周五 9:00-17:00"
    frame = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=4326)
    lines = [
        shapely.LineString([place(*start), place(*end)])
        for k in range(4)
        for start, end in (((-20, k * 100), (320, k * 100)), ((k * 100, -20), (k * 100, 320)))
    ]
    roads = gpd.GeoDataFrame({"name": ["路"] * 8, "等级": ["支路"] * 8}, geometry=lines, crs=4326)
    found: dict[str, bytes] = {"people.csv": rows.to_csv(index=False).encode()}
    for encoding in ("gb18030", "utf-16", "big5", "utf-8-sig"):
        found[f"people.{encoding}.csv"] = rows.to_csv(index=False).encode(encoding, errors="replace")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows.to_excel(folder / "people.xlsx", index=False)
        found["people.xlsx"] = (folder / "people.xlsx").read_bytes()
        _write_ods(folder / "people.ods", rows)
        found["people.ods"] = (folder / "people.ods").read_bytes()
        for suffix in ("geojson", "gpkg"):
            for stem, layer in (("people", frame), ("roads", roads)):
                layer.to_file(folder / f"{stem}.{suffix}")
                found[f"{stem}.{suffix}"] = (folder / f"{stem}.{suffix}").read_bytes()
        for stem, layer in (("people", frame), ("roads", roads)):
            # Names of more than ten bytes do not fit a Shapefile.
            layer.rename(columns={"营业时间": "时间"}).to_file(folder / f"{stem}.shp", encoding="utf-8")
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(folder.glob(f"{stem}.*")):
                    if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                        archive.write(part, part.name)
            found[f"{stem}.zip"] = packed.getvalue()
            found[f"{stem}.shp"] = (folder / f"{stem}.shp").read_bytes()
        found["town.osm"] = streets().encode()
        (folder / "town.osm").write_bytes(found["town.osm"])
        with osmium.SimpleWriter(str(folder / "town.osm.pbf")) as writer:
            for thing in osmium.FileProcessor(str(folder / "town.osm")):
                writer.add(thing)
        found["town.osm.pbf"] = (folder / "town.osm.pbf").read_bytes()
    found["people.xls"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
    found["study.toml"] = STUDY.encode()
    found["site.toml"] = (
        b'[[site]]\nname = "q"\nnew = 1\nminutes = 10\ncategory = "station"\ngoal = "cover"\n'
    )
    found["post.json"] = b'{"new": 1, "minutes": 10, "category": "station", "goal": "cover", "forbid": ["a"]}'
    return found


def _write_ods(path: Path, rows: pd.DataFrame) -> None:
    """Write a small OpenDocument sheet by hand: no library of the project does."""
    cells = [list(rows.columns), *rows.astype(str).to_numpy().tolist()]
    table = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in cells
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="人口">{table}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)


def _bits(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 3, 20, 200))):
        if damaged:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _spliced(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data) + 1), chance.choice((1, 4, 64, 4096))
    return data[:at] + chance.randbytes(length) + data[at + chance.choice((0, length)) :]


def _odd_cell(data: bytes, chance: random.Random) -> bytes:
    """Put an odd value where a word or a number stands; text formats alone stay readable."""
    places = list(re.finditer(rb"[A-Za-z]{3,}|[-]?\d+\.?\d*|\"[^\"\n]*\"", data))
    damaged = data
    for found in sorted(
        chance.sample(places, min(len(places), chance.choice((1, 2, 8)))), key=lambda m: -m.start()
    ):
        value = chance.choice(_VALUES).encode("utf-8", "surrogatepass")
        damaged = damaged[: found.start()] + value + damaged[found.end() :]
    return damaged


def _repeated(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[:at] + [lines[at]] * chance.choice((2, 50, 3000)) + lines[at:])


def _in_archive(data: bytes, chance: random.Random) -> bytes:
    """Damage one member of a workbook or a zip, and pack it again."""
    packed = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as before,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
        ):
            names = before.namelist()
            chosen = chance.choice(names)
            for name in names:
                inner = before.read(name)
                if name == chosen:
                    inner = chance.choice((_bits, _cut, _spliced, _odd_cell, _repeated))(inner, chance)
                after.writestr(name, inner)
    except (zipfile.BadZipFile, OSError):
        return _bits(data, chance)
    return packed.getvalue()


Damage = Callable[[bytes, random.Random], bytes]
_TEXT: tuple[Damage, ...] = (_odd_cell, _odd_cell, _odd_cell, _bits, _cut, _spliced, _repeated)
_BINARY: tuple[Damage, ...] = (_bits, _bits, _cut, _spliced)
_ARCHIVE: tuple[Damage, ...] = (_in_archive, _in_archive, _in_archive, _bits, _cut)


def damaged_study(number: int, seed: int, good: dict[str, bytes], folder: Path) -> str:
    """Write a study with one damaged input, and return what was damaged."""
    chance = random.Random(f"{seed}/{number}")
    name = chance.choice(sorted(good))
    data = good[name]
    suffix = "".join(Path(name).suffixes[-2:] if name.endswith(".osm.pbf") else Path(name).suffixes[-1:])
    ways = _ARCHIVE if suffix in (".xlsx", ".ods", ".zip") else _TEXT if suffix in (
        ".csv", ".geojson", ".osm", ".toml", ".json"
    ) else _BINARY  # fmt: skip
    way = chance.choice(ways)
    trick = chance.random()
    said = f"{name} {way.__name__}"
    content: bytes | None = way(data, chance)
    if trick < 0.04:
        content, said = b"", f"{name} empty"
    elif trick < 0.07:
        content, said = None, f"{name} a folder"
    elif trick < 0.13:
        suffix = chance.choice(
            (".csv", ".xlsx", ".xls", ".ods", ".geojson", ".gpkg", ".shp", ".zip", ".osm.pbf", "")
        )
        content, said = chance.choice((data, content)), f"{said} as {suffix}"
    stem = chance.choice(_NAMES) if chance.random() < 0.15 else "input"
    target = f"{stem}{suffix}"
    quoted = json.dumps(target)
    study = f"language = {chance.choice((chr(34) + 'zh' + chr(34), chr(34) + 'en' + chr(34)))}\n" + STUDY
    if name.startswith("roads"):
        study = study.replace(
            'extract = "town.osm"', f'lines = {quoted}\ncrs = "EPSG:4326"\nlicence = "o"\nattribution = "u"'
        )
    elif name.startswith("town"):
        study = study.replace('"town.osm"', quoted)
    elif name == "study.toml":
        study = ""
    elif name in ("site.toml", "post.json"):
        content = content or b""
    else:
        study = study.replace('"people.csv"', quoted)
    files: dict[str, str | bytes] = {"stations.csv": STATIONS}
    write_town(folder, study=study, files=files)
    if name == "site.toml":
        with (folder / "study.toml").open("ab") as file:
            file.write(b"\n" + (content or b""))
        return said
    if name == "post.json":
        (folder / "body.json").write_bytes(content or b"")
        return said
    if name == "study.toml":
        target = "study.toml"
    if content is None:
        shutil.rmtree(folder / target, ignore_errors=True)
        (folder / target).unlink(missing_ok=True)
        (folder / target).mkdir()
    else:
        (folder / target).write_bytes(content)
    return said


def run_one(number: int, seed: int, good: dict[str, bytes], *, keep: Path | None = None) -> Outcome:
    """Damage one input and run the program on it in a child of this process."""
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{number}-"))
    try:
        study = folder / "s"
        what = damaged_study(number, seed, good, study)
        command = "run" if number % 5 == 0 else "check"
        command = {"site.toml": "site", "post.json": "post"}.get(what.split(" ")[0], command)
        told = folder / "said.txt"
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            words = [command, str(study), *(["--question", "q"] if command == "site" else [])]
            _child(words, told)
        code, most = _waited(child, started)
        said = told.read_text("utf-8", "replace") if told.exists() else ""
        outcome = Outcome(number, f"{command} {what}", code, time.monotonic() - started, most, said)
        if keep is not None and outcome.fault:
            shutil.copytree(folder, keep / str(number), dirs_exist_ok=True)
        return outcome
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _child(words: list[str], told: Path) -> None:
    """Be the program, with both its streams in a file; never returns."""
    os.setsid()
    with told.open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    faulthandler.disable()
    code: object = 70
    try:
        if words[0] == "post":
            _post(Path(words[1]))
        from api.cli.main import main

        main(words)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 71)


def _post(study: Path) -> NoReturn:
    """Send a body to the served study; a server's own error is none of its answers."""
    from starlette.testclient import TestClient

    from api.http.app import create_app
    from api.run import run_study
    from api.settings import Settings

    body = (study / "body.json").read_bytes()
    with TestClient(create_app(Settings(study=study), run_study(study))) as client:
        answer = client.post("/site", content=body, headers={"content-type": "application/json"})
    print(answer.status_code, answer.text[:2000])
    sys.exit(70 if answer.status_code >= 500 else 0 if answer.status_code < 300 else 2)


def _waited(child: int, started: float) -> tuple[int, int]:
    """Wait for a child, at most a little beyond the limit; return its code and its most megabytes."""
    while True:
        pid, status, used = os.wait4(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), used.ru_maxrss >> 10
        if time.monotonic() - started > MOST_SECONDS + 5:
            os.killpg(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            return os.waitstatus_to_exitcode(status), used.ru_maxrss >> 10
        time.sleep(0.02)


def _prepare() -> None:
    """Import what the program needs once, so that children start at once."""
    import api.check
    import api.cli.main
    import api.outputs
    import api.run  # noqa: F401

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Run the fuzz; return 1 where any input ended badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int, default=None)
    parser.add_argument("--keep", type=Path, default=None, help="folder for the inputs that ended badly")
    asked = parser.parse_args()
    _prepare()
    good = good_files()
    numbers = range(asked.first, asked.first + asked.count) if asked.only is None else [asked.only]
    bad = slowest = most = 0
    codes: dict[int, int] = {}
    for number in numbers:
        outcome = run_one(number, asked.seed, good, keep=asked.keep)
        codes[outcome.code] = codes.get(outcome.code, 0) + 1
        slowest, most = max(slowest, round(outcome.seconds)), max(most, outcome.megabytes)
        if outcome.fault or asked.only is not None:
            bad += bool(outcome.fault)
            print(f"{number}: {outcome.what}: {outcome.fault}\n{outcome.said[-1500:]}", flush=True)
    print(f"{len(numbers)} inputs, {bad} ended badly; codes {codes}; {slowest} s, {most} MB at most")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
