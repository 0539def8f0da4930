"""Squares, platforms and piers as surfaces that people walk across."""
