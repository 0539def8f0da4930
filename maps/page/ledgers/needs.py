"""Needs as the map shows them: counts by polygon alone, those that are kept back without a number."""

from __future__ import annotations

import pandas as pd

from maps.page.columns import number, positions_of


def needs_by_polygon(needs: pd.DataFrame | None, grids: pd.DataFrame) -> dict[str, object] | None:
    """Return the polygons with a case or with counts that are kept back; None where there is no ledger."""
    if needs is None:
        return None
    shown = needs[(needs["raised"] != 0).to_numpy() | needs["kept_back"].to_numpy(dtype=bool)]
    return {
        "grid": positions_of(shown["id"], grids["id"]).tolist(),
        "raised": [number(value) for value in shown["raised"]],
        "settled": [number(value) for value in shown["settled"]],
    }
