"""Named figures of a run, as a sheet lists them and the own files of an office ask for them."""
