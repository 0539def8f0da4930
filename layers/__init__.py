"""Layers as planners have them: files, encodings, coordinates, databases, downloads, standards as data."""
