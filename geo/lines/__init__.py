"""Layers of lines as streets: joined where they meet."""
