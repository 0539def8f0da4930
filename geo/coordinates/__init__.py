"""Coordinates: metric systems, the shifted systems of Chinese map providers, distances and alignment."""
