"""Pairs, merges and batches as pages show them (CUS-8)."""
