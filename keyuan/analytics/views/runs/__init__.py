"""Pages of the night runs."""
