"""Keeping what the night reckoned of customers (ANA-2)."""
