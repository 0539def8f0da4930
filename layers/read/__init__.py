"""Files, archives and databases as tables of raw cells."""
