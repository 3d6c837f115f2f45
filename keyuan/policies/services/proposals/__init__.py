"""Verbs of proposals: making, rendering, sharing, reading (PRD-5)."""
