"""Layers as planners have them: files, encodings, coordinates, databases, downloads, standards as data."""

from __future__ import annotations

DISTRIBUTION = "lifecircle"
"""Whose package this is: another one of the same name does not say so (`api.cli.start`)."""
