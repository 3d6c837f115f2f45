"""Reads of web chat (SRV-5)."""
