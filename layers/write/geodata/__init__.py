"""Layers written for a GIS: fields, GeoPackage with its notes and styles, GeoParquet."""
