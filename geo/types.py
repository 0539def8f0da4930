"""Aliases of array types, by what the arrays hold."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = np.ndarray[Any, Any]
"""An array in a compiled kernel, whose element type numba infers."""

Floats: TypeAlias = npt.NDArray[np.float64]
Index: TypeAlias = npt.NDArray[np.int64]
"""Positions and counts; -1 stands for none."""

Index32: TypeAlias = npt.NDArray[np.int32]
"""Positions and whole milliseconds where half the memory counts."""

Bools: TypeAlias = npt.NDArray[np.bool_]
