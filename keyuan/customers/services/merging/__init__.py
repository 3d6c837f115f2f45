"""Pairs of records of one person, merging them, and undoing it exactly (CUS-8)."""
