"""Pages of the nightly clocks (POL-2)."""
