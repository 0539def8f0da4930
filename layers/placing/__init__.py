"""Where rows are that name their place: the building, the grid or the station they belong to."""
