"""Lists of words of record linkage."""
