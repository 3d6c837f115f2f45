"""Labels of the three families risk, value and need, and segments, that come with the system (ANA-3, ANA-5)."""
