"""Which coordinate system a layer is really in."""
