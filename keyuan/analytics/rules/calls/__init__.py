"""Calls per interval of the days to come, from a file of the past (ANA-14)."""
