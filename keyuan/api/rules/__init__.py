"""Decisions of the API as plain functions."""
