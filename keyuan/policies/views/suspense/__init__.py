"""Pages of money in suspense (POL-3)."""
