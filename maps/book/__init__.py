"""Workbooks: tables by key, their columns, titles and notes."""
