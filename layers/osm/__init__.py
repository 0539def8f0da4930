"""OpenStreetMap extracts: streets, features, basemap, elevation, download."""
