"""OSMnx for one download: its servers, timeouts and retries, and a check of every answer."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

import osmnx as ox
import requests
from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

from geo.cache import cache_folder
from geo.errors import Fault, InputError, because
from geo.text import Text

_KEEP_SECONDS: Final = 7 * 24 * 3600
_LOCK = Lock()

Progress = Callable[[int, int, Text], None]
"""Called with steps done, steps in all, and what is being done."""
Answer = TypeVar("Answer")


def _cache() -> Path:
    return cache_folder("downloads")


@dataclass(frozen=True, slots=True)
class Service:
    """The servers to ask, with timeouts and retries.

    Attributes
    ----------
    overpass_url, nominatim_url
        Base addresses; OSMnx adds ``/interpreter``, ``/status`` and ``/search``.
    proxy
        Such as ``http://proxy.example:3128``; without it the usual environment variables count.
    timeout_seconds
        For one answer.
    tries
        How often a request that fails (time-out, broken answer, error of the server) is made.
    waits
        How often one is repeated, a minute apart, when the server says that it is busy (429, 504).
    cache_folder
        Where answers are kept for a week.
    """

    overpass_url: str = "https://overpass-api.de/api"
    nominatim_url: str = "https://nominatim.openstreetmap.org"
    proxy: str | None = None
    timeout_seconds: float = 180.0
    tries: int = 4
    waits: int = 10
    cache_folder: Path = field(default_factory=_cache)


class _BusyError(Exception):
    """The server asked to wait too often."""


class _RefusedError(Exception):
    """The server answered with an error, or with less than was asked for."""


def no_progress(done: int, total: int, what: Text) -> None:
    """Show no progress."""


class Watch:
    """Checks every answer before OSMnx reads it: counts waits, refuses incomplete ones, reports progress."""

    def __init__(self, service: Service, progress: Progress) -> None:
        self.service = service
        self.progress = progress
        self.step = (0, 1)
        self.busy = 0

    def tell(self, what: Text) -> None:
        """Report the step that is being done."""
        self.progress(*self.step, what)

    def answered(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Check an answer (a hook of requests); a refused one is closed here, as no reader sees it."""
        try:
            self._judge(response)
        except BaseException:
            response.close()
            raise

    def _judge(self, response: requests.Response) -> None:
        if response.url.endswith("/status"):
            return
        if response.status_code in {429, 504}:
            self.busy += 1
            if self.busy > self.service.waits:
                raise _BusyError(f"HTTP {response.status_code}")
            self.tell(Text("the server is busy; waiting a minute", "服务器繁忙，等待一分钟"))
        elif not response.ok:
            raise _RefusedError(f"HTTP {response.status_code} {response.reason}")
        elif b'"remark"' in response.content[-4000:]:  # Overpass ran out of time or memory half-way
            raise _RefusedError(str(response.json().get("remark"))[:200])
        else:
            self.busy = 0

    def patiently(self, request: Callable[[], Answer]) -> Answer:
        """Repeat a request that fails, waiting longer each time."""
        for tried in range(1, self.service.tries + 1):
            try:
                return request()
            except (requests.RequestException, ResponseStatusCodeError, _RefusedError) as error:
                fault = _unreachable(error)
            except InsufficientResponseError as error:
                if "did not return" not in str(error) and "responded" not in str(error):
                    raise  # a place that does not exist, not a broken answer
                fault = _unreachable(error)
            except _BusyError as error:
                raise InputError([_unreachable(error)]) from error
            if tried < self.service.tries:
                self.tell(
                    Text(f"no good answer; trying again ({tried})", f"未得到有效应答，正在重试（{tried}）")
                )
                time.sleep(2.0**tried)
        raise InputError([fault])


@contextmanager
def osmnx_for(service: Service, folder: Path, language: str, progress: Progress) -> Iterator[Watch]:
    """Set OSMnx up for one job and put back what was changed: its settings are the whole process's."""
    watch = Watch(service, progress)
    wanted = {
        "overpass_url": service.overpass_url,
        "nominatim_url": service.nominatim_url,
        "requests_timeout": service.timeout_seconds,
        "requests_kwargs": _request_options(service, watch),
        "cache_folder": folder,
        "use_cache": True,
        "cache_only_mode": True,
        "doh_url_template": None,
        "http_accept_language": language or "en",
        "http_user_agent": "lifecircle (through OSMnx)",
    }
    with _LOCK:
        _sweep(folder)
        before = {name: getattr(ox.settings, name) for name in wanted}
        resolve = socket.getaddrinfo
        try:
            for name, value in wanted.items():
                setattr(ox.settings, name, value)
            yield watch
        finally:
            socket.getaddrinfo = resolve
            for name, value in before.items():
                setattr(ox.settings, name, value)


def _request_options(service: Service, watch: Watch) -> dict[str, Any]:
    options: dict[str, Any] = {"hooks": {"response": watch.answered}}
    if service.proxy:
        options["proxies"] = {"http": service.proxy, "https": service.proxy}
    return options


def _sweep(folder: Path) -> None:
    """Remove cached answers that are old, or were cut off while they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for answer in folder.glob("*.json"):
            if time.time() - answer.stat().st_mtime > _KEEP_SECONDS or cached_answer(answer) is None:
                answer.unlink()
    except OSError as error:
        raise InputError([_no_cache(folder, error)]) from error


def cached_answer(answer: Path) -> Any:
    """Return a kept answer; None where it is not whole."""
    try:
        return json.loads(answer.read_text(encoding="utf-8"))
    except ValueError:
        return None


def _unreachable(error: Exception) -> Fault:
    return Fault(
        because(
            Text(
                "The server of OpenStreetMap data cannot be reached, or answers badly",
                "OpenStreetMap 数据服务无法访问或应答异常",
            ),
            f"{type(error).__name__.strip('_')}: {error}",
        ),
        Text(
            "Look at the network, give --proxy, or work offline with --extract; run it again to go on: what "
            "was downloaded is kept",
            "请检查网络、使用 --proxy，或用 --extract 离线工作；重新运行可继续，已下载部分会保留",
        ),
        code="download",
    )


def _no_cache(folder: Path, error: OSError) -> Fault:
    return Fault(
        because(Text("The folder for downloaded answers cannot be used", "缓存文件夹不可用"), error),
        Text("Make it writable, or set XDG_CACHE_HOME", "请确保可写，或设置 XDG_CACHE_HOME"),
        source=str(folder),
        code="cache",
    )
