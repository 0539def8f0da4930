"""Opening hours: what offices write, as OpenStreetMap's syntax; open or not at a moment; holidays."""
