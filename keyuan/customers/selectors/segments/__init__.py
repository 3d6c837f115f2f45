"""Reads of segments: who is in one, by the mart and live (CUS-6)."""
