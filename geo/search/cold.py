"""Whether the search kernels still have to be compiled, so that a first run can say why it takes longer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geo.network import _contract
from geo.search import _isochrone, _places, _whole


def is_cold() -> bool:
    """Whether no compiled kernel is on disk yet, so that the first search will take some seconds."""
    kernels = (_contract.walk_chains, _whole.spread_labels, _places.reach_places, _isochrone.reached_pieces)
    return any(not _on_disk(kernel) for kernel in kernels)


def _on_disk(kernel: object) -> bool:
    cache = getattr(kernel, "_cache", None)
    index = getattr(getattr(cache, "_cache_file", None), "_index_path", None)
    if index is None:
        return True
    return Path(index).is_file()


def say_if_cold(say: Callable[[str], object]) -> None:
    """Tell the user why the first run takes longer, when it will."""
    if is_cold():
        say("compiling the search kernels (once, some 20 seconds)")
