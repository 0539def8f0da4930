"""Searches on the network: travel times, paths, isochrones, in whole milliseconds."""
