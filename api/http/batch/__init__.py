"""Many places asked at once."""
