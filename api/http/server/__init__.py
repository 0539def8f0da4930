"""The server itself: ports, connections, processes."""
