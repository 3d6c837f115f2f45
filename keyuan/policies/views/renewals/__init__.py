"""Pages of renewing cover (POL-4)."""
