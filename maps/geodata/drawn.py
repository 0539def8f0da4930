"""The colours of layers as they stand in a file, for formats that hold no styles."""

from __future__ import annotations

import numpy as np

from layers.write.geodata.reread import WrittenLayer
from maps import style


def band_colours(layer: WrittenLayer) -> list[str | None]:
    """Return the colour of each row as our map draws it: the band of the share the layer is drawn by.

    None for rows without a share, and for layers that are not drawn by one.
    """
    drawn = [each.key for each in layer.columns if layer.style and each.name == layer.style]
    shares = [key for key in drawn if key in layer.frame and layer.frame[key].dtype.kind == "f"]
    if not shares:
        return [None] * len(layer.frame)
    values = layer.frame[shares[0]].to_numpy(float)
    bands = np.searchsorted(style.COVERAGE_LIMITS, values, "right")
    return [
        None if np.isnan(value) else style.COVERAGE_COLOURS[band]
        for value, band in zip(values, bands, strict=True)
    ]
