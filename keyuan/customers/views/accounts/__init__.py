"""Pages of key accounts (CUS-10)."""
