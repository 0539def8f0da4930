"""The layers of a run as they are sent: GeoJSON features chosen by place, date, property and filter."""
