"""Verbs over frames: GeoDataFrames and labelled Series in, the caller's index out."""
