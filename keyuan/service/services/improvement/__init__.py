"""Verbs of improvement items, monthly reviews and service stars (SRV-11)."""
