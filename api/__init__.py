"""The doors to the project: the pipeline, the command line and the HTTP service."""

from __future__ import annotations

DISTRIBUTION = "lifecircle"
"""Whose package this is: another one of the same name does not say so (`api.cli.start`)."""
