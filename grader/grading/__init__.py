"""Run the hidden checks over one submission and produce a `Report`."""
