"""Classification: after events, for the whole book, its counts by day, and its thresholds (CUS-5)."""
