"""Rows of raw cells as checked frames in WGS84."""
