"""The doors to the project: the pipeline, the command line and the HTTP service."""
