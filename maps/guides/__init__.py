"""The guides of stations: a printed page each."""
