"""How tables are written: workbooks and CSV."""
