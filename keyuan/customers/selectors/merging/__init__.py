"""Reading pairs, comparisons and merges (CUS-8)."""
