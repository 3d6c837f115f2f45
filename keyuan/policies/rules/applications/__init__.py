"""Decisions of new business as plain functions (POL-10)."""
