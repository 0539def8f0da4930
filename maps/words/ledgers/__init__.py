"""Ledgers and places in sentences."""
