"""Pages of new business (POL-10)."""
