"""What an office keeps beside its map: needs, and every place from its own side, as a study has them."""
