"""Decisions of the organisation as plain functions."""
