"""Formulas of coverage, provision, accessibility and inequality, over arrays and frames; no study."""
