"""Pages of direct debit (POL-3)."""
