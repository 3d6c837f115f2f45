"""Pages of the claims watch list (CUS-10)."""
