"""The map: one HTML document that makes no request."""
