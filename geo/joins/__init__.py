"""How a point is joined to a street: at what level, across what, and whose street it is."""
