"""Direct-debit batches (POL-3)."""
