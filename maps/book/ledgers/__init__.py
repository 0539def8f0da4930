"""Ledgers of an office as people read them: sheets, lines on the screen, what must be known beside them."""
