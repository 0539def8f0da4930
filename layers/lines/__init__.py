"""Streets given as a layer of lines, without OpenStreetMap: joined where they meet, kept as an extract."""
