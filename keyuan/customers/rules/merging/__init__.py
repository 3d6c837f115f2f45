"""Which record survives, and which of two values (CUS-8)."""
