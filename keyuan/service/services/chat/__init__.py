"""Verbs of web chat (SRV-5)."""
