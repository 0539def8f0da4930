"""What stands before the paths: bounds of size and time, keys, rates, headers, the log of requests."""
