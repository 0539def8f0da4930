"""What offices keep beside a run: guides of stations, and grids drawn for them."""
