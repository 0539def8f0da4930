"""Zipped layers: one member taken out with its companions, never more than is asked for or can be held."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo.errors import InputError, because
from geo.text import Text
from layers.catalogue.schema import nearest_names
from layers.read.raw_table import input_error

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 1 << 30
MAX_RATIO = 200
"""Unpacked bytes to packed ones, asked of members over 16 MB; a bomb has 1,000, a sheet of zeros 100."""

_COMPANIONS = (".shx", ".dbf", ".prj", ".cpg", ".cst", ".qix", ".sbn", ".sbx", ".qpj")
_CHUNK = 1 << 20


@contextmanager
def unpacked(path: Path, member: str | None, suffixes: Sequence[str]) -> Iterator[Path]:
    """Unpack one layer of an archive into a folder that is gone afterwards.

    Parameters
    ----------
    path
        The archive.
    member
        The file inside it; None where there is only one that can be read.
    suffixes
        The endings of files that can be read.

    Yields
    ------
    Path
        The unpacked file; the parts of a Shapefile lie beside it.

    Raises
    ------
    InputError
        Where the archive is broken, holds none or several layers, or would unpack to more than 1 GB.
    """
    source = path.name
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="lifecircle-") as folder:
            wanted = _choose(archive, member, suffixes, source)
            yield _unpack(archive, wanted, Path(folder), source)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        what = because(Text("the archive is broken or locked", "压缩包损坏或已加密"), error)
        raise input_error(source, what, Text("Pack it again", "请重新压缩"), code="archive") from None


def check_bomb(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], source: str) -> None:
    """Refuse members that would unpack to far more than they are.

    Raises
    ------
    InputError
        Where the archive has too many members, or these together unpack to more than 1 GB.
    """
    total = sum(info.file_size for info in members)
    swollen = any(
        info.file_size > 16 * _CHUNK and info.file_size > MAX_RATIO * max(1, info.compress_size)
        for info in members
    )
    if len(archive.infolist()) > MAX_MEMBERS or total > MAX_UNPACKED_BYTES or swollen:
        what = Text(f"would unpack to {total:,} bytes", f"解压后将达 {total:,} 字节")
        fix = Text("Unpack it yourself if you trust it", "如可信请自行解压")
        raise input_error(source, what, fix, code="zip_bomb")


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; those written on a Chinese Windows are GBK said to be cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _choose(
    archive: zipfile.ZipFile, member: str | None, suffixes: Sequence[str], source: str
) -> list[zipfile.ZipInfo]:
    by_name = {member_name(info): info for info in archive.infolist() if not info.is_dir()}
    layers = [
        name
        for name in by_name
        if name.lower().endswith(tuple(suffixes)) and not name.startswith("__MACOSX/")
    ]
    if member is not None:
        if member not in by_name:
            near = nearest_names(member, by_name) or tuple(layers[:10])
            what = Text("the archive has no such member", "压缩包内没有该文件")
            fix = Text(f"There are: {', '.join(near)}", f"现有：{'、'.join(near)}")
            raise input_error(source, what, fix, code="archive_member", value=member)
        return _with_companions(member, by_name)
    if len(layers) != 1:
        what = (
            Text("the archive holds several layers", "压缩包内有多个图层")
            if layers
            else Text("the archive holds no layer that can be read", "压缩包内没有可读取的图层")
        )
        fix = Text(
            f'Add member = "...": {", ".join(layers[:10])}',
            f'请添加 member = "..."：{"、".join(layers[:10])}',
        )
        raise input_error(source, what, fix, code="archive_member")
    return _with_companions(layers[0], by_name)


def _with_companions(name: str, by_name: dict[str, zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    stem = name[: len(name) - len(PurePosixPath(name).suffix)].lower()
    companions = [
        info
        for other, info in by_name.items()
        if other != name and other.lower() in {stem + ending for ending in _COMPANIONS}
    ]
    return [by_name[name], *companions]


def _unpack(archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo], folder: Path, source: str) -> Path:
    """Write the members under names of our own: what an archive calls them is never a path."""
    check_bomb(archive, wanted, source)
    left = MAX_UNPACKED_BYTES
    paths: list[Path] = []
    for info in wanted:
        target = folder / f"layer{PurePosixPath(member_name(info)).suffix.lower()}"
        with archive.open(info) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(source)
                file.write(chunk)
        paths.append(target)
    return paths[0]


def _too_large(source: str) -> InputError:
    what = Text("unpacks to more than it says", "解压后大小与声明不符")
    return input_error(source, what, Text("Do not trust this file", "请勿信任该文件"), code="zip_bomb")
