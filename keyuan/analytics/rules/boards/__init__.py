"""Indicators of the business: what is counted, over which period, against which target, and where it leads (ANA-12)."""
