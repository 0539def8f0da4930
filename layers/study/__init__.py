"""The study file: models, checks, faults, and the cases and settings read from it."""
