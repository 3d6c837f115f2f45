"""Asking, working out and keeping protection gaps (ANA-8)."""
