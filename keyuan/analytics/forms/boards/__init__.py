"""Words and forms of boards (ANA-12)."""
