"""Pages of offers (ANA-7)."""
