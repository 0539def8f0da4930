"""Searches with proofs: branch and bound, mixed-integer programmes, and how their bounds are put together."""
