"""Decisions about call-backs and follow-ups as plain functions (SRV-8, domain.md §A.4)."""
