"""Reads of the knowledge base (SRV-6)."""
