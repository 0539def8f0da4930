"""Squares, platforms and other surfaces on which people walk freely: ways across them."""
