"""Every table of a run, as its rows."""
