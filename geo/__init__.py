"""Reach on street networks: arrays, frames, streets and time; no files, no web, no HTML."""
