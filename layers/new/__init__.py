"""A new study from a place, a box or an extract."""
