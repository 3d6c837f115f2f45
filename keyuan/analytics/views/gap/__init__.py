"""Pages of protection gaps (ANA-8)."""
