"""Contraction: junctions taken out of a network so that searches pass them by."""
