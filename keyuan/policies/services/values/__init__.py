"""Lending on contracts and taking repayments, inside the transaction of whatever asked for it (POL-5)."""
