"""What is asked of servers of OpenStreetMap, for a new study alone; a run asks nobody."""
