"""Persistency by the exact definition of domain.md §A.10 (ANA-10)."""
