"""Keys: who may ask, what for, and how often. The file holds hashes; a key itself is shown once, when made.

A line of the file is a name, its rights with commas between, requests a minute, and the hash of the key::

    partner  map,read  600  sha256:9f86d08...

Keys have 256 bits of chance, so a plain hash of theirs cannot be turned round.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.guard.log import KNOWN
from api.http.problems import problem_response
from geo.errors import Fault, InputError
from geo.text import Text

RIGHTS: Final = ("map", "read", "site")
USUAL_RATE: Final = 600
"""Requests a minute."""

OPEN_PATHS: Final = frozenset({"/health", "/ready"})
_MAP: Final = frozenset({"", "map"})
_SITE: Final = frozenset({"site", "processes", "jobs"})
_PREFIX: Final = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key: its name, rights and rate."""

    name: str
    rights: frozenset[str]
    rate: int


def new_key(name: str, rights: tuple[str, ...], rate: int = USUAL_RATE) -> tuple[str, str]:
    """Return a new key, and the line that lets it in.

    Raises
    ------
    InputError
        Where the name is not one word, or a right is not known.
    """
    if not name.isidentifier() or not rights or not set(rights) <= set(RIGHTS):
        what = Text("a key has a name of one word and known rights", "密钥须有单个词的名称与已知权限")
        fix = Text("Rights are map, read and site", "权限为 map、read、site")
        value = f"{name} {','.join(rights)}"
        raise InputError([Fault(what, fix, source="--rights", value=value[:80], code="keys")])
    key = secrets.token_urlsafe(32)
    return key, f"{name}  {','.join(rights)}  {rate}  {_PREFIX}{hash_of(key)}"


def hash_of(key: str) -> str:
    """Return the hash of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def read_keys(path: Path | None) -> Mapping[str, Key] | None:
    """Return the keys of a file by their hash; None where no file is named.

    Raises
    ------
    InputError
        With every line that is not understood, and where there is no key at all.
    """
    if path is None:
        return None
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([_fault(path, None, Text("the keys cannot be read", "无法读取密钥文件"))]) from error
    keys: dict[str, Key] = {}
    faults = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = line.split()
        rights = frozenset(parts[1].split(",")) if len(parts) == 4 else frozenset()
        if not rights or not rights <= set(RIGHTS) or not parts[2].isdigit() or not _is_hash(parts[3]):
            faults.append(_fault(path, number, Text("not a line of a key", "不是有效的密钥行")))
            continue
        keys[parts[3].removeprefix(_PREFIX).lower()] = Key(name=parts[0], rights=rights, rate=int(parts[2]))
    if not keys and not faults:
        faults.append(_fault(path, None, Text("there is no key", "没有密钥")))
    if faults:
        raise InputError(faults)
    return keys


class Keys:
    """Lets through who has a key with the right that a path needs, as often as the key may ask."""

    def __init__(self, app: ASGIApp, *, keys: Mapping[str, Key] | None) -> None:
        self._app = app
        self._keys = keys
        self._left: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", "") or "")
        if scope["type"] != "http" or self._keys is None or path in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        found = self._key_of(_given(scope))
        if found is not None:
            scope.get(KNOWN, {})["key"] = found.name
        if found is None:
            headers = {"WWW-Authenticate": 'Bearer realm="lifecircle"'}
            said = Text("give it as Authorization: Bearer KEY", "请以 Authorization: Bearer KEY 提供")
            answer = problem_response(scope, 401, "no-key", said, headers=headers)
        elif path in ("", "/") and "map" not in found.rights and "read" in found.rights:
            # Without the right to the map the root is the landing page for programs alone.
            await self._app({**scope, "query_string": b"f=json"}, receive, send)
            return
        elif (needed := right_of(path, scope["method"])) not in found.rights:
            said = Text(f"this needs the right {needed}", f"此操作需要 {needed} 权限")
            answer = problem_response(scope, 403, "not-allowed", said)
        elif (wait := self._wait(found)) > 0:
            headers = {"Retry-After": str(int(wait) + 1)}
            answer = problem_response(scope, 429, "too-many-requests", headers=headers)
        else:
            await self._app(scope, receive, send)
            return
        await answer(scope, receive, send)

    def _key_of(self, given: str) -> Key | None:
        hashed, found = hash_of(given), None
        # Every hash is compared, so that the time taken says nothing of which is near.
        for known, key in (self._keys or {}).items():
            if hmac.compare_digest(known, hashed):
                found = key
        return found

    def _wait(self, key: Key) -> float:
        """Return seconds until the key may ask again; 0 where it may now, which is then counted."""
        now = time.monotonic()
        left, last = self._left.get(key.name, (float(key.rate), now))
        left = min(float(key.rate), left + (now - last) * key.rate / 60.0)
        may = left >= 1.0
        self._left[key.name] = (left - 1.0 if may else left, now)
        return 0.0 if may else (1.0 - left) * 60.0 / max(key.rate, 1)


def right_of(path: str, method: str) -> str:
    """Return the right that a path needs.

    Examples
    --------
    >>> right_of("/", "GET"), right_of("/coverage", "GET"), right_of("/studies/a/site", "POST")
    ('map', 'read', 'site')
    """
    parts = path.strip("/").split("/")
    if parts[0] == "studies" and len(parts) > 2:
        parts = parts[2:]
    if method not in ("GET", "HEAD", "OPTIONS") and parts[0] in _SITE:
        return "site"
    return "map" if parts[0] in _MAP else "read"


def _given(scope: Scope) -> str:
    said = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    kind, _, key = said.decode("latin-1").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _is_hash(text: str) -> bool:
    digits = text.removeprefix(_PREFIX)
    return text.startswith(_PREFIX) and len(digits) == 64 and set(digits.lower()) <= set("0123456789abcdef")


def _fault(path: Path, row: int | None, what: Text) -> Fault:
    fix = Text(
        "A line is: name, rights (map,read,site), requests a minute, sha256:HASH; `lifecircle key` makes it",
        "每行：名称、权限（map,read,site）、每分钟请求数、sha256:哈希；可用 lifecircle key 生成",
    )
    return Fault(what, fix, source=str(path), row=row, code="keys")
