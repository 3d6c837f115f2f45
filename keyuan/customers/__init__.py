"""Customers: the archive, households, contacts, interactions, search, summary and 360° page (CUS)."""
