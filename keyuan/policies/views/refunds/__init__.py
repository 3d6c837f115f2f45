"""Pages of refunds and their batches (POL-3)."""
