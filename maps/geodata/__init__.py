"""Results as layers for a geographic information system: fields, wide tables, styles, what a file says."""
