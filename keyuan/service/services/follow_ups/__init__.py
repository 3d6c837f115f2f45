"""Verbs of call-backs and follow-ups (SRV-8)."""
