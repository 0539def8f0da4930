"""OGC API: Features and Processes, as GIS desktops speak them."""
