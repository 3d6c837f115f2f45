"""Decisions about proposals as plain functions (PRD-5)."""
