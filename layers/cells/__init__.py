"""Cells of a sheet as the values they mean: numbers with units, dates, shares, states."""
