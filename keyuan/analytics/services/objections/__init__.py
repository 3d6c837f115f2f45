"""Objections of customers to decisions by programs (ANA-11)."""
