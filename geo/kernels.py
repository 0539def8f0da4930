"""Compiled kernels as numba keeps them on disk."""

from __future__ import annotations

from pathlib import Path


def is_on_disk(kernel: object) -> bool:
    """Whether a compiled function was compiled before and kept, so that its next first call is fast.

    Parameters
    ----------
    kernel
        A function made by ``numba.njit(cache=True)``. One that numba cannot cache (no folder to write to,
        or compilation switched off) counts as kept: there is nothing to wait for that could be avoided.
    """
    folder = getattr(getattr(kernel, "stats", None), "cache_path", None)
    function = getattr(kernel, "py_func", None)
    if folder is None or function is None:
        return True
    # The index of a function that numba keeps: module.function-line.interpreter.nbi
    code = function.__code__
    name = f"{Path(code.co_filename).stem}.{function.__qualname__}-{code.co_firstlineno}"
    return any(Path(folder).glob(f"{name}.*.nbi"))
