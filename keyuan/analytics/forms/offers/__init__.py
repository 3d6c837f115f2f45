"""Words and forms of offers (ANA-7)."""
