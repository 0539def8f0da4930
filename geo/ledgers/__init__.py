"""Ledgers of an office: what was raised and settled, in time, how it was judged, and where."""
