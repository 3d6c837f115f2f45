"""Reads of orphans, allocations, receptions and those who serve (CUS-9)."""
