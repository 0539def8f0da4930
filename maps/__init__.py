"""Maps: one HTML file that makes no request, and the sheet for paper; no input read, no travel times."""

from __future__ import annotations

DISTRIBUTION = "lifecircle"
"""Whose package this is: another one of the same name does not say so (`api.cli.start`)."""
