"""Maps: one HTML file that makes no request, and the sheet for paper; no input read, no travel times."""
