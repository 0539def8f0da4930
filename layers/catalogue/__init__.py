"""What is known before any input: kinds of layers, categories, standards, profiles, hours."""
