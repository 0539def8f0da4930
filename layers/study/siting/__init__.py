"""The siting question: its keys, its words at every door, what contradicts, and what the engine is asked."""
