"""What is done to bring contracts to their holders and receipts back (POL-8)."""
