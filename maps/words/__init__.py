"""What is said in words: summary of a run, answer of a plan, check, catalogue."""
